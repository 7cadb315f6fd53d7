"""
Cursors: the position at which a read continues, as text that is safe in a URL and is valid for one read only.

A cursor contains the key of the last item that was read, unencrypted, and two digests. The digests detect mistakes and
damage. They are not a signature: anyone who knows the format can write a cursor, so the key in it is validated like any
other external input. The query, and not the cursor, decides which items can be read.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.decoders import decode

_DIGEST: Final = 8
_DAMAGED: Final = "start= is not a cursor, or one that was damaged or changed: pass the unchanged text of result.cursor"
_Scalar: TypeAlias = Annotated[dict[Literal["S", "N", "B"], str], Meta(min_length=1, max_length=1)]
_Key: Final[Any] = Annotated[dict[str, _Scalar], Meta(min_length=1)]


def new_cursor(query: str, last_key: bytes) -> str:
    """Return a cursor after the last key that was read; *query* identifies the read."""
    body = _digest(query.encode()) + last_key
    return urlsafe_b64encode(_digest(body) + body).decode().rstrip("=")


def start_key(query: str, cursor: str) -> str:
    """Return the key in a cursor, in DynamoDB JSON; raise a `UsageError` if the cursor is of another read."""
    body = _undamaged(cursor)
    if body[:_DIGEST] != _digest(query.encode()):
        raise UsageError(
            "start= is a cursor of another query: pass it to the query that returned it, with the same table, index "
            "and key (filter, projection, direction and page size may change)"
        )
    try:
        decode(body[_DIGEST:], _Key)  # the key is copied into the request, so it must be a key and nothing else
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
    from hashlib import blake2b  # noqa: PLC0415  lazy import: only reads of several pages need it

    return blake2b(text, digest_size=_DIGEST).digest()
