"""
Stored values as DynamoDB compares them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

import json
import operator
from base64 import b64decode
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Wire: TypeAlias = "Mapping[str, Any]"
"""One value in parsed DynamoDB JSON."""

Stored: TypeAlias = tuple[str, Any]
"""A type and a value of it: equal exactly if DynamoDB takes them for equal, so nothing equals another type."""


class AsStored(Struct, frozen=True):
    """A value to compare with, exactly as it was found: no codec makes it anew."""

    text: str
    """In DynamoDB JSON."""

    def python(self) -> Any:
        """Return it as people see it."""
        return untyped_value(json.loads(self.text))


_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "S": str,
    "N": Decimal,  # exact: neither reading nor comparing rounds, whatever the context says
    "B": b64decode,
    "BOOL": bool,
    "NULL": bool,
    "L": lambda values: [stored(value) for value in values],
    "M": lambda values: {name: stored(value) for name, value in values.items()},
    "SS": frozenset,
    "NS": lambda values: frozenset(map(Decimal, values)),
    "BS": lambda values: frozenset(map(b64decode, values)),
}


def stored(wire: Wire) -> Stored:
    """Return a value so that it can be compared."""
    [(tag, value)] = wire.items()
    return tag, _READERS[tag](value)


def find(item: Wire | None, path: tuple[str | int, ...]) -> Wire | None:
    """Return what is stored under a path, `None` if nothing is."""
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


def compare(sign: str, left: Stored | None, right: Stored | None) -> bool:
    """Compare two values: types never mix, and what is not there differs from everything, from nothing too."""
    if left is None or right is None:
        return sign == "<>"
    if sign in {"=", "<>"}:
        return (left == right) is (sign == "=")
    # Text is ordered by its UTF-8 bytes, which is the order of code points, and so Python's own.
    return left[0] == right[0] and left[0] in {"S", "N", "B"} and _ORDERS[sign](left[1], right[1])


def size(value: Stored | None) -> Stored | None:
    """Return what `size()` gives, nothing for a type that has no size."""
    if value is None or value[0] in {"N", "BOOL", "NULL"}:
        return None
    return "N", Decimal(_utf16_units(value[1]) if value[0] == "S" else len(value[1]))


def _utf16_units(text: str) -> int:
    # DynamoDB counts as Java does: a character beyond the first 65,536, such as an emoji, is two.
    return len(text.encode("utf-16-le")) // 2


def begins_with(value: Stored | None, prefix: Stored | None) -> bool:
    """Tell whether text begins with text, or bytes with bytes."""
    if value is None or prefix is None or value[0] != prefix[0] or value[0] not in {"S", "B"}:
        return False
    return bool(value[1].startswith(prefix[1]))


def contains(value: Stored | None, part: Stored | None) -> bool:
    """Tell whether text has a part, bytes have one, or a set or list an element."""
    if value is None or part is None:
        return False
    tag, inner = value
    if tag == "L":
        return part in inner
    fits = tag == part[0] if tag in {"S", "B"} else tag == f"{part[0]}S"
    return fits and part[1] in inner
