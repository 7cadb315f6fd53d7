"""A boto3 client that the engine answers: everything of botocore is real but for the network."""

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
    """The body of an answer, as urllib3 gives it to botocore."""

    def stream(self, amount: int = _CHUNK, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk


def client_of(answer: Callable[[str, bytes], bytes]) -> Any:
    """Return a client whose requests a function answers, from the operation and the body."""
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
