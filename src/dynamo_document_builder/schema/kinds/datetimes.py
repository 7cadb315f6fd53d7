"""Kinds of datetimes, dates and times: as text that sorts in time order, or as seconds since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, Final

import msgspec

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES, FROM_BELOW, too_precise
from dynamo_document_builder.schema.kinds.scalars import FormattedScalar
from dynamo_document_builder.wire.json.numbers import UnstorableError, read_int

_quoted: Final = msgspec.json.Encoder().encode
"""msgspec formats datetimes many times faster than `isoformat`; only whole seconds look different."""


def datetime_text(value: datetime) -> str:
    """
    Return an aware datetime as UTC text of fixed width, which sorts in time order.

    Example:
        >>> datetime_text(datetime(2026, 1, 2, 3, 4, 5, 7, tzinfo=UTC))
        '2026-01-02T03:04:05.000007Z'

    """
    return _datetime_json(value)[1:-1]


def _datetime_json(value: Any) -> str:
    """Return a datetime as JSON text."""
    if not isinstance(value, datetime):
        raise TypeError
    utc_value = in_utc(value)
    text = _quoted(utc_value).decode()
    return text if utc_value.microsecond else f'{text[:-2]}.000000Z"'


def in_utc(value: datetime) -> datetime:
    """Return the same time in UTC; raises `UnstorableError` for a datetime without a timezone."""
    if value.tzinfo is UTC and type(value) is datetime:
        return value
    if value.utcoffset() is None:
        raise UnstorableError("is naive; give it a timezone")
    try:
        utc_value = value.astimezone(UTC)
        return datetime.combine(utc_value.date(), utc_value.time(), UTC)  # exactly a datetime, also for a subclass
    except OverflowError:
        raise UnstorableError("is out of range in UTC") from None


class DatetimeKind(FormattedScalar):
    expected = "datetime with a timezone"
    python = datetime
    wire_type = "S"
    storage_form = "datetime as text"

    def inner_write_code(self, source: Source, variable: str) -> list[Part]:
        datetime_, utc = source.bind(datetime, "datetime"), source.bind(UTC, "utc")
        plain = f"type({variable}) is {datetime_} and {variable}.tzinfo is {utc} and {variable}.microsecond"
        quoted, other = source.bind(_quoted, "quoted"), source.bind(_datetime_json, "datetime_json")
        return [Code(f"{quoted}({variable}).decode() if {plain} else {other}({variable})")]

    def inner_read_code(self, source: Source, piece: str) -> str:
        parse, utc = source.bind(datetime.fromisoformat, "parse"), source.bind(UTC, "utc")
        return f"(m if (m := {parse}({piece})).tzinfo is {utc} else {source.bind(in_utc, 'in_utc')}(m))"


class EpochKind(FormattedScalar):
    """A datetime as whole seconds since 1970, for DynamoDB's time to live; a fraction of a second is dropped."""

    expected = "datetime with a timezone"
    python = datetime
    wire_type = "N"
    truncates = True
    storage_form = "datetime in seconds"

    @staticmethod
    def write(value: Any, /) -> str:
        if not isinstance(value, datetime):
            raise TypeError
        return str(int(in_utc(value).replace(microsecond=0).timestamp()))

    @staticmethod
    def parse(text: Any, /) -> datetime:
        return datetime.fromtimestamp(read_int(text), UTC)

    def encode_bound(self, value: object, operator: str, /) -> str:
        below = self.encode(value)
        if not (isinstance(value, datetime) and value.microsecond):
            return below
        if operator in EQUALITIES:
            raise too_precise(self.expected)
        return below if operator in FROM_BELOW else f'{{"N":"{int(self.write(value)) + 1}"}}'

    def rounded_down(self, value: Any, /) -> Any:
        return value.replace(microsecond=0)


class DateKind(FormattedScalar):
    expected = "date"
    python = date
    wire_type = "S"
    storage_form = "date as text"
    parse = staticmethod(date.fromisoformat)

    @staticmethod
    def write(value: Any, /) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError
        return value.isoformat()


class TimeKind(FormattedScalar):
    expected = "time"
    python = time
    wire_type = "S"
    parse = staticmethod(time.fromisoformat)

    @staticmethod
    def write(value: Any, /) -> str:
        if not isinstance(value, time):
            raise TypeError
        return value.isoformat(timespec="microseconds")

    def encode_bound(self, value: object, operator: str, /) -> str:
        if isinstance(value, time) and value.tzinfo is not None and operator not in EQUALITIES:
            found = "time with a timezone, whose text does not sort as times do"
            raise MisfitError([FieldFailure("", "time without a timezone, to compare by order", found)])
        return self.encode(value)
