"""How the parts of a key are joined: `key` and `index_key`."""

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
"""What a part of a key can be; a datetime is a date."""

SEPARATOR: Final = "#"


class StandsIn:
    """Base of what stands for a value while a builder is learnt: it joins itself to the other parts."""

    __slots__ = ()

    @staticmethod
    def joined(parts: tuple[Any, ...], /) -> Any:
        """Return what stands for the parts joined; one of them at least is a stand-in."""
        raise NotImplementedError  # every stand-in has its own


def key(*parts: KeyPart) -> str:
    """
    Join the parts of a key with `#`.

    Parts are text, whole or decimal numbers, UUIDs, dates, aware datetimes (as sortable UTC text) and enums of these.
    `key()` refuses `None`, an empty part and a part that contains `#`: two different inputs never give one key.

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
    return SEPARATOR.join(texts)  # what nearly every key is made of


def index_key(*parts: KeyPart | None) -> str | None:
    """
    Join the parts of an index key with `#`, or give `None` if any part is `None`: the item stays out of the index.

    msgspec's `UNSET` counts as `None`.

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


def _stands_in(part: object) -> type[StandsIn] | None:
    """Return the class of a stand-in; `isinstance` would ask the stand-in for it."""
    cls = type(part)
    return cls if issubclass(cls, StandsIn) else None


def part_text(part: Any, position: int = 0) -> str:
    """Return the text of one part; *position* counts from 0, for the error."""
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
    from dynamo_document_builder.schema.kinds.datetimes import datetime_text  # noqa: PLC0415  few keys hold a moment

    try:
        return datetime_text(part)
    except ValueError as error:
        raise UsageError(f"part {position + 1} of a key {error}") from error
