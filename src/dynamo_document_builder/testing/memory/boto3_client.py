"""A real boto3 client whose requests the engine answers. Only the network is replaced."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from dynamo_document_builder.testing.memory.refused import BAD_REQUEST, RefusedError
from dynamo_document_builder.testing.memory.storage.definitions import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OK: Final = 200
_CHUNK: Final = 65536


class _Body(BytesIO):
    """A response body with the interface of urllib3."""

    def stream(self, amount: int = _CHUNK, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk


def client_of(answer: Callable[[str, bytes], bytes]) -> Any:
    """Return a client whose requests *answer* handles. It gets the operation and the request body."""
    client: Any = boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url="http://memory.invalid",
        aws_access_key_id="memory",
        aws_secret_access_key="memory",
        config=Config(retries={"total_max_attempts": 1}),
    )

    def answered(request: Any, **_: Any) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        operation = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
        status, body = _OK, b""
        try:
            body = answer(operation, request.body)
        except RefusedError as error:
            status, body = BAD_REQUEST, error.body
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-RequestId": "memory"}
        return AWSResponse(request.url, status, headers, _Body(body))

    client.meta.events.register("before-send.dynamodb", answered)
    return client
