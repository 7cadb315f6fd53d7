"""
Attribute values in DynamoDB JSON: the rules they follow, their canonical form, and the order of key values.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

from binascii import a2b_base64
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dynamo_document_builder.testing.memory.refused import (
    RefusedError,
    invalid,
    invalid_item_values,
    invalid_values,
    serialization,
)
from dynamo_document_builder.wire.json.binary import canonical_base64
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.numbers import MAX_DIGITS, UnstorableError, decimal_text, parse_number
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Wire: TypeAlias = "dict[str, Any]"
"""One attribute value in DynamoDB JSON."""

Item: TypeAlias = "dict[str, Wire]"
"""An item in DynamoDB JSON. The engine never changes one in place: a write stores another."""

Sortable: TypeAlias = str | bytes | Decimal
"""A key value as Python orders it: text by its code points, which is the order of its UTF-8 bytes."""

_LARGEST: Final = 125


def canonical_item(given: Mapping[str, Any]) -> Item:
    """Return an item as DynamoDB stores it, or refuse it."""
    for name in given:
        if not name:
            raise invalid_values("Attribute name cannot be empty")
    return {name: canonical(value) for name, value in given.items()}


def canonical(given: object, level: int = 1) -> Wire:
    """Return a value as DynamoDB stores it. *level* counts the maps and lists around it, and itself."""
    if not is_mapping(given):
        raise serialization("Start of structure or map found where not expected")
    members = {tag: value for tag, value in given.items() if value is not None}
    if not members.keys() <= _CANONICAL.keys():
        members = {tag: value for tag, value in members.items() if tag in _CANONICAL}
    if not members:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if len(members) > 1:
        raise invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported datatypes"
        )
    if level > MAX_LEVELS:
        raise invalid("Nesting Levels have exceeded supported limits")
    [(tag, value)] = members.items()
    return {tag: _CANONICAL[tag](value, level)}


def _typed(kind: type, value: object) -> Any:
    if type(value) is not kind:
        raise serialization(f"{type(value).__name__} can not be converted to {kind.__name__}")
    return value


def _text(value: object, _: int) -> str:
    text: str = _typed(str, value)
    return text


def _number(value: object, _: int) -> str:
    text: str = _typed(str, value)
    number = parse_number(text)
    if number is None or not number.is_finite():
        raise _not_numeric(text)
    try:
        return plainly(decimal_text(number))
    except UnstorableError:
        raise _out_of_range(number) from None


def plainly(number: str) -> str:
    """Return a number as DynamoDB answers it: without an exponent."""
    return f"{Decimal(number):f}" if "E" in number else number


def _not_numeric(text: str) -> RefusedError:
    if not text:
        return invalid("The parameter cannot be converted to a numeric value")
    return invalid(f"The parameter cannot be converted to a numeric value: {text}")


def _out_of_range(number: Decimal) -> RefusedError:
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > MAX_DIGITS:
        return invalid("Attempting to store more than 38 significant digits in a Number")
    if number.adjusted() > _LARGEST:
        return invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    return invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")


def _binary(value: object, _: int) -> str:
    text: str = _typed(str, value)
    try:
        return canonical_base64(text)
    except ValueError:
        raise serialization("The value is not valid base64") from None


def _boolean(value: object, _: int) -> bool:
    whether: bool = _typed(bool, value)
    return whether


def _null(value: object, _: int) -> bool:
    if _typed(bool, value) is not True:
        raise invalid_values("Null attribute value types must have the value of true")
    return True


def _list(value: object, level: int) -> list[Wire]:
    return [canonical(element, level + 1) for element in _typed(list, value)]


def _map(value: object, level: int) -> dict[str, Wire]:
    return {name: canonical(element, level + 1) for name, element in _typed(dict, value).items()}


def _set_of(element: Callable[[object, int], str], empty: str) -> Callable[[object, int], list[str]]:
    def read(value: object, level: int) -> list[str]:
        elements = [element(one, level) for one in _typed(list, value)]
        if not elements:
            raise invalid_item_values(f"{empty} may not be empty")
        if len(set(elements)) < len(elements):
            raise invalid_item_values(f"Input collection [{', '.join(elements)}] contains duplicates.")
        return elements

    return read


_CANONICAL: Final[dict[str, Callable[[object, int], Any]]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "L": _list,
    "M": _map,
    "SS": _set_of(_text, "An string set "),
    "NS": _set_of(_number, "An number set "),
    "BS": _set_of(_binary, "Binary sets"),
}


def sortable(wire: Wire) -> Sortable:
    """Return the value of a key attribute as Python orders it."""
    [(tag, value)] = wire.items()
    return _SORTABLE[tag](value)


_SORTABLE: Final[dict[str, Callable[[str], Sortable]]] = {"S": str, "N": Decimal, "B": a2b_base64}


def type_of(wire: Wire) -> str:
    """Return the name of a value's type."""
    return next(iter(wire))
