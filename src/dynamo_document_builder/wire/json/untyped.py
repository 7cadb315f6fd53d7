"""
Values without a declared type: written by the type of the Python value, read by the wire type.

A value is read back as an equal value. Exceptions: sequences are read back as lists, sets as `set`, and floats as `int`
or `Decimal`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.json.binary import base64_text, read_base64
from dynamo_document_builder.wire.json.numbers import decimal_text, float_text, int_text, read_number
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class UnsupportedValueError(ValueError):
    """A value that DynamoDB JSON cannot hold; `path` is the place inside the value."""

    def __init__(self, found: str, path: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.path = path


def untyped_text(value: object) -> str:
    """
    Return a value as DynamoDB JSON.

    Example:
        >>> untyped_text(["a", 1, None])
        '{"L":[{"S":"a"},{"N":"1"},{"NULL":true}]}'

    """
    write = _WRITERS.get(type(value))
    if write is None:
        raise UnsupportedValueError(type(value).__name__)
    try:
        return write(value)
    except UnsupportedValueError:
        raise
    except ValueError as error:
        raise UnsupportedValueError(f"{type(value).__name__} that {error}") from error


def text_value(value: str) -> str:
    """Return text as DynamoDB JSON; raises `UnsupportedValueError` for a lone surrogate."""
    try:
        if not value.isascii():
            value.encode()
    except UnicodeEncodeError:
        raise UnsupportedValueError("str with a lone surrogate, which UTF-8 cannot encode") from None
    return f'{{"S":{quote(value)}}}'


def _binary(value: Any) -> str:
    return f'{{"B":"{base64_text(value)}"}}'


def _list(value: Iterable[object]) -> str:
    elements = ",".join([_at(f"[{index}]", element) for index, element in enumerate(value)])
    return f'{{"L":[{elements}]}}'


def _map(value: Mapping[object, object]) -> str:
    members = ",".join([f"{_name(name)}:{_at('.' + str(name), element)}" for name, element in value.items()])
    return f'{{"M":{{{members}}}}}'


def _name(name: object) -> str:
    if type(name) is not str:
        raise UnsupportedValueError(f"a key of type {type(name).__name__}")
    return text_value(name)[5:-1]


def _at(step: str, value: object) -> str:
    try:
        return untyped_text(value)
    except UnsupportedValueError as error:
        raise UnsupportedValueError(error.found, step + error.path) from None


def _set(value: Iterable[object]) -> str:
    texts = sorted({untyped_text(element) for element in value})
    wire_types = {text[2] for text in texts}
    if not texts:
        raise UnsupportedValueError("an empty set, which DynamoDB does not store")
    if not wire_types <= {"S", "N", "B"} or len(wire_types) > 1 or any(text[3] != '"' for text in texts):
        raise UnsupportedValueError("a set of other than text only, numbers only or bytes only")
    return f'{{"{wire_types.pop()}S":[{",".join([text[5:-1] for text in texts])}]}}'


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: text_value,
    int: lambda value: f'{{"N":"{int_text(value)}"}}',
    float: lambda value: f'{{"N":"{float_text(value)}"}}',
    Decimal: lambda value: f'{{"N":"{decimal_text(value)}"}}',
    bool: lambda value: f'{{"BOOL":{"true" if value else "false"}}}',
    type(None): lambda _: '{"NULL":true}',
    bytes: _binary,
    bytearray: _binary,
    memoryview: _binary,
    list: _list,
    tuple: _list,
    dict: _map,
    set: _set,
    frozenset: _set,
}


def untyped_value(wire: Mapping[str, Any]) -> Any:
    """
    Return a value in DynamoDB JSON as the Python value of its stored type.

    Example:
        >>> untyped_value({"L": [{"S": "a"}, {"N": "1.5"}]})
        ['a', Decimal('1.5')]

    """
    [(tag, value)] = wire.items()
    return _READERS[tag](value)


def untyped_item(wire_item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole item in DynamoDB JSON as Python values."""
    return {name: untyped_value(value) for name, value in wire_item.items()}


def _exactly(python: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not python:
            raise TypeError
        return value

    return read


_text, _elements, _boolean = _exactly(str), _exactly(list), _exactly(bool)


def _read_binary(value: Any) -> bytes:
    return read_base64(_text(value))


def _read_null(value: Any) -> None:
    if value is not True:
        raise TypeError


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "S": _text,
    "N": lambda value: read_number(_text(value)),
    "B": _read_binary,
    "BOOL": _boolean,
    "NULL": _read_null,
    "L": lambda values: [untyped_value(value) for value in _elements(values)],
    "M": untyped_item,
    "SS": lambda values: set(map(_text, _elements(values))),
    "NS": lambda values: {read_number(_text(value)) for value in _elements(values)},
    "BS": lambda values: set(map(_read_binary, _elements(values))),
}
