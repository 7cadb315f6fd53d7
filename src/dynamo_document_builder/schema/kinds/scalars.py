"""Kinds of one plain value: text, numbers, booleans and bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from dynamo_document_builder.schema.kinds.base import Kind, leaf, refusal
from dynamo_document_builder.schema.source import Code, Part, Source
from dynamo_document_builder.wire.json import quote
from dynamo_document_builder.wire.natural import base64_text
from dynamo_document_builder.wire.numbers import (
    PLAIN_INT,
    decimal_text,
    float_text,
    int_text,
    read_decimal,
    read_float,
    read_int,
)


class Scalar(Kind):
    """A value in one piece: `{"S": ...}`, `{"N": ...}`, `{"B": ...}` or `{"BOOL": ...}`."""

    tag: ClassVar[str]
    stored: ClassVar[Any] = str
    """What msgspec reads the piece as."""

    def __init__(self) -> None:
        self.tags = frozenset({self.tag})

    def inner(self, source: Source, variable: str) -> list[Part]:
        """Return the pieces of the value without its type, as they stand in a set."""
        raise NotImplementedError  # every scalar has its own

    def read_inner(self, source: Source, piece: str) -> str:
        """Return an expression for the Python value of a piece."""
        raise NotImplementedError  # every scalar has its own

    def text(self, source: Source, variable: str) -> list[Part]:
        return [f'{{"{self.tag}":', *self.inner(source, variable), "}"]

    def mirror(self) -> Any:
        return leaf(self.tag, self.stored)

    def read(self, source: Source, wire: str) -> str:
        return self.read_inner(source, f"{wire}.{self.tag}")


class StrKind(Scalar):
    expected = "str"
    tag = "S"

    def inner(self, source: Source, variable: str) -> list[Part]:
        escape = source.bind(quote, "quote")
        return [Code(f"{escape}({variable}) if type({variable}) is str else {refusal(source, variable)}")]

    def read_inner(self, source: Source, piece: str) -> str:
        return piece


class IntKind(Scalar):
    expected = "int"
    tag = "N"
    is_number = True

    def inner(self, source: Source, variable: str) -> list[Part]:
        whole, limit = source.bind(_int_text, "int_text"), source.bind(PLAIN_INT, "limit")
        plain = f"type({variable}) is int and -{limit} < {variable} < {limit}"
        return ['"', Code(f"{variable} if {plain} else {whole}({variable})"), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(read_int, 'read_int')}({piece})"


class Written(Scalar):
    """A scalar whose text a function makes and another reads."""

    def inner(self, source: Source, variable: str) -> list[Part]:
        return ['"', Code(f"{source.bind(self.write, 'write')}({variable})"), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(self.parse, 'parse')}({piece})"

    @staticmethod
    def write(value: Any) -> str:
        raise NotImplementedError  # every such scalar has its own

    @staticmethod
    def parse(text: Any) -> Any:
        raise NotImplementedError  # every such scalar has its own


class FloatKind(Written):
    expected = "float"
    tag = "N"
    is_number = True

    @staticmethod
    def write(value: Any) -> str:
        return float_text(value) if type(value) is float else _int_text(value)

    @staticmethod
    def parse(text: Any) -> float:
        return read_float(text)


class DecimalKind(Written):
    expected = "Decimal"
    tag = "N"
    is_number = True

    @staticmethod
    def write(value: Any) -> str:
        return decimal_text(value) if type(value) is Decimal else _int_text(value)

    @staticmethod
    def parse(text: Any) -> Decimal:
        return read_decimal(text)


class BoolKind(Scalar):
    expected = "bool"
    tag = "BOOL"
    stored = bool

    def inner(self, source: Source, variable: str) -> list[Part]:
        yes, no = source.bind("true", "true"), source.bind("false", "false")
        refused = refusal(source, variable)
        return [Code(f"{yes} if {variable} is True else {no} if {variable} is False else {refused}")]

    def read_inner(self, source: Source, piece: str) -> str:
        return piece


class BytesKind(Written):
    expected = "bytes"
    tag = "B"
    stored = bytes

    @staticmethod
    def write(value: Any) -> str:
        if type(value) not in {bytes, bytearray, memoryview}:
            raise TypeError
        return base64_text(value)

    def read_inner(self, source: Source, piece: str) -> str:
        return piece


def _int_text(value: Any) -> str:
    if type(value) is not int:
        raise TypeError
    return int_text(value)
