"""Requests and responses: the bytes that commands and transports exchange, with some metadata."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from dynamo_document_builder.errors.codes import READ_OPERATIONS
from dynamo_document_builder.wire.json.text import read_json


class Request(Struct, frozen=True, eq=False):
    """A DynamoDB request: the name of the operation, and the DynamoDB JSON that is sent as its body."""

    operation: str
    """The DynamoDB operation: `PutItem`, `Query`, ..."""
    body: bytes
    """The DynamoDB JSON to send."""
    tables: tuple[str, ...] = ()
    """The tables in the body. Transports use them for endpoints and error texts; equality ignores them."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and (other.operation, other.body) == (self.operation, self.body)

    def __hash__(self) -> int:
        return hash((self.operation, self.body))

    @property
    def payload(self) -> dict[str, Any]:
        """The body as Python values, for logs and tests."""
        payload: dict[str, Any] = read_json(self.body)
        return payload

    @property
    def writes(self) -> bool:
        """True unless the operation only reads. A lost answer to a write leaves its outcome unknown."""
        return self.operation not in READ_OPERATIONS


class ResponseMetadata(Struct, frozen=True):
    """The metadata of an answer, for logs and support cases."""

    request_id: str | None = None
    """The request id, which AWS support asks for."""
    http_status: int | None = None
    """The HTTP status of the answer."""
    attempts: int = 1
    """The number of requests made, including retries by the SDK or the transport."""


class Response(Struct, frozen=True):
    """A successful answer: the bytes of its body, and its metadata."""

    body: bytes
    """The DynamoDB JSON of the answer."""
    metadata: ResponseMetadata = ResponseMetadata()
    """The request id, HTTP status and number of attempts."""
