"""
Comparison of stored values by DynamoDB's rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

import json
from base64 import b64decode
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Wire: TypeAlias = "Mapping[str, Any]"
"""One value in parsed DynamoDB JSON."""

Comparable: TypeAlias = tuple[str, Any]
"""A wire type and a Python value. Two are equal if DynamoDB treats the values as equal, so types never mix."""


class WireValue(Struct, frozen=True):
    """A value in a condition that is already in DynamoDB JSON. Rendering does not encode it again."""

    text: str
    """The value in DynamoDB JSON."""

    def python(self) -> Any:
        """Return the value as a Python value."""
        return untyped_value(json.loads(self.text))


_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}

_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "S": str,
    "N": Decimal,  # neither construction nor comparison rounds, whatever the decimal context
    "B": b64decode,
    "BOOL": bool,
    "NULL": bool,
    "L": lambda values: [comparable(value) for value in values],
    "M": lambda values: {name: comparable(value) for name, value in values.items()},
    "SS": frozenset,
    "NS": lambda values: frozenset(map(Decimal, values)),
    "BS": lambda values: frozenset(map(b64decode, values)),
}


def comparable(wire: Wire) -> Comparable:
    """Return a value in the form that can be compared."""
    [(wire_type, value)] = wire.items()
    return wire_type, _READERS[wire_type](value)


def find(item: Wire | None, path: tuple[str | int, ...]) -> Wire | None:
    """Return the value that an item stores under a path, or `None`."""
    found: Any = {"M": item or {}}
    for segment in path:
        found = _list_element(found, segment) if isinstance(segment, int) else found.get("M", {}).get(segment)
        if found is None:
            return None
    wire: Wire = found
    return wire


def _list_element(wire: Wire, index: int) -> Wire | None:
    elements = wire.get("L", [])
    return elements[index] if index < len(elements) else None


def compare(operator: str, left: Comparable | None, right: Comparable | None) -> bool:
    """
    Return True if a comparison holds.

    Values of different types are never equal and have no order. A missing value differs from every value, also from
    another missing value.
    """
    if left is None or right is None:
        return operator == "<>"
    if operator in {"=", "<>"}:
        return (left == right) is (operator == "=")
    # The order of UTF-8 bytes is the order of code points, by which Python compares text.
    return left[0] == right[0] and left[0] in {"S", "N", "B"} and _ORDERS[operator](left[1], right[1])


def size(value: Comparable | None) -> Comparable | None:
    """Return the result of `size()`, `None` for a type that has no size."""
    if value is None or value[0] in {"N", "BOOL", "NULL"}:
        return None
    return "N", Decimal(_utf16_units(value[1]) if value[0] == "S" else len(value[1]))


def _utf16_units(text: str) -> int:
    # DynamoDB counts UTF-16 units, as Java does: a character beyond U+FFFF, such as an emoji, counts twice.
    return len(text.encode("utf-16-le")) // 2


def begins_with(value: Comparable | None, prefix: Comparable | None) -> bool:
    """Return True if text begins with a text, or bytes begin with bytes."""
    if value is None or prefix is None or value[0] != prefix[0] or value[0] not in {"S", "B"}:
        return False
    return bool(value[1].startswith(prefix[1]))


def contains(value: Comparable | None, part: Comparable | None) -> bool:
    """Return True if text contains a text, bytes contain bytes, or a set or list has an element."""
    if value is None or part is None:
        return False
    wire_type, inner = value
    if wire_type == "L":
        return part in inner
    fits = wire_type == part[0] if wire_type in {"S", "B"} else wire_type == f"{part[0]}S"
    return fits and part[1] in inner
