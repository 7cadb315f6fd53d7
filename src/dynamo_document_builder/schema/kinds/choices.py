"""Kinds with a fixed set of values: enums and `Literal`."""

from __future__ import annotations

from enum import Enum, Flag
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.kinds.base import refusal
from dynamo_document_builder.schema.kinds.scalars import IntKind, Scalar
from dynamo_document_builder.wire.json.numbers import read_int
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSORTED: Final = "whose own order is not that of the stored values: compare with equals or is_in"
_WIRE_TYPES: Final = {str: "S", int: "N", bool: "BOOL"}


class ChoiceKind(Scalar):
    """A fixed set of values, each with a stored form."""

    def __init__(self, expected: str, values: Iterable[Any]) -> None:
        self.expected = expected
        self.choices = tuple(values)
        forms = [(value, choice_value(value)) for value in self.choices]
        types: set[type[Any]] = {type(form) for _, form in forms}
        if len(types) != 1 or not types <= _WIRE_TYPES.keys():
            named = " and ".join(sorted(form.__name__ for form in types)) or "nothing"
            raise DefinitionError(f"{expected} has values of {named}: use values of one type: str, int or bool")
        self.wire_type = _WIRE_TYPES[types.pop()]
        self.stored = bool if self.wire_type == "BOOL" else str
        self._written: dict[tuple[type[Any], Any], str] = {
            (type(value), value): self._form_text(form) for value, form in forms
        }
        self._read = {form: value for value, form in forms}
        self.unordered = "" if _sorts_as_stored(forms) else _UNSORTED
        super().__init__()

    @property
    def identity(self) -> object:
        return self.expected, frozenset(self._written.items())

    def _form_text(self, form: Any) -> str:
        try:
            return untyped_text(form)[len(self.wire_type) + 4 : -1]
        except UnsupportedValueError as error:
            raise DefinitionError(f"a value of {self.expected} is {error}") from error

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(self._written, 'choices')}[type({variable}), {variable}]")]

    def inner_read_code(self, source: Source, piece: str) -> str:
        form = f"{source.bind(read_int, 'read_int')}({piece})" if self.wire_type == "N" else piece
        return f"{source.bind(self._read, 'choices')}[{form}]"


def _sorts_as_stored(forms: Sequence[tuple[Any, Any]]) -> bool:
    """Return False if the members of an enum define an order that differs from the order of the stored values."""
    if not all(isinstance(value, Enum) and _has_own_order(type(value)) for value, _ in forms):
        return True
    try:
        return [form for _, form in sorted(forms, key=lambda pair: pair[0])] == sorted(form for _, form in forms)
    except Exception:  # noqa: BLE001  __lt__ of a user's enum may raise anything
        return False


def _has_own_order(enum: type[Enum]) -> bool:
    owner = next(cls for cls in enum.__mro__ if "__lt__" in vars(cls))
    return issubclass(owner, Enum) or owner.__module__ != "builtins"


def choice_value(value: Any) -> Any:
    """Return the stored value of a choice: the value of an enum member, or the choice itself."""
    return value.value if isinstance(value, Enum) else value


class FlagKind(IntKind):
    """`Flag`, stored as a number, so any combination of flags can be stored."""

    python = None

    def __init__(self, flag: type[Flag]) -> None:
        self.expected = flag.__name__
        self._flag = flag
        super().__init__()

    @property
    def identity(self) -> object:
        return self._flag

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        is_one = f"type({variable}) is {source.bind(self._flag, 'flag')}"
        return ['"', Code(f"{variable}.value if {is_one} else {refusal(source, variable)}", is_text=False), '"']

    def inner_read_code(self, source: Source, piece: str) -> str:
        return f"{source.bind(self._flag, 'flag')}({super().inner_read_code(source, piece)})"


def enum_kind(enum: type[Enum]) -> Scalar:
    """Return the kind of an enum, whose members are stored by value."""
    return FlagKind(enum) if issubclass(enum, Flag) else ChoiceKind(enum.__name__, enum)


def literal_kind(values: tuple[Any, ...]) -> Scalar:
    """Return the kind of `Literal[...]`."""
    return ChoiceKind(f"Literal[{', '.join(map(repr, values))}]", values)
