"""Kinds of moments and identifiers: text that sorts as its values do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from dynamo_document_builder.schema.kinds.scalars import Written
from dynamo_document_builder.wire.numbers import read_int

_MICROSECONDS = 26
"""The length of `2026-01-02T03:04:05.000007`."""


def datetime_text(value: datetime) -> str:
    """
    Return an aware datetime as UTC text of fixed width, which sorts as the moments do.

    Example:
        >>> datetime_text(datetime(2026, 1, 2, 3, 4, 5, 7, tzinfo=UTC))
        '2026-01-02T03:04:05.000007Z'

    """
    if value.tzinfo is not UTC:
        value = _in_utc(value)
    return f"{value.isoformat(timespec='microseconds')[:_MICROSECONDS]}Z"


def _in_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("is naive; give it a timezone")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range in UTC") from None


class DatetimeKind(Written):
    expected = "datetime with a timezone"
    tag = "S"

    @staticmethod
    def write(value: Any) -> str:
        if not isinstance(value, datetime):
            raise TypeError
        return datetime_text(value)

    @staticmethod
    def parse(text: Any) -> datetime:
        value = datetime.fromisoformat(text)
        return value if value.tzinfo is UTC else _in_utc(value)


class EpochKind(Written):
    """Whole seconds since 1970, as DynamoDB's time to live wants them; a fraction of a second is cut off."""

    expected = "datetime with a timezone"
    tag = "N"
    is_number = True

    @staticmethod
    def write(value: Any) -> str:
        if not isinstance(value, datetime):
            raise TypeError
        return str(int(_in_utc(value).replace(microsecond=0).timestamp()))

    @staticmethod
    def parse(text: Any) -> datetime:
        return datetime.fromtimestamp(read_int(text), UTC)


class DateKind(Written):
    expected = "date"
    tag = "S"

    @staticmethod
    def write(value: Any) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError
        return value.isoformat()

    @staticmethod
    def parse(text: Any) -> date:
        return date.fromisoformat(text)


class TimeKind(Written):
    expected = "time"
    tag = "S"

    @staticmethod
    def write(value: Any) -> str:
        if not isinstance(value, time):
            raise TypeError
        return value.isoformat(timespec="microseconds")

    @staticmethod
    def parse(text: Any) -> time:
        return time.fromisoformat(text)


class UUIDKind(Written):
    expected = "UUID"
    tag = "S"

    @staticmethod
    def write(value: Any) -> str:
        if type(value) is not UUID:
            raise TypeError
        return str(value)

    @staticmethod
    def parse(text: Any) -> UUID:
        return UUID(text)
