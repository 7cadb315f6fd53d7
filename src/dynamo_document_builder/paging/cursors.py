"""
Cursors: where a read goes on, as text that fits a URL and only the read it came from.

A cursor holds the key of the last item that was read, readable by whoever decodes it, and two digests. They catch
mistakes and damage; they are no signature, so what a cursor may reach is decided by the query it is given to. Whoever
knows the format can write one, so the key in it is looked at as closely as anything that comes from outside.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.decoders import decode

_DIGEST: Final = 8
_DAMAGED: Final = "start= is no cursor, or one that was damaged or changed: give the text of result.cursor as it was"
_Scalar: TypeAlias = Annotated[dict[Literal["S", "N", "B"], str], Meta(min_length=1, max_length=1)]
_Key: Final[Any] = Annotated[dict[str, _Scalar], Meta(min_length=1)]


def new_cursor(query: str, last_key: bytes) -> str:
    """Return the cursor of a read that ended at a key; *query* is what it was asked, as text."""
    body = _digest(query.encode()) + last_key
    return urlsafe_b64encode(_digest(body) + body).decode().rstrip("=")


def start_key(query: str, cursor: str) -> str:
    """Return the key a cursor holds, in DynamoDB JSON, or refuse one of another read."""
    body = _undamaged(cursor)
    if body[:_DIGEST] != _digest(query.encode()):
        raise UsageError(
            "start= is a cursor of another query: give it to the query that it came from, with the same table, index "
            "and key (filter, projection, direction and page size may change)"
        )
    try:
        decode(body[_DIGEST:], _Key)  # it becomes a member of the request as it is: it must be a key, and nothing else
        return body[_DIGEST:].decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError(_DAMAGED) from None


def _undamaged(cursor: str) -> bytes:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    body = raw[_DIGEST:]
    if len(body) <= _DIGEST or raw[:_DIGEST] != _digest(body):
        raise UsageError(_DAMAGED)
    return body


def _digest(text: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415  only reads of several pages need one

    return blake2b(text, digest_size=_DIGEST).digest()
