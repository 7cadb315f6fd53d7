"""
Reads DynamoDB JSON from a caller strictly; an error has the place and the reason of the fault.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.json.binary import base64_text, canonical_base64
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.numbers import UnstorableError, decimal_text, parse_number
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BYTES: Final = frozenset({bytes, bytearray, memoryview})
WIRE_TYPES: Final = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")


class MalformedError(ValueError):
    """A value that is not DynamoDB JSON; `place` is the path of the fault inside the value."""

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place


def looks_like_wire(value: object) -> bool:
    """Return True if a value is a mapping whose names are all wire types, even if it is not valid DynamoDB JSON."""
    return is_mapping(value) and bool(value) and all(name in WIRE_TYPES for name in value)


def checked_wire(value: object, *, depth: int = 0) -> dict[str, Any]:
    """
    Return a value in DynamoDB JSON in canonical form: numbers as canonical text, bytes as base64 text.

    Raises `MalformedError` for a value that DynamoDB would refuse.
    """
    if not is_mapping(value) or not value:
        raise MalformedError(f"expected a mapping such as {{'S': 'text'}}, found {_named(value)}")
    if len(value) > 1:
        raise MalformedError(f"a value has one type, found {' and '.join(map(str, value))}")
    [(wire_type, inner)] = value.items()
    read = _READERS.get(wire_type)
    if read is None:
        raise MalformedError(f"{wire_type!r} is not a type of DynamoDB: use one of {', '.join(WIRE_TYPES)}")
    if depth >= MAX_LEVELS:
        raise MalformedError(f"it is nested deeper than {MAX_LEVELS} levels")
    try:
        return {wire_type: read(inner, depth)}
    except MalformedError as error:
        raise MalformedError(error.problem, f".{wire_type}{error.place}") from None


def _text(value: object, _depth: int) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"expected str, found {_named(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise MalformedError("expected text, found str with a lone surrogate") from None
    return value


def _number(value: object, _depth: int) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"expected a number as str, found {_named(value)}")
    number = parse_number(value)
    if number is None:
        raise MalformedError("expected a number as str, found other text")
    try:
        return decimal_text(number)
    except UnstorableError as error:
        raise MalformedError(f"expected a number that DynamoDB stores, found one that {error}") from None


def _binary(value: Any, _depth: int) -> str:
    if type(value) in _BYTES:
        return base64_text(value)
    if not isinstance(value, str):
        raise MalformedError(f"expected base64 text or bytes, found {_named(value)}")
    try:
        return canonical_base64(value)
    except ValueError:
        raise MalformedError("expected base64 text, found other text") from None


def _boolean(value: object, _depth: int) -> bool:
    if not isinstance(value, bool):
        raise MalformedError(f"expected true or false, found {_named(value)}")
    return value


def _null(value: object, _depth: int) -> bool:
    if value is not True:
        raise MalformedError(f"expected true, found {_named(value)}")
    return True


def _map(value: object, depth: int) -> dict[str, Any]:
    if not is_mapping(value):
        raise MalformedError(f"expected a mapping, found {_named(value)}")
    members: dict[str, Any] = {}
    for name, member in value.items():
        if not isinstance(name, str):
            raise MalformedError(f"expected str as the name of a member, found {_named(name)}")
        try:
            members[name] = checked_wire(member, depth=depth + 1)
        except MalformedError as error:
            raise MalformedError(error.problem, f".{name}{error.place}") from None
    return members


def _list(value: object, depth: int) -> list[Any]:
    return _each(_elements(value), lambda element: checked_wire(element, depth=depth + 1))


def _set_of(read: Callable[[object, int], str]) -> Callable[[object, int], list[str]]:
    def read_set(value: object, depth: int) -> list[str]:
        elements = _each(_elements(value), lambda element: read(element, depth))
        if not elements:
            raise MalformedError("expected elements, found an empty set, which DynamoDB does not store")
        if len(set(elements)) < len(elements):
            raise MalformedError("expected different elements, found one twice")
        return elements

    return read_set


def _elements(value: object) -> Sequence[Any]:
    if not is_sequence(value):
        raise MalformedError(f"expected a list, found {_named(value)}")
    return value


def _each(elements: Sequence[Any], read: Callable[[Any], Any]) -> list[Any]:
    found: list[Any] = []
    for index, element in enumerate(elements):
        try:
            found.append(read(element))
        except MalformedError as error:
            raise MalformedError(error.problem, f"[{index}]{error.place}") from None
    return found


def _named(value: object) -> str:
    return "None" if value is None else type(value).__name__


_READERS: Final[dict[Any, Callable[[Any, int], Any]]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "M": _map,
    "L": _list,
    "SS": _set_of(_text),
    "NS": _set_of(_number),
    "BS": _set_of(_binary),
}
