"""Kinds of single values: text, numbers, booleans, bytes and UUIDs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.kinds.base import Kind, refusal
from dynamo_document_builder.wire.json.binary import base64_text
from dynamo_document_builder.wire.json.numbers import (
    PLAIN_INT,
    UnstorableError,
    decimal_text,
    float_text,
    int_text,
    read_float,
    read_int,
)
from dynamo_document_builder.wire.json.text import quote

_quoted: Final = msgspec.json.Encoder().encode


class Scalar(Kind):
    """A single value: `{"S": ...}`, `{"N": ...}`, `{"B": ...}` or `{"BOOL": ...}`."""

    wire_type: str
    stored: Any = str
    """The type that msgspec reads the value as."""

    def __init__(self) -> None:
        self.wire_types = frozenset({self.wire_type})
        self.is_number = self.wire_type == "N"

    @property
    def identity(self) -> object:
        return type(self)  # most kinds have no parameters

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        """Return the parts of the value without the wire type, as in a set."""
        raise NotImplementedError  # every subclass has its own

    def inner_read_code(self, source: Source, piece: str) -> str:
        """Return an expression for the Python value of what msgspec has read."""
        raise NotImplementedError  # every subclass has its own

    def write_code(self, source: Source, variable: str) -> list[Part]:
        return joined_texts([f'{{"{self.wire_type}":', *self.inner_write_code(source, variable), "}"])

    def mirror_types(self) -> dict[str, Any]:
        return {self.wire_type: self.stored}

    def read_code(self, source: Source, wire: str) -> str:
        return self.inner_read_code(source, f"{wire}.{self.wire_type}")


class StrKind(Scalar):
    expected = "str"
    python = str
    wire_type = "S"
    plain = str

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        escape = source.bind(quote, "quote")
        return [Code(f"{escape}({variable}) if type({variable}) is str else {refusal(source, variable)}")]

    def inner_read_code(self, source: Source, piece: str) -> str:  # noqa: ARG002  msgspec returns the value itself
        return piece


class IntKind(Scalar):
    expected = "int"
    python: type | None = int
    wire_type = "N"

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        plain = f"type({variable}) is int and -{PLAIN_INT} < {variable} < {PLAIN_INT}"
        whole = source.bind(whole_text, "whole_text")
        return ['"', Code(f"{variable} if {plain} else {whole}({variable})", is_text=False), '"']

    def inner_read_code(self, source: Source, piece: str) -> str:
        return f"{source.bind(read_int, 'read_int')}({piece})"


class FormattedScalar(Scalar):
    """A scalar that one function formats as text and another function parses."""

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        return ['"', Code(f"{source.bind(self.write, 'write')}({variable})"), '"']

    def inner_read_code(self, source: Source, piece: str) -> str:
        return f"{source.bind(self.parse, 'parse')}({piece})"

    @staticmethod
    def write(value: Any, /) -> str:
        raise NotImplementedError  # every subclass has its own

    @staticmethod
    def parse(text: Any, /) -> Any:
        raise NotImplementedError  # every subclass has its own


class FloatKind(FormattedScalar):
    expected = "float"
    python = float
    wire_type = "N"
    parse = staticmethod(read_float)

    @staticmethod
    def write(value: Any, /) -> str:
        if type(value) is float:
            return float_text(value)
        text = whole_text(value)
        if float(value) != value:
            raise UnstorableError("is a whole number that no float equals")
        return text


class DecimalKind(Scalar):
    expected = "Decimal"
    python = Decimal
    wire_type = "N"

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        exact, whole = source.bind(decimal_text, "decimal_text"), source.bind(whole_text, "whole_text")
        is_one = f"type({variable}) is {source.bind(Decimal, 'Decimal')}"
        return ['"', Code(f"{exact}({variable}) if {is_one} else {whole}({variable})"), '"']

    def inner_read_code(self, source: Source, piece: str) -> str:
        made = f"{source.bind(Decimal, 'Decimal')}({piece})"
        return f"(n if (n := {made}).is_finite() else {refusal(source, 'n')})"


class BoolKind(Scalar):
    expected = "bool"
    python = bool
    wire_type = "BOOL"
    stored = bool

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        refused = refusal(source, variable)
        return [Code(f'"true" if {variable} is True else "false" if {variable} is False else {refused}')]

    def inner_read_code(self, source: Source, piece: str) -> str:  # noqa: ARG002  msgspec returns the value itself
        return piece


class BytesKind(FormattedScalar):
    expected = "bytes"
    python = bytes
    wire_type = "B"
    stored = bytes

    @staticmethod
    def write(value: Any, /) -> str:
        if type(value) not in {bytes, bytearray, memoryview}:
            raise TypeError
        return base64_text(value)

    def inner_read_code(self, source: Source, piece: str) -> str:  # noqa: ARG002  msgspec returns the value itself
        return piece


class UUIDKind(FormattedScalar):
    expected = "UUID"
    python = UUID
    wire_type = "S"
    parse = staticmethod(UUID)

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        is_one = f"type({variable}) is {source.bind(UUID, 'UUID')}"
        return [
            Code(f"{source.bind(_quoted, 'quoted')}({variable}).decode() if {is_one} else {refusal(source, variable)}")
        ]


def whole_text(value: Any) -> str:
    """Return the text of an `int`; raises `TypeError` for any other type, also for `bool`."""
    if type(value) is not int:
        raise TypeError
    return int_text(value)


def joined_texts(parts: list[Part]) -> list[Part]:
    """Join neighbouring texts."""
    together: list[Part] = []
    for part in parts:
        if together and isinstance(part, str) and isinstance(together[-1], str):
            together[-1] += part
        else:
            together.append(part)
    return together
