"""Kinds of one plain value: text, numbers, booleans and bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.kinds.base import Kind, refusal
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
from dynamo_document_builder.wire.json.untyped import base64_text


class Scalar(Kind):
    """A value in one piece: `{"S": ...}`, `{"N": ...}`, `{"B": ...}` or `{"BOOL": ...}`."""

    tag: str
    stored: Any = str
    """What msgspec reads the piece as."""

    def __init__(self) -> None:
        self.tags = frozenset({self.tag})
        self.is_number = self.tag == "N"

    @property
    def identity(self) -> object:
        return type(self)  # most have nothing of their own

    def inner(self, source: Source, variable: str) -> list[Part]:
        """Return the pieces of the value without its type, as they stand in a set."""
        raise NotImplementedError  # every scalar has its own

    def read_inner(self, source: Source, piece: str) -> str:
        """Return an expression for the Python value of a piece."""
        raise NotImplementedError  # every scalar has its own

    def text(self, source: Source, variable: str) -> list[Part]:
        return merged([f'{{"{self.tag}":', *self.inner(source, variable), "}"])

    def leaves(self) -> dict[str, Any]:
        return {self.tag: self.stored}

    def read(self, source: Source, wire: str) -> str:
        return self.read_inner(source, f"{wire}.{self.tag}")


class StrKind(Scalar):
    expected = "str"
    python = str
    tag = "S"
    plain = str

    def inner(self, source: Source, variable: str) -> list[Part]:
        escape = source.bind(quote, "quote")
        return [Code(f"{escape}({variable}) if type({variable}) is str else {refusal(source, variable)}")]

    def read_inner(self, source: Source, piece: str) -> str:  # noqa: ARG002  what is read is the value already
        return piece


class IntKind(Scalar):
    expected = "int"
    python: type | None = int
    tag = "N"

    def inner(self, source: Source, variable: str) -> list[Part]:
        plain = f"type({variable}) is int and -{PLAIN_INT} < {variable} < {PLAIN_INT}"
        whole = source.bind(whole_text, "whole_text")
        return ['"', Code(f"{variable} if {plain} else {whole}({variable})", is_text=False), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(read_int, 'read_int')}({piece})"


class Written(Scalar):
    """A scalar whose text a function makes and another reads."""

    def inner(self, source: Source, variable: str) -> list[Part]:
        return ['"', Code(f"{source.bind(self.write, 'write')}({variable})"), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(self.parse, 'parse')}({piece})"

    @staticmethod
    def write(value: Any, /) -> str:
        raise NotImplementedError  # every such scalar has its own

    @staticmethod
    def parse(text: Any, /) -> Any:
        raise NotImplementedError  # every such scalar has its own


class FloatKind(Written):
    expected = "float"
    python = float
    tag = "N"
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
    tag = "N"

    def inner(self, source: Source, variable: str) -> list[Part]:
        exact, whole = source.bind(decimal_text, "decimal_text"), source.bind(whole_text, "whole_text")
        is_one = f"type({variable}) is {source.bind(Decimal, 'Decimal')}"
        return ['"', Code(f"{exact}({variable}) if {is_one} else {whole}({variable})"), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        made = f"{source.bind(Decimal, 'Decimal')}({piece})"
        return f"(n if (n := {made}).is_finite() else {refusal(source, 'n')})"


class BoolKind(Scalar):
    expected = "bool"
    python = bool
    tag = "BOOL"
    stored = bool

    def inner(self, source: Source, variable: str) -> list[Part]:
        refused = refusal(source, variable)
        return [Code(f'"true" if {variable} is True else "false" if {variable} is False else {refused}')]

    def read_inner(self, source: Source, piece: str) -> str:  # noqa: ARG002  what is read is the value already
        return piece


class BytesKind(Written):
    expected = "bytes"
    python = bytes
    tag = "B"
    stored = bytes

    @staticmethod
    def write(value: Any, /) -> str:
        if type(value) not in {bytes, bytearray, memoryview}:
            raise TypeError
        return base64_text(value)

    def read_inner(self, source: Source, piece: str) -> str:  # noqa: ARG002  what is read is the value already
        return piece


def whole_text(value: Any) -> str:
    """Return the text of an int, and of nothing that only looks like one."""
    if type(value) is not int:
        raise TypeError
    return int_text(value)


def merged(parts: list[Part]) -> list[Part]:
    """Put texts that stand side by side together."""
    together: list[Part] = []
    for part in parts:
        if together and isinstance(part, str) and isinstance(together[-1], str):
            together[-1] += part
        else:
            together.append(part)
    return together
