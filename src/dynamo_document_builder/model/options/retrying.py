"""Retries of requests that failed only because of contention: another request held an item, or DynamoDB throttled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import field, frozen
from msgspec.structs import replace

from dynamo_document_builder.errors import (
    ReplicatedWriteConflictError,
    RequestTimeoutError,
    TransactionCanceledError,
    TransactionConflictError,
    UsageError,
)
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.options.options import Options
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from dynamo_document_builder.wire.flow import Flow, pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.wire.request import Response

Contention: TypeAlias = TransactionCanceledError | TransactionConflictError | ReplicatedWriteConflictError
"""The errors that contention with other requests can cause."""
_DEFAULT: Final = RetryPolicy(max_attempts=3, max_delay=1.0)


def check_retry(command: Any, _: Any, value: Any) -> None:
    """Refuse anything but a `RetryPolicy` or `None`."""
    if value is not None and not isinstance(value, RetryPolicy):
        raise UsageError(f"{type(command).__name__}(retry=...): must be a RetryPolicy, not {given_type(value)}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RetryOptions(Options):
    """The options of commands that the library retries after contention."""

    retry: RetryPolicy | None = field(default=None, validator=check_retry)
    """
    The retry policy for conflicts with other requests. Default: three attempts, with random pauses up to one second.

    The library retries only if conflicts and throttling are the only reasons for the failure. It uses the same
    idempotency token for each attempt and never retries a failed condition.
    """


def send_with_retry(send: Callable[[], Flow[Response]], retry: RetryPolicy | None) -> Flow[Response]:
    """Call *send*, and call it again after contention as often as the policy allows."""
    requests = attempts = 0
    while True:
        try:
            response = yield from send()
        except (TransactionCanceledError, TransactionConflictError, ReplicatedWriteConflictError) as error:
            requests, attempts = requests + error.attempts, attempts + 1
            error.fault = replace(error.fault, attempts=requests)
            policy = retry or _DEFAULT
            if attempts >= policy.max_attempts or not error.retryable:
                raise
            failure: Contention = error
        else:
            return _with_earlier_requests(response, requests) if requests else response
        yield from pause_before_retry(policy.delay(attempts - 1), failure)


def pause_before_retry(at_most: float, failure: Contention) -> Flow[None]:
    """Pause for a random time of *at_most* seconds; raise *failure* if the deadline leaves no time for a retry."""
    try:
        yield from pause(at_most)
    except RequestTimeoutError as late:  # the original failure tells the caller more than the deadline
        raise failure from late


def _with_earlier_requests(response: Response, requests: int) -> Response:
    metadata = response.metadata
    return replace(response, metadata=replace(metadata, attempts=metadata.attempts + requests))
