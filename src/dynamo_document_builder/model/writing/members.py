"""Rendering of keys and conditions, and size checks, for all single writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of
from dynamo_document_builder.model.writing.operation import NO_TEXT, Operation
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS, too_deep
from dynamo_document_builder.wire.json.sizes import MAX_ITEM_BYTES, item_size
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.optimistic_lock import Preconditions


def check_item(entity: EntityModel[Any], item: str) -> None:
    """Refuse an item that exceeds DynamoDB's limits of size or nesting."""
    _check_size(item)
    if entity.codec.is_shallow:
        return
    for name, levels in too_deep(item).items():
        raise UsageError(f"its attribute {name!r} is nested {levels} levels deep; DynamoDB stores {MAX_LEVELS}")


def _check_size(item: str) -> None:
    # The JSON is never smaller than the item, so only items with long JSON are measured exactly.
    if len(item) <= MAX_ITEM_BYTES // 4 or len(item.encode()) <= MAX_ITEM_BYTES:  # a character has at most 4 bytes
        return
    size = item_size(read_json(item))
    if size > MAX_ITEM_BYTES:
        raise UsageError(f"the item has {size} bytes; DynamoDB stores at most {MAX_ITEM_BYTES} (400 KB)")


def render_keyed(
    command: Any, entity: EntityModel[Any], notes: Sequence[str], rest: Callable[[Preconditions], str]
) -> Operation:
    """Render an operation that has a key; *rest* renders the members after the key. Raise all problems as one error."""
    problems = Problems(command.name, entity.name)
    problems.note_all(notes)
    key = problems.attempt(lambda: entity.encode_key(command.key), NO_TEXT)
    preconditions = preconditions_of(command, entity)
    members = problems.attempt(lambda: rest(preconditions), NO_TEXT)
    problems.raise_any(lambda: entity.shown_key(command.key))
    text = f'{entity.table.__named__},"Key":{key}{members}'
    return Operation(command.name, entity.table.name, key, text, guard=preconditions.guard)


def condition_members(entity: EntityModel[Any], preconditions: Preconditions) -> str:
    """Return the members of the condition, including whether a failure returns the stored item."""
    if preconditions.condition is None:
        return NO_TEXT
    # Lazy import: only writes with a condition need it.
    from dynamo_document_builder.expressions.rendering.rendering import Rendering  # noqa: PLC0415

    out = Rendering(entity.scope)
    members = out.finish(out.expression("ConditionExpression", preconditions.condition.render(out)))
    return members + old_on_failure(preconditions.on_failure)


def old_on_failure(on_failure: str | None) -> str:
    """Return the member that requests the stored item if the condition is false."""
    # The default returns the stored item: it explains the failure, and DynamoDB does not charge for returning it.
    return f',"ReturnValuesOnConditionCheckFailure":"{on_failure or "ALL_OLD"}"'
