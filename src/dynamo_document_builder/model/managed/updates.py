"""Managed fields of an update: the library increments the version and sets the timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from dynamo_document_builder.model.keys.known_fields import UNKNOWN
from dynamo_document_builder.model.managed.fields import check_keys, timestamp_value
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.changes import Change, UpdateClause
    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.model.keys.index_updates import Subject
    from dynamo_document_builder.model.managed.expected_state import VersionGuard
    from dynamo_document_builder.schema.fields.roles import Roles

ONE: Final = '{"N":"1"}'


def add_managed_changes(
    subject: Subject, roles: Roles, changes: Sequence[Change], guard: VersionGuard | None, timestamp_ns: int
) -> Subject:
    """Return the subject with the new values of the managed fields that the update does not set itself."""
    check_keys(subject.entity, roles)
    given = _given(changes)
    changed = _changed(roles, given, guard, timestamp_ns)
    return evolve(
        subject,
        managed=_existing(subject.key, changed),
        initial=_existing(subject.key, _initial(subject, roles, given, timestamp_ns)),
    )


def note_version(out: Rendering, roles: Roles, changes: Sequence[Change]) -> None:
    """Add a problem if the update sets the version."""
    if roles.version is not None and roles.version.name in _given(changes):
        out.add_problem(f"{roles.version.name!r} is set by the library: every update increments it, so leave it out")


def _given(changes: Sequence[Change]) -> set[Segment]:
    return {change.path.segments[0] for change in changes if change.path.segments}


def _existing(key: object, values: dict[str, Any]) -> dict[str, Any]:
    # In a union of schemas, the class of the object shows which fields the item has.
    return {name: value for name, value in values.items() if is_mapping(key) or hasattr(key, name)}


def _changed(
    roles: Roles, given: AbstractSet[Segment], guard: VersionGuard | None, timestamp_ns: int
) -> dict[str, Any]:
    version, updated = roles.version, roles.updated_at
    changed: dict[str, Any] = {}
    if version is not None:
        changed[version.name] = UNKNOWN if guard is None else guard.expected + 1
    if updated is not None and updated.name not in given:
        changed[updated.name] = timestamp_value(updated, timestamp_ns)
    return changed


def _initial(subject: Subject, roles: Roles, given: AbstractSet[Segment], timestamp_ns: int) -> dict[str, Any]:
    created = roles.created_at
    if created is None or not subject.may_create or created.name in subject.entity.plan.primary_reads.union(given):
        return {}
    known = subject.given().get(created.name)
    return {created.name: timestamp_value(created, timestamp_ns) if known is None else known}


def render_managed(out: Rendering, subject: Subject, clauses: Mapping[UpdateClause, list[str]]) -> None:
    """Add the clauses for the managed fields."""
    codec = subject.entity.codec
    for name, value in subject.managed.items():
        info = codec.fields[name]
        if info.role == "version":
            clauses["ADD"].append(f"{out.name(info.attribute)} {out.wire_value(ONE)}")
        else:
            clauses["SET"].append(f"{out.name(info.attribute)} = {out.wire_value(codec.encode_field(name, value))}")
