"""
How deep values are nested.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (nested attributes)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LEVELS: Final = 32
"""An attribute by itself is the first level, and what is in a list or map is one level below it."""


def levels(wire: Mapping[str, Any]) -> int:
    """Return how many levels a value in DynamoDB JSON has; without recursion, as it may have too many."""
    deepest = 0
    todo: list[tuple[Mapping[str, Any], int]] = [(wire, 1)]
    while todo:
        value, level = todo.pop()
        deepest = max(deepest, level)
        inner = value.get("L") or value.get("M", {}).values()
        todo.extend((one, level + 1) for one in inner)
    return deepest


def levels_in(text: str) -> int:
    """Return how many levels a value in DynamoDB JSON text has, or 1 where they cannot be too many."""
    return levels(read_json(text)) if _may_be_deep(text) else 1


def too_deep(item: str) -> dict[str, int]:
    """Return the attributes of an item in DynamoDB JSON text that have too many levels, with their number."""
    if not _may_be_deep(item):
        return {}
    found = {name: levels(value) for name, value in read_json(item).items()}
    return {name: count for name, count in found.items() if count > MAX_LEVELS}


def _may_be_deep(text: str) -> bool:
    """Tell whether a text has enough lists and maps, wherever they are, to be worth reading."""
    return text.count('{"L":') + text.count('{"M":') >= MAX_LEVELS // 2
