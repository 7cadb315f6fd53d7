"""Decoding stored values without a schema, for error texts. Nothing here raises for an invalid value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import untyped_value
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msgspec import Raw


def attributes_in(raw: bytes | Raw) -> Mapping[str, Any]:
    """Return the attributes of an item in DynamoDB JSON; an empty mapping if the value is not an item."""
    stored = read_json(bytes(raw))
    return stored if is_mapping(stored) else {}


def readable(wire: Mapping[str, Any]) -> Any:
    """Return a value decoded by its stored type; return the value unchanged if the type is unknown."""
    try:
        return untyped_value(wire)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # not valid DynamoDB JSON
        return wire
