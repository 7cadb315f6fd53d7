"""
The size of items and values, as DynamoDB counts it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
- A name or text counts its UTF-8 bytes.
- Null and a boolean count one byte.
- A list or map counts three bytes, one byte per entry, and its contents.
- For numbers, the page says "approximately (1 byte per two significant digits) + (1 byte)". DynamoDB's exact count,
  which decides if an item is over 400 KB, rounds up the digits on each side of the point separately. A negative number
  counts one byte more.
"""

from __future__ import annotations

from binascii import a2b_base64
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ITEM_BYTES: Final = 400 * 1024


def item_size(wire_item: Mapping[str, Any]) -> int:
    """Return the size of an item in DynamoDB JSON, in bytes."""
    return sum(len(name.encode()) + value_size(value) for name, value in wire_item.items())


def value_size(wire: Mapping[str, Any]) -> int:
    """Return the size of a value in DynamoDB JSON, in bytes."""
    [(tag, value)] = wire.items()
    if tag == "L":
        return 3 + sum(1 + value_size(element) for element in value)
    if tag == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(element) for name, element in value.items())
    if tag in {"SS", "NS", "BS"}:
        return sum(_scalar_size(tag[0], element) for element in value)
    return _scalar_size(tag, value)


def _scalar_size(tag: str, value: Any) -> int:
    if tag == "S":
        return len(value.encode())
    if tag == "N":
        return _number_size(value)
    if tag == "B":
        return len(a2b_base64(value))
    return 1  # BOOL and NULL


def _number_size(text: str) -> int:
    sign, digits, exponent = Decimal(text).as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    significant = written.rstrip("0")
    if not significant:
        return 1  # zero, also with a sign
    fraction = max(0, -int(exponent) - (len(written) - len(significant)))
    integer = max(0, len(significant) - fraction)
    # Zeros after the point count only if the integer part is not zero: 0.05 has one digit, and 1.05 has two.
    return 1 + _pairs(integer) + _pairs(len(significant) - integer) + sign


def _pairs(digits: int) -> int:
    return (digits + 1) // 2
