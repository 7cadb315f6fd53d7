"""
Resolve a transaction whose outcome is unknown: send it again with its token, which applies it at most once.

The capacity that DynamoDB reports tells whether an earlier attempt had been applied.
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
from dynamo_document_builder.transactions.attempt import Sent, is_inconclusive, outcome_unknown, send_once
from dynamo_document_builder.wire.flow import Flow, pause
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

_RUNNING_RETRY: Final = RetryPolicy(max_attempts=8, base_delay=0.1, max_delay=2.0)
"""Retries while the transaction is still running, which normally takes milliseconds."""


def _is_inconclusive(error: NoAnswerError | ServiceError) -> bool:
    if isinstance(error, TransactionCanceledError):
        return is_inconclusive(error)
    return isinstance(error, NoAnswerError) or error.code in INCONCLUSIVE_CODES


def _cause(error: NoAnswerError | ServiceError) -> str:
    return "as no answer came" if isinstance(error, NoAnswerError) else f"DynamoDB answered {error.code}"


class _Output(msgspec.Struct, rename="pascal"):
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


def resolution(sent: Sent) -> Flow[Resolution]:
    """Send a transaction again until DynamoDB answers, and return what became of it."""
    known: list[Literal["before"]] = []
    try:
        response = yield from send_with_retry(lambda: _send_until_finished(sent, known), sent.command.retry)
    except (NoAnswerError, ServiceError) as error:
        if not _is_inconclusive(error):
            raise
        # This attempt was not applied, but an earlier one may have been.
        raise outcome_unknown(sent, f"it could not be resolved, {_cause(error)}") from error
    capacity = read(_Output, sent.request, response).consumed_capacity
    return Resolution(
        applied=known[0] if known else _applied(capacity),
        idempotency_token=sent.token or "",
        attempts=response.metadata.attempts,
    )


def _send_until_finished(sent: Sent, known: list[Literal["before"]]) -> Flow[Response]:
    for attempt in range(_RUNNING_RETRY.max_attempts - 1):
        try:
            return (yield from _send(sent, known))
        except TransactionInProgressError:
            yield from pause(_RUNNING_RETRY.delay(attempt))
    return (yield from _send(sent, known))


def _send(sent: Sent, known: list[Literal["before"]]) -> Flow[Response]:
    request = _with_capacity(sent.request)
    try:
        return (yield from send_once(request, sent))
    except IdempotencyMismatchError:
        if request is sent.request:
            raise
        # DynamoDB knows the token with other options, and accepts the original bytes: so they were applied before.
        response = yield from send_once(sent.request, sent)
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
