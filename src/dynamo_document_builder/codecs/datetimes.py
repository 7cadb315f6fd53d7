"""Moments in other forms than the library's own: ISO text as others write it, and milliseconds since 1970."""

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
"""How much of a second is written, as in `datetime.isoformat`; `auto` writes six digits, or none of a whole second."""

_MICROSECONDS: Final = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1, "auto": 1}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def iso(timespec: Timespec, *, utc: Literal["Z", "+00:00"] = "Z") -> FieldCodec[datetime]:
    """
    Store a datetime as ISO text in UTC, with as many digits of a second as are given.

    `utc` is how the text ends. A datetime needs a timezone, and is refused if it is finer than what is written.
    Comparisons by order are refused for `iso("auto")`, as `Z` sorts after a fraction; with `utc="+00:00"` they are not.

    Example:
        >>> iso("milliseconds").encode(datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))
        '2026-01-02T03:04:05.678Z'

    """
    _check(timespec)
    if utc not in ("Z", "+00:00"):
        raise DefinitionError("utc= is 'Z' or '+00:00'")
    return _iso(timespec, utc)


def naive(timespec: Timespec = "auto", *, separator: Literal["T", " "] = "T") -> FieldCodec[datetime]:
    """
    Store a datetime without a timezone as ISO text without one.

    Use it where all programs agree on the timezone. A datetime with a timezone is refused, when it is read too.

    Example:
        >>> naive(separator=" ").encode(datetime(2026, 1, 2, 3, 4, 5))
        '2026-01-02 03:04:05'

    """
    _check(timespec)
    if separator not in ("T", " "):
        raise DefinitionError("separator= is 'T' or ' '")
    return _naive(timespec, separator)


def _check(timespec: str) -> None:
    if timespec not in _MICROSECONDS:
        raise DefinitionError(f"a timespec is one of {', '.join(_MICROSECONDS)}")


@cache  # equal ones are one, so that attributes which share a form can be compared
def _iso(timespec: str, utc: str) -> FieldCodec[datetime]:
    def encode(value: datetime) -> str:
        moment = _as_coarse(in_utc(value), timespec)
        return moment.replace(tzinfo=None).isoformat(timespec=timespec) + utc

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
        return _as_coarse(_without_timezone(value), timespec).isoformat(separator, timespec)

    def decode(text: str) -> datetime:
        return _without_timezone(datetime.fromisoformat(text))

    return FieldCodec(stored_as=str, encode=encode, decode=decode, keeps_order=True, rounded=_rounding(timespec))


def _without_timezone(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise UnstorableError("has a timezone, which its stored form does not keep")
    return value


def _as_coarse(value: datetime, timespec: str) -> datetime:
    if value.microsecond % _MICROSECONDS[timespec]:
        raise UnstorableError(f"is finer than {timespec}, which are what is stored; round it")
    return value


def _rounding(timespec: str) -> Callable[[datetime, bool], datetime]:
    unit = _MICROSECONDS[timespec]

    def rounded(value: datetime, up: bool) -> datetime:  # noqa: FBT001  as FieldCodec has it
        rest = value.microsecond % unit
        below = value.replace(microsecond=value.microsecond - rest)
        return below + timedelta(microseconds=unit) if rest and up else below

    return rounded


def _milliseconds(value: datetime) -> int:
    return (_as_coarse(in_utc(value), "milliseconds") - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


epoch_milliseconds: Final[FieldCodec[datetime]] = FieldCodec(
    stored_as=int, encode=_milliseconds, decode=_moment, keeps_order=True, rounded=_rounding("milliseconds")
)
"""
Stores a datetime as the number of milliseconds since 1970.

DynamoDB's time to live wants seconds: `stored(epoch=True)`.
"""
