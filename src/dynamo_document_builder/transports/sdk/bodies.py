"""What an SDK client gives back, as the bytes that commands read."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_body(parsed: Mapping[str, Any]) -> bytes:
    """Return the DynamoDB JSON of an answer that a client has parsed, so that there is one way to read answers."""
    answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    return json.dumps(answer, default=_base64).encode()


def _base64(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise TypeError(
        f"the client's answer holds a {type(value).__name__}, which is not DynamoDB JSON; "
        "an event handler on the client turns its values. Give a client without it, such as boto3.client('dynamodb')"
    )


def is_complete_body(body: bytes, headers: Mapping[str, Any]) -> bool:
    """
    Tell whether a successful answer's body is all there.

    Needed because botocore reads a body that was cut short, or is missing, as an empty answer, "no such item", and
    gives back the last one even if no attempt had the right checksum.
    """
    if not body:  # DynamoDB answers "{}"
        return False
    checksum = headers.get("x-amz-crc32")
    if checksum is not None:
        return crc32(body) == int(checksum)
    length = headers.get("content-length")
    if length is not None and int(length) != len(body):
        return False
    return body.startswith(b"{") and body.rstrip().endswith(b"}")
