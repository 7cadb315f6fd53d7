"""Encoding of key values, with DynamoDB's rules for their type and size."""

from __future__ import annotations

from binascii import a2b_base64
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
    Return a key value in DynamoDB JSON.

    DynamoDB accepts strings and bytes that are not empty, and numbers. The limit is 2048 bytes for a partition key and
    1024 bytes for a sort key.
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
    """Check the size of a key that a codec has encoded; *text* is the key in DynamoDB JSON."""
    if not (text.isascii() and _BRACKETS < len(text) <= limit):  # otherwise the key can be neither empty nor too long
        [(tag, value)] = read_json(text).items()
        size = len(a2b_base64(value)) if tag == "B" else _utf8_size(value, attribute)
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
