"""
What became of a transaction whose outcome is unknown: it is sent again with its token, which applies it once at most.

DynamoDB tells whether it had been applied by the capacity it reports.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (ClientRequestToken)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from dynamo_document_builder.errors import (
    IdempotencyMismatchError,
    NoAnswerError,
    Resolution,
    ServiceError,
    TransactionCanceledError,
    TransactionInProgressError,
)
from dynamo_document_builder.errors.codes import INCONCLUSIVE_CODES
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.model.options.retrying import send_with_retry
from dynamo_document_builder.transactions.attempt import Sent, says_nothing, sent_once, unknown
from dynamo_document_builder.wire.flow import Flow, pause
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATIENCE: Final = RetryPolicy(max_attempts=8, base_delay=0.1, max_delay=2.0)
"""For a transaction that is still running; one takes milliseconds, and seconds where something is wrong."""


def _leaves_it_open(error: NoAnswerError | ServiceError) -> bool:
    if isinstance(error, TransactionCanceledError):
        return says_nothing(error)
    return isinstance(error, NoAnswerError) or error.code in INCONCLUSIVE_CODES


def _cause(error: NoAnswerError | ServiceError) -> str:
    return "as no answer came" if isinstance(error, NoAnswerError) else f"DynamoDB answered {error.code}"


class _Output(msgspec.Struct, rename="pascal"):
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


def resolution(sent: Sent) -> Flow[Resolution]:
    """Send a transaction again, until there is an answer, and say what that means."""
    known: list[Literal["before"]] = []
    try:
        response = yield from send_with_retry(lambda: _when_it_ran(sent, known), sent.command.retry)
    except (NoAnswerError, ServiceError) as error:
        if not _leaves_it_open(error):
            raise
        # What was sent now was not applied. What was sent before may have been all the same.
        raise unknown(sent, f"it could not be resolved, {_cause(error)}") from error
    capacity = read(_Output, sent.request, response).consumed_capacity
    return Resolution(
        applied=known[0] if known else _applied(capacity),
        idempotency_token=sent.token or "",
        attempts=response.metadata.attempts,
    )


def _when_it_ran(sent: Sent, known: list[Literal["before"]]) -> Flow[Response]:
    for waits in range(_PATIENCE.max_attempts - 1):
        try:
            return (yield from _asked(sent, known))
        except TransactionInProgressError:
            yield from pause(_PATIENCE.delay(waits))
    return (yield from _asked(sent, known))


def _asked(sent: Sent, known: list[Literal["before"]]) -> Flow[Response]:
    request = _with_capacity(sent.request)
    try:
        return (yield from sent_once(request, sent))
    except IdempotencyMismatchError:
        if request is sent.request:
            raise
        # Its token is known with other options than these: so it has been applied, as long as these very bytes are it.
        response = yield from sent_once(sent.request, sent)
        known.append("before")
        return response


def _with_capacity(request: Request) -> Request:
    if b',"ReturnConsumedCapacity":"' in request.body[request.body.rindex(b"]") :]:
        return request
    return Request(request.operation, request.body[:-1] + b',"ReturnConsumedCapacity":"TOTAL"}', request.tables)


def _applied(capacity: Sequence[ConsumedCapacity]) -> Literal["before", "now"] | None:
    if any(one.write_capacity_units for one in capacity):
        return "now"
    return "before" if any(one.read_capacity_units for one in capacity) else None
