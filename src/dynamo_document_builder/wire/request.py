"""What crosses the seam between commands and transports: bytes, with just enough beside them to carry and to report."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from dynamo_document_builder.errors.codes import READ_OPERATIONS
from dynamo_document_builder.wire.json.text import read_json


class Request(Struct, frozen=True, eq=False):
    """One DynamoDB request: the operation and its DynamoDB JSON, exactly as it is sent."""

    operation: str
    body: bytes
    tables: tuple[str, ...] = ()
    """The tables it names: transports that go through an SDK client route by them. They do not make two differ."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and (other.operation, other.body) == (self.operation, self.body)

    def __hash__(self) -> int:
        return hash((self.operation, self.body))

    @property
    def payload(self) -> dict[str, Any]:
        """The body as Python values, for people and tests."""
        payload: dict[str, Any] = read_json(self.body)
        return payload

    @property
    def writes(self) -> bool:
        """Whether a lost answer leaves the outcome unknown."""
        return self.operation not in READ_OPERATIONS


class ResponseMetadata(Struct, frozen=True):
    """How the answer came: facts for logs and support cases."""

    request_id: str | None = None
    http_status: int | None = None
    attempts: int = 1
    """Requests made for this answer, the SDK's own retries included."""


class Response(Struct, frozen=True):
    """One answer: the bytes of its body, and how it came."""

    body: bytes
    metadata: ResponseMetadata = ResponseMetadata()
