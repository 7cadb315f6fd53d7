"""Key text: how parts are joined, and how a key's value becomes an attribute."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.prefixes import KeyPrefix, first_gap, gap_field, is_gap
from dynamo_document_builder.wire.json import quote, read_json
from dynamo_document_builder.wire.natural import UnnaturalError, natural_text
from dynamo_document_builder.wire.numbers import number_text

KeyPart: TypeAlias = str | int | Decimal | UUID | date | Enum
"""What a part of a key can be; a datetime is a date."""

SEPARATOR: Final = "#"
MAX_PARTITION_KEY_BYTES: Final = 2048
MAX_SORT_KEY_BYTES: Final = 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (partition and sort keys)"""


def key(*parts: KeyPart) -> str:
    """
    Join the parts of a key with `#`.

    Parts are text, whole or decimal numbers, UUIDs, dates, aware datetimes (as sortable UTC text) and enums of these.
    No parts, `None`, an empty part and a part that contains `#` are refused: two different inputs never give one key.

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


def _joined(parts: tuple[Any, ...]) -> str:
    try:
        return SEPARATOR.join([_text(part, position) for position, part in enumerate(parts)])
    except OpenPartError:
        prefix: str = _prefix(parts)  # what a query is asked with; no builder ever sees a whole key instead
        return prefix


class OpenPartError(Exception):
    """A part stands for a field that a query leaves open."""


def _prefix(parts: tuple[Any, ...]) -> Any:
    end = first_gap(parts)
    known = [_text(part, position) for position, part in enumerate(parts[:end])]
    return KeyPrefix("".join([f"{text}{SEPARATOR}" for text in known]), gap_field(parts[end]))


def index_key(*parts: KeyPart | None) -> str | None:
    """
    Join the parts of an index key with `#`, or give `None` if any part is `None`: the item stays out of the index.

    Example:
        >>> index_key("EMAIL", None) is None
        True

    """
    known = [part for part in parts if part is not None]
    return key(*known) if len(known) == len(parts) else None


def _text(part: Any, position: int) -> str:
    text: str = part if type(part) is str else _as_text(part, position)
    if not text:
        raise UsageError(f"part {position + 1} of a key is empty")
    if SEPARATOR in text:
        raise UsageError(
            f"part {position + 1} of a key contains {SEPARATOR!r}, which separates parts: escape or encode it"
        )
    return text


def _as_text(part: object, position: int) -> str:
    if is_gap(part):
        raise OpenPartError
    if isinstance(part, Enum):
        return _as_text(part.value, position)
    if type(part) is str:
        return part
    if type(part) is int or type(part) is Decimal:
        return _number(part, position)
    if isinstance(part, datetime):
        return _datetime(part, position)
    if isinstance(part, (UUID, date)):
        return str(part)
    raise UsageError(f"part {position + 1} of a key is {_named(part)}; a key is made of text, numbers, dates and UUIDs")


def _named(part: object) -> str:
    return "None" if part is None else f"of type {type(part).__name__}"


def _number(part: int | Decimal, position: int) -> str:
    try:
        return number_text(part)
    except ValueError as error:
        raise UsageError(f"part {position + 1} of a key {error}") from error


def _datetime(part: datetime, position: int) -> str:
    if part.tzinfo is None:
        raise UsageError(f"part {position + 1} of a key is a naive datetime; give it a timezone")
    from dynamo_document_builder.schema.kinds.times import datetime_text  # noqa: PLC0415  few keys hold a moment

    return datetime_text(part)


def key_attribute(value: Any, attribute: str, limit: int) -> str:
    """
    Return a key attribute's value as DynamoDB JSON.

    DynamoDB takes non-empty text and bytes and numbers; 2048 bytes at most in a partition key, 1024 in a sort key.
    """
    if type(value) is str and value.isascii() and 0 < len(value) <= limit:  # what nearly every key is
        return f'{{"S":{quote(value)}}}'
    if type(value) is str or type(value) is bytes:
        return _measured(value, attribute, limit)
    if type(value) is int or type(value) is Decimal:
        return _natural(value, attribute)
    raise UsageError(f"{attribute} would be {_named(value)}; a key is str, bytes, int or Decimal")


def checked_key(text: str, attribute: str, limit: int) -> str:
    """Check the size of a key attribute that a schema's own field is; *text* is its DynamoDB JSON."""
    if not len('{"S":""}') < len(text) <= limit:  # only very short or long text can be empty or over the limit
        from base64 import b64decode  # noqa: PLC0415  the same

        [(tag, value)] = read_json(text).items()
        _check_size(len(b64decode(value) if tag == "B" else value.encode()), attribute, limit)
    return text


def _measured(value: str | bytes, attribute: str, limit: int) -> str:
    _check_size(len(value) if isinstance(value, bytes) else _utf8_size(value, attribute), attribute, limit)
    return f'{{"S":{quote(value)}}}' if isinstance(value, str) else _natural(value, attribute)


def _check_size(size: int, attribute: str, limit: int) -> None:
    if not 0 < size <= limit:
        detail = f"have {size} bytes; DynamoDB allows {limit}" if size else "be empty"
        raise UsageError(f"{attribute} would {detail}")


def _utf8_size(value: str, attribute: str) -> int:
    try:
        return len(value) if value.isascii() else len(value.encode())
    except UnicodeEncodeError as error:
        raise UsageError(f"{attribute} would contain a lone surrogate, which is no text") from error


def _natural(value: object, attribute: str) -> str:
    try:
        return natural_text(value)
    except UnnaturalError as error:
        raise UsageError(f"{attribute} would be {error.found}") from error
