"""The functions `key` and `index_key`, which join the parts of a key."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

from msgspec import UNSET

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.numbers import number_text

KeyPart: TypeAlias = str | int | Decimal | UUID | date | Enum
"""The types that a part of a key can have. A datetime is a date."""

SEPARATOR: Final = "#"


class StandInBase:
    """The base class of stand-ins for field values, with which the library analyzes key functions."""

    __slots__ = ()

    @staticmethod
    def joined(parts: tuple[Any, ...], /) -> Any:
        """Return a stand-in for the joined parts, of which at least one is a stand-in."""
        raise NotImplementedError  # subclasses override it


def key(*parts: KeyPart) -> str:
    """
    Join the parts of a key with `#`.

    A part is a string, an int, a `Decimal`, a UUID, a date, a datetime with a timezone (written as sortable UTC text),
    or an enum of these.

    Raises:
        UsageError: There are no parts, or a part is `None`, is empty, contains `#` or has another type. Therefore
            different parts never give the same key.

    Example:
        >>> key("USER", "u1")
        'USER#u1'

    """
    for part in parts:
        if type(part) is not str or not part or SEPARATOR in part:
            return _joined(parts)
    if not parts:
        raise UsageError("key() needs at least one part")
    texts: Any = parts
    return SEPARATOR.join(texts)  # the fast path: all parts are plain strings


def index_key(*parts: KeyPart | None) -> str | None:
    """
    Join the parts of an index key with `#`, or return `None` if any part is `None`.

    With `None`, the library does not write the key attribute, so the item is not in the index. msgspec's `UNSET` counts
    as `None`.

    Raises:
        UsageError: A part is empty, contains `#` or has a type that `key` does not accept.

    Example:
        >>> index_key("EMAIL", None) is None
        True

    """
    known = [part for part in parts if part is not None and part is not UNSET]
    return key(*known) if len(known) == len(parts) else None


def _joined(parts: tuple[Any, ...]) -> str:
    for part in parts:
        if type(part) is not str and (stands_in := _stands_in(part)) is not None:
            stand_in: str = stands_in.joined(parts)
            return stand_in
    return SEPARATOR.join([part_text(part, position) for position, part in enumerate(parts)])


def _stands_in(part: object) -> type[StandInBase] | None:
    """Return the class of a stand-in, or `None`. `isinstance` does not work: stand-ins imitate other classes."""
    cls = type(part)
    return cls if issubclass(cls, StandInBase) else None


def part_text(part: Any, position: int = 0) -> str:
    """Return the text of one part; *position* counts from 0 and is used in errors."""
    text: str = part if type(part) is str else _as_text(part, position)
    if not text:
        raise UsageError(f"part {position + 1} of a key is empty: give it a text")
    if SEPARATOR in text:
        raise UsageError(
            f"part {position + 1} of a key contains {SEPARATOR!r}, which separates parts: escape or encode it"
        )
    return text


def _as_text(part: object, position: int) -> str:
    if isinstance(part, Enum):
        return _as_text(part.value, position)
    if type(part) is str:
        return part
    if type(part) is int or type(part) is Decimal:
        return _number(part, position)
    if isinstance(part, datetime):
        return _moment(part, position)
    if isinstance(part, (UUID, date)):
        return str(part)
    if part is None:
        raise UsageError(
            f"part {position + 1} of a key is None: give it a value, or build an index key with index_key(), which "
            "then keeps the item out of the index"
        )
    raise UsageError(
        f"part {position + 1} of a key is of type {type(part).__name__}; "
        "a key is made of text, numbers, dates, UUIDs and enums of these"
    )


def _number(part: int | Decimal, position: int) -> str:
    try:
        return number_text(part)
    except ValueError as error:
        raise UsageError(f"part {position + 1} of a key {error}") from error


def _moment(part: datetime, position: int) -> str:
    if part.tzinfo is None:
        raise UsageError(f"part {position + 1} of a key is a naive datetime; give it a timezone")
    # Lazy import: only keys with a datetime need it.
    from dynamo_document_builder.schema.kinds.datetimes import datetime_text  # noqa: PLC0415

    try:
        return datetime_text(part)
    except ValueError as error:
        raise UsageError(f"part {position + 1} of a key {error}") from error
