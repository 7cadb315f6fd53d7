"""
The nesting depth of values.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (nested attributes)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LEVELS: Final = 32
"""The limit of DynamoDB. An attribute is level 1; elements of a list or map are one level deeper."""


def levels(wire: Mapping[str, Any]) -> int:
    """Return the number of levels of a value in DynamoDB JSON. Not recursive: the value may have too many levels."""
    deepest = 0
    todo: list[tuple[Mapping[str, Any], int]] = [(wire, 1)]
    while todo:
        value, level = todo.pop()
        deepest = max(deepest, level)
        inner = value.get("L") or value.get("M", {}).values()
        todo.extend((one, level + 1) for one in inner)
    return deepest


def levels_in(text: str) -> int:
    """Return the number of levels of a value in DynamoDB JSON text, or 1 if there cannot be too many."""
    return levels(read_json(text)) if _may_be_deep(text) else 1


def too_deep(item: str) -> dict[str, int]:
    """Return the number of levels of each attribute with too many, for an item in DynamoDB JSON text."""
    if not _may_be_deep(item):
        return {}
    found = {name: levels(value) for name, value in read_json(item).items()}
    return {name: count for name, count in found.items() if count > MAX_LEVELS}


def _may_be_deep(text: str) -> bool:
    """Return False if a text has too few lists and maps to exceed the limit, so parsing it is not needed."""
    return text.count('{"L":') + text.count('{"M":') >= MAX_LEVELS // 2
