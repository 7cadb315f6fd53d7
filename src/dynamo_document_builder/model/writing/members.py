"""What the single writes share on their way to DynamoDB JSON: keys, conditions, sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.version_lock import terms_of
from dynamo_document_builder.model.writing.operation import NO_TEXT, Operation
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS, too_deep
from dynamo_document_builder.wire.json.sizes import MAX_ITEM_BYTES, item_size
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.managed.version_lock import Terms


def check_item(entity: EntityModel[Any], item: str) -> None:
    """Refuse an item that is larger or deeper than what DynamoDB stores."""
    _check_size(item)
    if entity.codec.is_shallow:
        return
    for name, levels in too_deep(item).items():
        raise UsageError(f"its attribute {name!r} is nested {levels} levels deep; DynamoDB stores {MAX_LEVELS}")


def _check_size(item: str) -> None:
    # Measured exactly only where its JSON, which is never smaller, may be over the limit.
    if len(item) <= MAX_ITEM_BYTES // 4 or len(item.encode()) <= MAX_ITEM_BYTES:  # a character has 4 bytes at most
        return
    size = item_size(read_json(item))
    if size > MAX_ITEM_BYTES:
        raise UsageError(f"the item has {size} bytes; DynamoDB stores at most {MAX_ITEM_BYTES} (400 KB)")


def keyed(command: Any, entity: EntityModel[Any], notes: Sequence[str], rest: Callable[[Terms], str]) -> Operation:
    """Render an operation on a key: everything that is wrong with it in one error."""
    problems = Problems(command.name, entity.name)
    problems.note_all(notes)
    key = problems.attempt(lambda: entity.encode_key(command.key), NO_TEXT)
    terms = terms_of(command, entity)
    members = problems.attempt(lambda: rest(terms), NO_TEXT)
    problems.raise_any(lambda: entity.shown_key(command.key))
    text = f'{entity.table.__named__},"Key":{key}{members}'
    return Operation(command.name, entity.table.name, key, text, guard=terms.guard)


def condition_members(entity: EntityModel[Any], terms: Terms) -> str:
    """Return the members of a condition, and whether the item is wanted when it fails."""
    if terms.condition is None:
        return NO_TEXT
    from dynamo_document_builder.expressions.rendering.rendering import Rendering  # noqa: PLC0415  many writes have none

    out = Rendering(entity.scope)
    members = out.finish(out.expression("ConditionExpression", terms.condition.render(out)))
    return members + old_on_failure(terms.on_failure)


def old_on_failure(on_failure: str | None) -> str:
    # On unless told otherwise: the item that refused the write answers most questions, and saves reading it.
    return f',"ReturnValuesOnConditionCheckFailure":"{on_failure or "ALL_OLD"}"'
