"""Reading what came back for people and errors, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import untyped_value
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msgspec import Raw


def attributes_in(raw: bytes | Raw) -> Mapping[str, Any]:
    """Return the attributes of an item in DynamoDB JSON; what came in the place of one has none."""
    stored = read_json(bytes(raw))
    return stored if is_mapping(stored) else {}


def readable(wire: Mapping[str, Any]) -> Any:
    """Return a value by its stored type, and as it came if it has none that is known."""
    try:
        return untyped_value(wire)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # it is no DynamoDB JSON
        return wire
