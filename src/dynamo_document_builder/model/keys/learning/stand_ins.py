"""
Stand-ins for field values, which key functions receive during the analysis.

A stand-in can be joined with text. It has no value and refuses every operation that needs a value. The run records each
refusal, so an `except` in the function cannot hide it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.joining import SEPARATOR, StandInBase, key, part_text
from dynamo_document_builder.model.keys.learning.runs import UNSEEN, Piece, Run, Token
from dynamo_document_builder.model.keys.learning.traps import trap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dynamo_document_builder.schema.kinds.base import Kind

FALSE: Final[Mapping[Any, Any]] = {
    str: "",
    int: 0,
    Decimal: Decimal(0),
    bytes: b"",
    **dict.fromkeys((date, datetime, time, UUID), UNSEEN),
}
"""The false value of each class; `UNSEEN` if the class has no false value."""

_TEXT_METHODS: Final = ("lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize")
_DATE_METHODS: Final = ("isoformat", "strftime")
_METHODS: Final[Mapping[Any, Sequence[str]]] = {str: _TEXT_METHODS, date: _DATE_METHODS, datetime: _DATE_METHODS}
_PADDED: Final = re.compile("(0[1-9][0-9]?)d?").fullmatch


class StandIn(StandInBase):
    """A stand-in for the value of a field, or for a text that is built from fields."""

    __slots__ = ("kind", "pieces", "run")
    # `kind` is the kind of the field; `None` for a joined text.

    @staticmethod
    def joined(parts: tuple[Any, ...], /) -> Any:
        tokens: list[Token] = []
        run: Any = None
        for position, part in enumerate(parts):
            tokens += [SEPARATOR] if position else []
            if not is_stand_in(part):
                tokens.append(part_text(_plain(part), position))
                continue
            kind, run = _of(part, "kind"), _of(part, "run")
            if kind is not None and not _can_be_part(kind):
                raise UsageError(f"part {position + 1} of a key is {kind.expected}")
            tokens += [part_text(one, position) if isinstance(one, str) else one for one in _of(part, "pieces")]
        return _made(run, tuple(tokens))

    def __getattribute__(self, name: str) -> Any:
        kind = _of(self, "kind")
        if name == "value" and kind is not None and kind.choices and isinstance(kind.choices[0], Enum):
            return _text(self, "", _value_text)  # `key` writes an enum member and its value in the same way
        if name in (_TEXT_METHODS if kind is None else _METHODS.get(kind.python, ())):
            return partial(_called, self, name)
        return refuse(self, f"takes .{name} of")

    def __bool__(self) -> bool:
        kind = _of(self, "kind")
        if kind is None:  # not empty, unless a piece has a format that no template has
            is_known = any(isinstance(one, str) or one.spec is not None for one in _of(self, "pieces"))
        else:
            is_known = kind.python in FALSE and not kind.choices
        return True if is_known else refuse(self, "asks the truth of")

    def __format__(self, spec: str) -> str:
        run, kind, pieces = _of(self, "run"), _of(self, "kind"), _of(self, "pieces")
        if kind is not None:
            pieces = [Piece(pieces[0].name, _spec(self, kind, spec), partial(_formatted, spec))]
        elif spec:
            refuse(self, "pads")
        return Formatted.of("".join([one if isinstance(one, str) else run.mark(one) for one in pieces]), self)

    def __str__(self) -> str:
        return format(self)

    def __add__(self, other: Any) -> Any:
        return _added(self, self, other)

    def __radd__(self, other: Any) -> Any:
        return _added(self, other, self)


class Formatted(str, StandInBase):
    """The text of a stand-in from `str()` or an f-string. It refuses every operation that inspects the text."""

    __slots__ = ("source",)

    @classmethod
    def of(cls, text: str, source: StandIn) -> Formatted:
        made = str.__new__(cls, text)
        object.__setattr__(made, "source", source)
        return made

    @staticmethod
    def joined(parts: tuple[Any, ...], /) -> Any:
        return StandIn.joined(parts) if any(map(is_stand_in, parts)) else key(*map(_plain, parts))

    def __getattribute__(self, name: str) -> Any:
        return refuse(_of(self, "source"), f"takes .{name} of the text of")

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return self

    def __format__(self, spec: str) -> str:
        return refuse(_of(self, "source"), "pads") if spec else self

    def __add__(self, other: Any) -> Any:
        return plain(self) + other

    def __radd__(self, other: Any) -> Any:
        return other + plain(self) if type(other) is str else NotImplemented


def plain(text: str) -> str:
    """Return the text as a plain string."""
    return str.__str__(text)


def _plain(part: Any) -> Any:
    return plain(part) if type(part) is Formatted else part


def is_stand_in(value: object) -> bool:
    """Return True if a value is a stand-in, without calling methods of the value."""
    return type(value) is StandIn


def stand_in(run: Run, name: str, kind: Kind) -> StandIn:
    """Return a stand-in for the value of a field."""
    return _made(run, (Piece(name, "", part_text),), kind)


def parts_of(value: StandIn) -> tuple[tuple[Token, ...], Kind | None]:
    """Return the pieces of a stand-in, and its kind if it represents a field."""
    return _of(value, "pieces"), _of(value, "kind")


def refuse(self: object, does: str) -> NoReturn:
    """Record that the function attempts an unsupported operation, and stop it."""
    run: Run = _of(self, "run")
    names = dict.fromkeys(repr(piece.name) for piece in _of(self, "pieces") if isinstance(piece, Piece))
    run.refuse(f"it {does} {' and '.join(names)}")


def _of(value: object, slot: str) -> Any:
    return object.__getattribute__(value, slot)


def _made(run: Run, pieces: tuple[Token, ...], kind: Kind | None = None) -> StandIn:
    made = object.__new__(StandIn)
    object.__setattr__(made, "run", run)
    object.__setattr__(made, "pieces", pieces)
    object.__setattr__(made, "kind", kind)
    return made


def _can_be_part(kind: Kind) -> bool:
    # For some kinds, such as unions, it depends on the value.
    return bool(kind.choices) or kind.python in {None, str, int, Decimal, UUID, date, datetime}


def _called(self: StandIn, method: str, *given: Any, **named: Any) -> Any:
    """Return a stand-in for the text that a method returns."""
    run, kind, pieces = _of(self, "run"), _of(self, "kind"), _of(self, "pieces")
    if named or len(given) != (method == "strftime") or any(type(one) is not str for one in given):
        refuse(self, f"calls .{method}() of")
    if kind is None:
        return _made(run, tuple(Piece(one.name, None, str) for one in pieces if isinstance(one, Piece)))
    specs = {"upper": "upper", "lower": "lower", "strftime": given[0] if given else None}
    spec = "" if method == "isoformat" and kind.python is date else specs.get(method)
    return _text(self, spec, methodcaller(method, *given))


def _text(self: StandIn, spec: str | None, write: Callable[[Any], str]) -> StandIn:
    """Return a stand-in for a text that is built from one field."""
    return _made(_of(self, "run"), (Piece(_of(self, "pieces")[0].name, spec, write),))


def _value_text(member: Any) -> str:
    return str(member.value)


def _spec(self: StandIn, kind: Kind, spec: str) -> str:
    """Return the template format for a format of an f-string."""
    if not spec or (kind.python in {date, datetime} and not kind.choices):
        return spec
    if (kind.python, spec) in {(int, "d"), (str, "s")}:
        return ""
    padded = _PADDED(spec) if kind.python is int else None
    return f"{padded[1]}d" if padded else refuse(self, "formats, as no template can,")


def _formatted(spec: str, value: Any) -> str:
    return format(value, spec)


def _added(self: StandIn, one: Any, other: Any) -> Any:
    """Return a stand-in for the concatenation of two texts."""
    tokens: list[Token] = []
    for part in (one, other):
        if type(part) is str or type(part) is Formatted:
            tokens += [_plain(part)] if part else []
        elif is_stand_in(part) and _is_text(_of(part, "kind")):
            tokens += _of(part, "pieces") if _of(part, "kind") is None else _of(_text(part, "", str), "pieces")
        else:
            refuse(self, "computes with")
    return _made(_of(self, "run"), tuple(tokens))


def _is_text(kind: Kind | None) -> bool:
    return kind is None or kind.python is str or bool(kind.choices)


def _refuse_text(self: object, does: str) -> NoReturn:
    refuse(_of(self, "source"), f"{does} the text of")


trap(StandIn, refuse, but=("bool", "str", "format"))
# `%` and `copy` handle it like any string.
trap(Formatted, _refuse_text, but=("bool", "str", "format", "rmod", "copy", "deepcopy", "reduce", "reduce_ex"))
