"""What the placeholders of an expression stand for, as people give it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.conditions import WIRE_TYPES
from dynamo_document_builder.expressions.operands import plain
from dynamo_document_builder.wire.guards import is_mapping
from dynamo_document_builder.wire.natural import natural_value

if TYPE_CHECKING:
    from collections.abc import Mapping


def names_from(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the names that placeholders stand for."""
    names = dict(given or {})
    for placeholder, name in names.items():
        if not _is_name(name):
            raise UsageError(f"names={{{placeholder!r}: ...}}: the name of an attribute, not {type(name).__name__}")
    return names


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name)


def values_from(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values that placeholders stand for: they are all Python values, or all DynamoDB JSON."""
    values = dict(given or {})
    in_json = [placeholder for placeholder, value in values.items() if is_wire(value)]
    if not in_json:
        return {placeholder: plain(value) for placeholder, value in values.items()}
    if len(in_json) < len(values):
        raise UsageError(
            f"values= has DynamoDB JSON under {', '.join(in_json)} and Python values beside it: "
            "give all of them as one or as the other"
        )
    return wire_values(values)


def wire_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in DynamoDB JSON as Python values; bytes may be given as bytes."""
    return {placeholder: _read(value) for placeholder, value in given.items()}


def is_wire(value: object) -> bool:
    """Tell whether a value is DynamoDB JSON: a mapping from the name of a type to what is of that type."""
    if not (is_mapping(value) and len(value) == 1 and next(iter(value)) in WIRE_TYPES):
        return False
    try:
        _read(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False
    return True


def _read(value: Mapping[str, Any]) -> Any:
    return natural_value(json.loads(json.dumps(value, default=_as_text)))


def _as_text(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise TypeError
