"""What an update does, unasked, to the fields the library keeps: it counts the version up and notes the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from dynamo_document_builder.model.keys.known_fields import UNKNOWN
from dynamo_document_builder.model.managed.fields import check_keys, moment_of
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.changes import Change, UpdateClause
    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.model.keys.index_updates import Subject
    from dynamo_document_builder.model.managed.guard import Guard
    from dynamo_document_builder.schema.fields.roles import Roles

ONE: Final = '{"N":"1"}'


def kept_up(subject: Subject, roles: Roles, changes: Sequence[Change], guard: Guard | None, made_ns: int) -> Subject:
    """Return the subject of an update with what becomes of its kept fields, but those the update itself sets."""
    check_keys(subject.entity, roles)
    given = _given(changes)
    kept = _kept(roles, given, guard, made_ns)
    return evolve(subject, kept=_had(subject.key, kept), born=_had(subject.key, _born(subject, roles, given, made_ns)))


def note_version(out: Rendering, roles: Roles, changes: Sequence[Change]) -> None:
    """Note as a problem that an update sets the version itself."""
    if roles.version is not None and roles.version.name in _given(changes):
        out.add_problem(f"{roles.version.name!r} is kept by the library: every update increments it, so leave it out")


def _given(changes: Sequence[Change]) -> set[Segment]:
    return {change.path.segments[0] for change in changes if change.path.segments}


def _had(key: object, values: dict[str, Any]) -> dict[str, Any]:
    # Of a union of schemas, an object tells by its class that its item has no such field.
    return {name: value for name, value in values.items() if is_mapping(key) or hasattr(key, name)}


def _kept(roles: Roles, given: AbstractSet[Segment], guard: Guard | None, made_ns: int) -> dict[str, Any]:
    version, updated = roles.version, roles.updated_at
    kept: dict[str, Any] = {}
    if version is not None:
        kept[version.name] = UNKNOWN if guard is None else guard.expected + 1
    if updated is not None and updated.name not in given:
        kept[updated.name] = moment_of(updated, made_ns)
    return kept


def _born(subject: Subject, roles: Roles, given: AbstractSet[Segment], made_ns: int) -> dict[str, Any]:
    created = roles.created_at
    if created is None or not subject.may_create or created.name in subject.entity.plan.primary_reads.union(given):
        return {}
    known = subject.given().get(created.name)
    return {created.name: moment_of(created, made_ns) if known is None else known}


def render_kept(out: Rendering, subject: Subject, clauses: Mapping[UpdateClause, list[str]]) -> None:
    """Write what becomes of the kept fields."""
    codec = subject.entity.codec
    for name, value in subject.kept.items():
        info = codec.fields[name]
        if info.role == "version":
            clauses["ADD"].append(f"{out.name(info.attribute)} {out.wire_value(ONE)}")
        else:
            clauses["SET"].append(f"{out.name(info.attribute)} = {out.wire_value(codec.encode_field(name, value))}")
