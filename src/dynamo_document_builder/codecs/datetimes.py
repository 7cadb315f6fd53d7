"""Codecs for datetimes in other formats than the library's own: ISO 8601 text, and milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.kinds.datetimes import in_utc
from dynamo_document_builder.wire.json.numbers import UnstorableError

if TYPE_CHECKING:
    from collections.abc import Callable

Timespec: TypeAlias = Literal["seconds", "milliseconds", "microseconds", "auto"]
"""The precision of a second, as in `datetime.isoformat`; `auto` writes six digits, or none for a whole second."""

_MICROSECONDS: Final = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1, "auto": 1}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def iso(timespec: Timespec, *, utc: Literal["Z", "+00:00"] = "Z") -> FieldCodec[datetime]:
    """
    Store a datetime as ISO 8601 text in UTC.

    `timespec` is the precision, and `utc` the end of the text. A datetime without a timezone is refused, and so is one
    with a higher precision. `iso("auto")` refuses ordering comparisons, because `Z` sorts after a fraction of a second;
    `iso("auto", utc="+00:00")` allows them.

    Example:
        >>> iso("milliseconds").encode(datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))
        '2026-01-02T03:04:05.678Z'

    """
    _check(timespec)
    if utc not in ("Z", "+00:00"):
        raise DefinitionError("utc= must be 'Z' or '+00:00'")
    return _iso(timespec, utc)


def naive(timespec: Timespec = "auto", *, separator: Literal["T", " "] = "T") -> FieldCodec[datetime]:
    """
    Store a datetime without a timezone as ISO 8601 text without a timezone.

    Use this codec if all programs agree on the timezone. A datetime with a timezone is refused, also in a stored item.

    Example:
        >>> naive(separator=" ").encode(datetime(2026, 1, 2, 3, 4, 5))
        '2026-01-02 03:04:05'

    """
    _check(timespec)
    if separator not in ("T", " "):
        raise DefinitionError("separator= must be 'T' or ' '")
    return _naive(timespec, separator)


def _check(timespec: str) -> None:
    if timespec not in _MICROSECONDS:
        raise DefinitionError(f"timespec must be one of {', '.join(_MICROSECONDS)}")


@cache  # one codec per format, so that attributes of the same format can be compared
def _iso(timespec: str, utc: str) -> FieldCodec[datetime]:
    def encode(value: datetime) -> str:
        utc_value = _check_precision(in_utc(value), timespec)
        return utc_value.replace(tzinfo=None).isoformat(timespec=timespec) + utc

    def decode(text: str) -> datetime:
        return in_utc(datetime.fromisoformat(text))

    return FieldCodec(
        stored_as=str,
        encode=encode,
        decode=decode,
        keeps_order=(timespec, utc) != ("auto", "Z"),
        rounded=_rounding(timespec),
    )


@cache
def _naive(timespec: str, separator: str) -> FieldCodec[datetime]:
    def encode(value: datetime) -> str:
        return _check_precision(_without_timezone(value), timespec).isoformat(separator, timespec)

    def decode(text: str) -> datetime:
        return _without_timezone(datetime.fromisoformat(text))

    return FieldCodec(stored_as=str, encode=encode, decode=decode, keeps_order=True, rounded=_rounding(timespec))


def _without_timezone(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise UnstorableError("has a timezone, which the stored form does not contain")
    return value


def _check_precision(value: datetime, timespec: str) -> datetime:
    if value.microsecond % _MICROSECONDS[timespec]:
        raise UnstorableError(f"is finer than {timespec}, the stored precision; round it")
    return value


def _rounding(timespec: str) -> Callable[[datetime, bool], datetime]:
    unit = _MICROSECONDS[timespec]

    def rounded(value: datetime, up: bool) -> datetime:  # noqa: FBT001  FieldCodec.rounded has a positional flag
        rest = value.microsecond % unit
        below = value.replace(microsecond=value.microsecond - rest)
        return below + timedelta(microseconds=unit) if rest and up else below

    return rounded


def _milliseconds(value: datetime) -> int:
    return (_check_precision(in_utc(value), "milliseconds") - _EPOCH) // _MILLISECOND


def _from_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


epoch_milliseconds: Final[FieldCodec[datetime]] = FieldCodec(
    stored_as=int, encode=_milliseconds, decode=_from_milliseconds, keeps_order=True, rounded=_rounding("milliseconds")
)
"""
Stores a datetime as the number of milliseconds since 1970.

For DynamoDB's time to live, use `stored(epoch=True)`, which stores seconds.
"""
