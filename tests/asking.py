"""Requests as DynamoDB's own JSON, sent to an engine without an SDK: an SDK would refuse the invalid ones itself."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import define, field, frozen

from dynamo_document_builder.testing.memory.engine import MemoryDynamoDB
from dynamo_document_builder.testing.memory.refused import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK: Final = 200
_HEADERS: Final = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20200101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=test",
}


@frozen
class Answered:
    """What an engine answered: an error code, empty for success, and the body."""

    code: str
    body: dict[str, Any]

    @property
    def message(self) -> str:
        return str(self.body.get("message") or self.body.get("Message") or "")

    @property
    def reasons(self) -> list[str]:
        return [reason["Code"] for reason in self.body.get("CancellationReasons", ())]


class Asked(Protocol):
    """An engine that answers requests."""

    def ask(self, operation: str, payload: Mapping[str, Any]) -> Answered: ...


@frozen
class Memory:
    """The engine in memory."""

    engine: MemoryDynamoDB = field(factory=MemoryDynamoDB)

    def ask(self, operation: str, payload: Mapping[str, Any]) -> Answered:
        try:
            body = self.engine.answer(operation, json.dumps(payload).encode())
        except RefusedError as error:
            return Answered(error.code, json.loads(error.body))
        return Answered("", json.loads(body))


@define
class Reference:
    """The reference engine, over HTTP."""

    endpoint: str
    _connection: HTTPConnection = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connection = HTTPConnection(self.endpoint.removeprefix("http://"))

    def ask(self, operation: str, payload: Mapping[str, Any]) -> Answered:
        headers = {**_HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        self._connection.request("POST", "/", json.dumps(payload), headers)
        response = self._connection.getresponse()
        body: dict[str, Any] = json.loads(response.read() or b"{}")
        code = "" if response.status == _OK else str(body["__type"]).rpartition("#")[2]
        return Answered(code, body)

    def close(self) -> None:
        self._connection.close()
