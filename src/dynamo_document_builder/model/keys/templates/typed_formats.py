"""The formats of numbers, dates, UUIDs, enums and codecs in a key."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from dynamo_document_builder.model.keys.templates.formats import (
    DIGITS,
    LAST,
    NUMBER,
    REST,
    Chars,
    Format,
    KeyTextError,
    Shape,
    check_text,
    fixed_shape,
)
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.datetimes import datetime_text
from dynamo_document_builder.schema.type_guards import type_name
from dynamo_document_builder.wire.json.numbers import PLAIN_INT, UnstorableError, number_text
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import Kind

_ANY_NUMBER: Final[Shape] = (((Chars(DIGITS + "-.E"), True),),)
_WHOLE: Final[Shape] = (((Chars(DIGITS), True),), ((Chars("-"), False), (Chars(DIGITS), True)))
_MOMENT: Final = fixed_shape("0000-00-00T00:00:00.000000Z")
_UUID: Final = fixed_shape("00000000-0000-0000-0000-000000000000", DIGITS + "abcdef")
_PADDED: Final = re.compile(r"0([1-9]\d?)d")
_PIECES: Final = re.compile(r"%[YmdHMS]|[^%]")
_UNITS: Final = {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%M": "minute", "%S": "second"}
_IN_ORDER: Final = "YmdHMS"
_PLAIN: Final = f"type({{v}}) is int and -{PLAIN_INT} < {{v}} < {PLAIN_INT}"


def typed_format(kind: Kind, spec: str, separators: str) -> Format | None:
    """Return the format of a kind other than `str`; `None` if the kind does not support the format."""
    if spec == NUMBER:
        return _number(kind) if kind.stored_type == "N" else None
    if spec == "":
        return _plain(kind, separators)
    if kind.python is int and (padded := _PADDED.fullmatch(spec)):
        return _padded(int(padded[1]))
    if kind.python in {date, datetime}:
        return _stamped(kind, spec)
    if spec == REST and kind.stored_type == "S" and not kind.choices:
        return _codec_text(kind, "")
    return None


def _plain(kind: Kind, separators: str) -> Format | None:
    if kind.choices:
        return _choice(kind, separators)
    made = _OF_CLASS.get(kind.python) if kind.python is not None else None
    if made is not None:
        return made(kind)
    return _codec_text(kind, separators) if kind.stored_type == "S" else None


def _int(_: Kind) -> Format:
    return Format(partial(_number_text, int), _WHOLE, int, sorts=False, test=_PLAIN, length=40)


def _decimal(_: Kind) -> Format:
    return Format(partial(_number_text, Decimal), _ANY_NUMBER, Decimal, sorts=False)


def _date(_: Kind) -> Format:
    names = {"date": date}
    return Format(_iso, fixed_shape("0000-00-00"), date.fromisoformat, test="type({v}) is date", length=10, names=names)


def _datetime(kind: Kind) -> Format:
    names = {"datetime": datetime, "UTC": UTC, "moment": datetime_text}
    whole = " and not {v}.microsecond" if "N" in kind.wire_types else ""
    return Format(
        _whole_moment if "N" in kind.wire_types else _moment,
        _MOMENT,
        datetime.fromisoformat,
        test=f"type({{v}}) is datetime and {{v}}.tzinfo is UTC{whole}",
        code="moment({v})",
        length=27,
        names=names,
    )


def _uuid(_: Kind) -> Format:
    return Format(_identifier, _UUID, UUID, test="type({v}) is UUID", length=36, names={"UUID": UUID})


_OF_CLASS: Final = {int: _int, Decimal: _decimal, date: _date, datetime: _datetime, UUID: _uuid}


def _number(kind: Kind) -> Format:
    """Return the format of a key attribute of type N, which the codec of the kind writes."""

    def write(value: Any) -> str:
        text: str = _encoded(kind, value)["N"]
        return text

    def read(text: str) -> Any:
        return kind.decode_wire({"N": text})

    if kind.python is int:
        return Format(write, _ANY_NUMBER, read, test=_PLAIN, length=40)
    return Format(write, _ANY_NUMBER, read)


def _codec_text(kind: Kind, separators: str) -> Format:
    """Return the format of a kind that a codec stores as text of unknown shape."""

    def write(value: Any) -> str:
        text: str = _encoded(kind, value)["S"]
        check_text(text, separators)
        return text

    def read(text: str) -> Any:
        return kind.decode_wire({"S": text})

    return Format(write, (((Chars(separators + LAST, but=True), True),),), read, sorts=not kind.unordered)


def _encoded(kind: Kind, value: Any) -> dict[str, Any]:
    try:
        wire: dict[str, Any] = read_json(kind.encode(value))
    except MisfitError as error:
        raise KeyTextError(f"is {error.failures[0].found}, not {error.failures[0].expected}") from error
    return wire


def _padded(width: int) -> Format:
    def write(value: Any) -> str:
        if type(value) is not int or not 0 <= value < 10**width:
            raise KeyTextError(f"is not a whole number of at most {width} digits, 0 or more")
        return f"{value:0{width}d}"

    test = f"type({{v}}) is int and 0 <= {{v}} < {10**width}"
    return Format(write, fixed_shape("0" * width), int, test=test, code=f"{{v}}:0{width}d", length=width)


def _stamped(kind: Kind, spec: str) -> Format | None:
    pieces: list[str] = _PIECES.findall(spec)
    units = "".join(piece[1] for piece in pieces if piece in _UNITS)
    if "".join(pieces) != spec or not units or (kind.python is date and set(units) & set("HMS")):
        return None
    shape = tuple(
        (Chars(DIGITS if piece in _UNITS else piece), False) for piece in pieces for _ in range(_width(piece))
    )
    sorts = _IN_ORDER.startswith(units)
    return Format(partial(_stamp, tuple(pieces), kind.python), (shape,), None, sorts=sorts)


def _width(piece: str) -> int:
    return {"%Y": 4}.get(piece, 2) if piece in _UNITS else 1


def _stamp(pieces: tuple[str, ...], python: type | None, value: Any) -> str:
    """Write parts of a date. `strftime` does not pad years below 1000 on every platform."""
    if python is datetime:
        _moment(value)
        value = value.astimezone(UTC)
    else:
        _iso(value)
    return "".join(
        f"{getattr(value, _UNITS[piece]):0{_width(piece)}d}" if piece in _UNITS else piece for piece in pieces
    )


def _choice(kind: Kind, separators: str) -> Format | None:
    texts: dict[tuple[Any, Any], Any] = {(type(value), value): _form(value) for value in kind.choices}
    if not all(type(form) in {str, int} for form in texts.values()):
        return None
    values = {str(form): value for (_, value), form in texts.items()}
    if "" in values or any(char in text for text in values for char in separators + LAST):
        return None
    sorts = all(type(form) is str for form in texts.values())

    def write(value: Any) -> str:
        form = texts.get((value.__class__, value))
        if form is None:
            raise KeyTextError(f"is not one of {kind.expected}")
        return str(form)

    shape: Shape = tuple(tuple((Chars(char), False) for char in text) for text in values)
    known, longest = f"known_{id(values):x}", max(len(text.encode()) for text in values)
    if all(type(value) is str for value in kind.choices):
        test, code = f"type({{v}}) is str and {{v}} in {known}", "{v}"
    else:
        test, code = f"type({{v}}) in {known}", "{v}._value_"
    of_enum = frozenset(type(value) for value in kind.choices if isinstance(value, Enum))
    names = {known: values if code == "{v}" else of_enum}
    return Format(write, shape, values.__getitem__, sorts, test, code, length=longest, names=names)


def _form(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _check_class(python: type, value: object) -> None:
    if type(value) is not python:
        raise KeyTextError(f"is of type {type_name(value)}, not {python.__name__}")


def _number_text(python: type, value: Any) -> str:
    _check_class(python, value)
    try:
        text = number_text(value)
    except UnstorableError as error:
        raise KeyTextError(str(error)) from None
    if "E" in text and python is int:
        raise KeyTextError("has more than 38 digits")
    return text


def _iso(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise KeyTextError(f"is of type {type(value).__name__}, not date")
    return value.isoformat()


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise KeyTextError(f"is of type {type(value).__name__}, not datetime")
    try:
        return datetime_text(value)
    except UnstorableError as error:
        raise KeyTextError(str(error)) from None


def _whole_moment(value: Any) -> str:
    text = _moment(value)
    if value.microsecond:
        raise KeyTextError(
            "has a fraction of a second, which is not stored: the key could not be built from what is read"
        )
    return text


def _identifier(value: Any) -> str:
    if not isinstance(value, UUID):
        raise KeyTextError(f"is of type {type(value).__name__}, not UUID")
    return str(value)
