"""Turns what a boto3 or aiobotocore client returns or raises into responses and errors of the library."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from botocore.exceptions import (
    ChecksumError,
    ConnectionError,  # noqa: A004  botocore's name
    ConnectTimeoutError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors import NoAnswerError, OutcomeUnknownError
    from dynamo_document_builder.transports.sdk.events import Call
    from dynamo_document_builder.wire.request import Request

NO_ANSWER: Final = (
    ChecksumError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ResponseParserError,
    UnicodeDecodeError,  # a body that is not text, such as one that is compressed although nobody requested that
)
"""The exceptions of botocore for an answer that did not come, or came damaged."""
_TIMED_OUT: Final = (ConnectTimeoutError, ReadTimeoutError)


def to_response(request: Request, parsed: Mapping[str, Any], call: Call) -> Response:
    """Return the response to a call that succeeded; raise if its body came damaged."""
    metadata = _metadata(parsed, call)
    if call.answer is None:  # nothing came over the network: a Stubber answered
        return Response(to_body(parsed), metadata)
    body, headers = call.answer
    if not is_complete_body(body, headers):
        raise no_answer_error(request, "the answer came damaged")
    return Response(to_body(parsed) if call.body is None else body, metadata)


def to_fault(request: Request, parsed: Mapping[str, Any], call: Call) -> Fault:
    """Return the data of the error that a client raised as a `ClientError`."""
    metadata = _metadata(parsed, call)
    error = parsed.get("Error", {})
    return Fault(
        code=error.get("Code", ""),
        message=error.get("Message", ""),
        operation=request.operation,
        request_id=metadata.request_id,
        http_status=metadata.http_status,
        attempts=metadata.attempts,
        maybe_applied=call.progress.maybe_applied,
        body=to_body(parsed) if call.answer is None else call.answer[0],
    )


def lost_error(
    request: Request, error: Exception, call: Call, *, never_connected: bool
) -> NoAnswerError | OutcomeUnknownError:
    """Return the error for an exception of `NO_ANSWER`; *never_connected*: the last attempt opened no connection."""
    # Retries hide the errors of earlier attempts, so only the first attempt can be known to be unsent.
    unsent = call.progress.attempts == 1 and never_connected
    why = f"{type(error).__name__}: {error}"
    return no_answer_error(request, why, unsent=unsent, timed_out=isinstance(error, _TIMED_OUT))


def _metadata(parsed: Mapping[str, Any], call: Call) -> ResponseMetadata:
    given = parsed.get("ResponseMetadata", {})
    attempts = given.get("RetryAttempts", max(call.progress.attempts, 1) - 1) + 1
    return ResponseMetadata(given.get("RequestId"), given.get("HTTPStatusCode"), attempts)


def to_body(parsed: Mapping[str, Any]) -> bytes:
    """Return the DynamoDB JSON of an answer that a client has parsed, so that commands have one way to read answers."""
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
    Return True if the body of a successful answer is complete.

    botocore reads a body that is truncated or missing as an empty answer, which means "no such item". It also returns
    the last answer if no attempt had the right checksum.
    """
    if not body:  # DynamoDB answers "{}" if there is nothing to return
        return False
    checksum = headers.get("x-amz-crc32")
    if checksum is not None:
        return crc32(body) == int(checksum)
    length = headers.get("content-length")
    if length is not None and int(length) != len(body):
        return False
    return body.startswith(b"{") and body.rstrip().endswith(b"}")
