"""Indented JSON in which everything that fits stays on one line."""

from __future__ import annotations

import json
from typing import Any, Final

from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

_WIDTH: Final = 100


def pretty(value: Any, indent: int = 0) -> str:
    """
    Return a value as JSON, broken into lines of at most 100 characters where possible.

    Example:
        >>> print(pretty({"TableName": "app", "Key": {"PK": {"S": "USER#u1"}}}))
        {"TableName": "app", "Key": {"PK": {"S": "USER#u1"}}}

    """
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= _WIDTH:
        return line
    inner = indent + 2
    if is_mapping(value):
        members = [f"{json.dumps(name, ensure_ascii=False)}: {pretty(one, inner)}" for name, one in value.items()]
        return _block("{", members, "}", indent)
    if is_sequence(value):
        return _block("[", [pretty(one, inner) for one in value], "]", indent)
    return line


def _block(opening: str, parts: list[str], closing: str, indent: int) -> str:
    margin = " " * indent
    lines = f",\n{margin}  ".join(parts)
    return f"{opening}\n{margin}  {lines}\n{margin}{closing}"
