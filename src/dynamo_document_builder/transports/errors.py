"""How a refusal and a missing answer become the library's errors: one table and one rule, for every transport."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import (
    ConditionFailedError,
    IdempotencyMismatchError,
    NoAnswerError,
    OutcomeUnknownError,
    ReplicatedWriteConflictError,
    RequestTimeoutError,
    ServiceError,
    TableNotFoundError,
    ThrottledError,
    TransactionCanceledError,
    TransactionConflictError,
    TransactionInProgressError,
)
from dynamo_document_builder.errors.codes import INCONCLUSIVE_CODES, READ_OPERATIONS, THROTTLING_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.wire.request import Request

ERROR_CLASSES: Final[Mapping[str, type[ServiceError]]] = MappingProxyType(
    {
        **dict.fromkeys(THROTTLING_CODES, ThrottledError),
        "ConditionalCheckFailedException": ConditionFailedError,
        "IdempotentParameterMismatchException": IdempotencyMismatchError,
        "ResourceNotFoundException": TableNotFoundError,
        "TransactionCanceledException": TransactionCanceledError,
        "ReplicatedWriteConflictException": ReplicatedWriteConflictError,
        "TransactionConflictException": TransactionConflictError,
        "TransactionInProgressException": TransactionInProgressError,
    }
)
"""The class of each code that has one. Codes are an open set: any other is a plain `ServiceError`."""


_REPEATED: Final = READ_OPERATIONS | {"BatchWriteItem"}
"""What leaves the same when it is done again, so that nothing hangs on an earlier attempt."""


def in_seconds(seconds: float | None) -> str:
    """Say a time to people, who read no microseconds."""
    rounded = round(seconds or 0.0, 3)
    return "1 second" if rounded == 1 else f"{rounded:g} seconds"


def refusal(request: Request, fault: Fault) -> ServiceError | OutcomeUnknownError:
    """Return the error for what DynamoDB refused; a command's flow adds the command, its item and its reasons."""
    if fault.maybe_applied and fault.code in INCONCLUSIVE_CODES and request.operation not in _REPEATED:
        why = f"no answer came at first, and {fault.code} when it was sent again"
        return _unknown(request, why)
    error_class = ERROR_CLASSES.get(fault.code, ServiceError)
    message = f" - {fault.message}" if fault.message else ""
    support = f" (request id {fault.request_id})" if fault.request_id else ""
    return error_class(f"{subject(request)}: {fault.code}{message}{support}", fault=fault)


def no_answer(
    request: Request, why: str, *, unsent: bool = False, timed_out: bool = False
) -> NoAnswerError | OutcomeUnknownError:
    """
    Return the error for an answer that never came, or came damaged.

    `unsent` is a promise that no byte of the request left, in this or an earlier attempt.
    """
    if request.writes and not unsent:
        return _unknown(request, why)
    error_class = RequestTimeoutError if timed_out else NoAnswerError
    consequence = "nothing was sent" if unsent else "it only reads"
    return error_class(f"{subject(request)}: {why}; {consequence}", operation=request.operation)


def _unknown(request: Request, why: str) -> OutcomeUnknownError:
    text = f"{subject(request)}: {why}; whether it was applied is unknown"
    return OutcomeUnknownError(text, operation=request.operation)


def subject(request: Request) -> str:
    """`PutItem on app`: how every text of a transport names the request. Never a value."""
    tables = ", ".join(dict.fromkeys(request.tables))
    return f"{request.operation} on {tables}" if tables else request.operation
