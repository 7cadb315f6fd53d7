"""Rendering of an update: UpdateExpression and ConditionExpression, with one registry of names and values."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.changes import UPDATE_CLAUSES
from dynamo_document_builder.expressions.tree.overlaps import overlaps
from dynamo_document_builder.model.keys.index_updates import key_writes
from dynamo_document_builder.model.managed.updates import note_version, render_managed
from dynamo_document_builder.model.writing.members import old_on_failure
from dynamo_document_builder.model.writing.update_subject import subject_of
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.json.untyped import text_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.tree.changes import Change, UpdateClause
    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.index_updates import Subject
    from dynamo_document_builder.model.managed.optimistic_lock import Preconditions


def update_members(
    entity: EntityModel[Any],
    key: object,
    changes: Sequence[Change],
    preconditions: Preconditions,
    timestamp_ns: int,
    *,
    trusted: bool,
) -> str:
    """
    Return the members for the changes, the index keys, the managed fields and the condition.

    *trusted* skips the validators of the schema classes.
    """
    out = Rendering(entity.scope)
    if entity.codec.is_computed or (entity.codec.runs_user_code and not trusted):
        # Lazy import: only classes with validators need it.
        from dynamo_document_builder.model.writing.checked_changes import checked_changes  # noqa: PLC0415

        changes = checked_changes(out, changes, trusted=trusted)
    condition = preconditions.condition
    subject = subject_of(entity, key, changes, preconditions, timestamp_ns)
    if entity.codec.runs_user_code and subject.may_create and not trusted:
        # Lazy import: only classes with validators need it.
        from dynamo_document_builder.model.writing.checked_changes import check_new_key  # noqa: PLC0415

        check_new_key(out, subject)
    if entity.codec.roles is not None:
        note_version(out, entity.codec.roles, changes)
    members = out.expression("UpdateExpression", _update(out, subject, changes))
    if condition is None:
        return out.finish(members)
    members += out.expression("ConditionExpression", condition.render(out))
    return out.finish(members) + old_on_failure(preconditions.on_failure)


def _update(out: Rendering, subject: Subject, changes: Sequence[Change]) -> str:
    if not changes:
        out.add_problem("an update needs at least one change")
    clauses: dict[UpdateClause, list[str]] = {clause: [] for clause in UPDATE_CLAUSES}
    _render_changes(out, subject.entity, changes, clauses)
    _render_index_keys(out, subject, changes, clauses)
    if subject.may_create:
        _render_initial(out, subject, changes, clauses)
    if subject.managed:
        render_managed(out, subject, clauses)
    return " ".join(f"{clause} {', '.join(texts)}" for clause, texts in clauses.items() if texts)


def _render_initial(
    out: Rendering, subject: Subject, changes: Sequence[Change], clauses: dict[UpdateClause, list[str]]
) -> None:
    # An item that the update creates would have only its key attributes and could not be read. So the update also
    # writes the entity name, the key fields and `created_at`, if they are missing.
    for attribute, text in _initial(subject, changes).items():
        name = out.name(attribute)
        clauses["SET"].append(f"{name} = if_not_exists({name}, {out.wire_value(text)})")


def _initial(subject: Subject, changes: Sequence[Change]) -> dict[str, str]:
    """Return the additional attributes of an item that the update creates."""
    entity = subject.entity
    touched = {change.path.segments[0] for change in changes if change.path.segments}
    found = {} if entity.table.entity_attribute is None else {entity.table.entity_attribute: text_value(entity.name)}
    for name, value in {**subject.initial, **subject.key_fields()}.items():
        if name not in touched:
            with suppress(MisfitError):  # building the key reports it
                found[entity.codec.fields[name].attribute] = entity.codec.encode_field(name, value)
    return found


def _render_changes(
    out: Rendering, entity: EntityModel[Any], changes: Sequence[Change], clauses: dict[UpdateClause, list[str]]
) -> None:
    keys = entity.plan.attributes - entity.codec.fields.keys()
    reserved = {*keys, entity.table.entity_attribute}.difference(
        info.attribute for info in entity.codec.fields.values()
    )
    written: list[tuple[Segment, ...]] = []
    for change in changes:
        if change.path.segments and change.path.segments[0] in keys:  # `key_writes` reports it
            continue
        target = out.resolve(change.path)
        if target is not None and target.segments[0] in reserved:  # a field for undeclared attributes holds neither
            out.add_problem(
                f"{str(change.path)!r} is an attribute of a key or the entity name, which the library writes itself: "
                "leave it out"
            )
        elif target is not None:
            clause, text = change.render(out, target)
            clauses[clause].append(text)
            written.append(target.segments)
    _check_overlaps(out, written)


def _check_overlaps(out: Rendering, written: Sequence[tuple[Segment, ...]]) -> None:
    for problem in overlaps(written, "is changed", "DynamoDB takes one change per path"):
        out.add_problem(problem)


def _render_index_keys(
    out: Rendering, subject: Subject, changes: Sequence[Change], clauses: dict[UpdateClause, list[str]]
) -> None:
    follow = key_writes(subject, changes)
    for text in follow.problems:
        out.add_problem(text)
    for attribute, value in follow.written.items():
        clauses["SET"].append(f"{out.name(attribute)} = {out.wire_value(value)}")
    for attribute, value in follow.if_missing.items():
        clauses["SET"].append(f"{out.name(attribute)} = if_not_exists({out.name(attribute)}, {out.wire_value(value)})")
    clauses["REMOVE"].extend(out.name(attribute) for attribute in follow.removed)
