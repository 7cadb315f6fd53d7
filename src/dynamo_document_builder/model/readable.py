"""Reading what came back for people and errors, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.natural import natural_value

if TYPE_CHECKING:
    from collections.abc import Mapping

UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a value by its stored type raises when it is no DynamoDB JSON."""


def readable(wire: Mapping[str, Any]) -> Any:
    """Return a value by its stored type, and as it came if it has none that is known."""
    try:
        return natural_value(wire)
    except UNREADABLE:
        return wire
