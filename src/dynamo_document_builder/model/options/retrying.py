"""Sending again what nothing but contention stood in the way of: another write that held an item, which passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

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
from dynamo_document_builder.wire.flow import Flow, pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.model.options.retry_policy import RetryPolicy
    from dynamo_document_builder.wire.request import Response

Contended: TypeAlias = TransactionCanceledError | TransactionConflictError | ReplicatedWriteConflictError
"""What may be sent again once the others are done."""


def check_retry(command: Any, _: Any, value: Any) -> None:
    if value is None:
        return
    from dynamo_document_builder.model.options.retry_policy import RetryPolicy  # noqa: PLC0415  whoever gives one has loaded it

    if not isinstance(value, RetryPolicy):
        raise UsageError(f"{type(command).__name__}(retry=...): a RetryPolicy, not {given_type(value)}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class PatientOptions(Options):
    """What can be told of a command that other writes may hold up."""

    retry: RetryPolicy | None = field(default=None, validator=check_retry)
    """
    How often to try while other writes hold the items; three times unless told otherwise.

    Only what contention or throttling alone stood in the way of is sent again, with the same idempotency token. Never
    a failed condition.
    """


def patiently(send: Callable[[], Flow[Response]], retry: RetryPolicy | None) -> Flow[Response]:
    """Send, and send again while nothing but contention stands in the way and the policy allows it."""
    sent = tried = 0
    while True:
        try:
            response = yield from send()
        except (TransactionCanceledError, TransactionConflictError, ReplicatedWriteConflictError) as error:
            sent, tried = sent + error.attempts, tried + 1
            error.fault = replace(error.fault, attempts=sent)
            policy = retry or _usual()
            if tried >= policy.max_attempts or not error.retryable:
                raise
            failed: Contended = error
        else:
            return _counted(response, sent) if sent else response
        yield from waited(policy.delay(tried - 1), failed)


def waited(at_most: float, failed: Contended) -> Flow[None]:
    """Wait before the next try, or say why the last failed if there is no time for one."""
    try:
        yield from pause(at_most)
    except RequestTimeoutError as late:  # why it failed says more than that there is no time to try again
        raise failed from late


def _counted(response: Response, before: int) -> Response:
    metadata = response.metadata
    return replace(response, metadata=replace(metadata, attempts=metadata.attempts + before))


def _usual() -> RetryPolicy:
    from dynamo_document_builder.model.options.retry_policy import RetryPolicy  # noqa: PLC0415  only where something stood in the way

    return RetryPolicy(max_attempts=3, max_delay=1.0)
