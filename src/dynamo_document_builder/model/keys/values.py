"""How a key becomes an attribute: its type, and how long DynamoDB allows it to be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.text import quote, read_json
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text

MAX_PARTITION_KEY_BYTES: Final = 2048
MAX_SORT_KEY_BYTES: Final = 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (partition and sort keys)"""
_BRACKETS: Final = len('{"S":""}')


def key_attribute(value: Any, attribute: str, limit: int) -> str:
    """
    Return a key as DynamoDB JSON.

    DynamoDB takes text and bytes that are not empty, and numbers; 2048 bytes at most in a partition key, 1024 in a sort
    key.
    """
    if type(value) is str:
        _check_size(_utf8_size(value, attribute), attribute, limit)
        return f'{{"S":{quote(value)}}}'
    if type(value) is bytes:
        _check_size(len(value), attribute, limit)
        return _natural(value, attribute)
    if type(value) is int or type(value) is Decimal:
        return _natural(value, attribute)
    found = "None" if value is None else f"of type {type(value).__name__}"
    raise UsageError(f"{attribute} would be {found}; a key is str, bytes, int or Decimal")


def checked_key(text: str, attribute: str, limit: int) -> str:
    """Check the size of a key that the codec of a field has written; *text* is its DynamoDB JSON."""
    if not (text.isascii() and _BRACKETS < len(text) <= limit):  # only then can it be empty, or too long
        from base64 import b64decode  # noqa: PLC0415  lazy import: few keys are so unusual

        [(tag, value)] = read_json(text).items()
        size = len(b64decode(value)) if tag == "B" else _utf8_size(value, attribute)
        if tag != "N":
            _check_size(size, attribute, limit)
    return text


def _check_size(size: int, attribute: str, limit: int) -> None:
    if not 0 < size <= limit:
        detail = f"have {size} bytes; DynamoDB allows {limit}" if size else "be empty"
        raise UsageError(f"{attribute} would {detail}")


def _utf8_size(value: str, attribute: str) -> int:
    try:
        return len(value) if value.isascii() else len(value.encode())
    except UnicodeEncodeError as error:
        raise UsageError(f"{attribute} would contain a lone surrogate, which is not text") from error


def _natural(value: object, attribute: str) -> str:
    try:
        return untyped_text(value)
    except UnsupportedValueError as error:
        raise UsageError(f"{attribute} would be {error.found}") from error
