"""Kinds with a fixed set of values: enums, stored by value, and literals."""

from __future__ import annotations

from enum import Enum, Flag
from typing import Any

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.kinds.base import refusal
from dynamo_document_builder.schema.kinds.scalars import IntKind, Scalar
from dynamo_document_builder.schema.source import Code, Part, Source
from dynamo_document_builder.wire.natural import natural_text


class ChoiceKind(Scalar):
    """Some values, each with its stored form; the form is looked up, never computed."""

    def __init__(self, expected: str, choices: dict[Any, Any]) -> None:
        self.expected = expected
        forms = {type(form) for form in choices.values()}
        if forms not in ({str}, {int}, {bool}):
            raise DefinitionError(f"{expected} has values of {_named(forms)}: DynamoDB keeps all str, all int or all bool")
        self.tag = {str: "S", int: "N", bool: "BOOL"}[forms.pop()]  # type: ignore[misc]  # one class serves three types
        self.stored = bool if self.tag == "BOOL" else str  # type: ignore[misc]  # the same
        self._written = {(type(value), value): _piece(form) for value, form in choices.items()}
        self._read = {_key(form): value for value, form in choices.items()}
        super().__init__()

    def inner(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(self._written, 'choices')}[type({variable}), {variable}]")]

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(self._read, 'choices')}[{piece}]"


def _piece(form: Any) -> str:
    if isinstance(form, bool):
        return "true" if form else "false"
    return natural_text(form)[5:-1]


def _key(form: Any) -> Any:
    return str(form) if type(form) is int else form


def _named(forms: set[type]) -> str:
    return " and ".join(sorted(form.__name__ for form in forms)) or "nothing"


class FlagKind(IntKind):
    """Flags are stored as their number, so that any combination can be."""

    def __init__(self, flag: type[Flag]) -> None:
        self.expected = flag.__name__
        self._flag = flag
        super().__init__()

    def inner(self, source: Source, variable: str) -> list[Part]:
        is_one = f"type({variable}) is {source.bind(self._flag, 'flag')}"
        return ['"', Code(f"{variable}.value if {is_one} else {refusal(source, variable)}"), '"']

    def read_inner(self, source: Source, piece: str) -> str:
        return f"{source.bind(self._flag, 'flag')}({super().read_inner(source, piece)})"


def enum_kind(enum: type[Enum]) -> Scalar:
    """Return the kind of an enum's members, stored by value."""
    if issubclass(enum, Flag):
        return FlagKind(enum)
    return ChoiceKind(enum.__name__, {member: member.value for member in enum})


def literal_kind(values: tuple[Any, ...]) -> Scalar:
    """Return the kind of `Literal[...]`."""
    return ChoiceKind(f"Literal[{', '.join(map(repr, values))}]", {value: value for value in values})
