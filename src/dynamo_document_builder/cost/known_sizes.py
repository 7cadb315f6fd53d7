"""The minimum size of an item after a write, as far as it is known before the write is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.rendering.rendering import Rendering, Resolved
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet
from dynamo_document_builder.expressions.tree.paths import NODES, ListAppend
from dynamo_document_builder.wire.json.sizes import item_size, value_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.explain.steps import UpdateStep


def text_size(text: str) -> int:
    """Return the size of an item in DynamoDB JSON."""
    return item_size(json.loads(text))


def updated_size(step: UpdateStep) -> int:
    """Return the minimum size of an item after an update, in bytes: its key and the assigned values."""
    out = Rendering(step.entity.scope)
    targets = [(change, target) for change in step.changes if (target := out.resolve(change.path)) is not None]
    given = {target.segments: size for change, target in targets if (size := _given(change, target))}
    names = {str(segments[0]) for segments in given}
    return text_size(step.key_text) + sum(given.values()) + sum(len(name.encode()) for name in names)


def _given(change: Change, target: Resolved) -> int:
    return sum(value_size(json.loads(text)) for text in _texts(change, target))


def _texts(change: Change, target: Resolved) -> Iterator[str]:
    """Yield the values in DynamoDB JSON that the item contains after a change."""
    if target.kind is None:
        return
    for value in _values(change):
        # `None` and an empty set are not stored. The update was rendered before, so every value fits its field.
        if value is not None and value != frozenset():
            yield target.kind.encode(value)


def _values(change: Change) -> list[Any]:
    match change:
        case ChangeSet(elements=elements, gain=True):
            return [elements]
        case Assign(value=ListAppend(first=first, second=second)):
            lists = [one for one in (first, second) if not isinstance(one, NODES)]
            return [[element for one in lists for element in one]]
        case Assign(value=value) if not isinstance(value, NODES):
            return [value]
        case _:
            return []
