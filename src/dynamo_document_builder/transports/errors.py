"""The error classes for the error codes of DynamoDB, the same for every transport."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import (
    ConditionFailedError,
    IdempotencyMismatchError,
    OutcomeUnknownError,
    ReplicatedWriteConflictError,
    ServiceError,
    TableNotFoundError,
    ThrottledError,
    TransactionCanceledError,
    TransactionConflictError,
    TransactionInProgressError,
)
from dynamo_document_builder.errors.codes import INCONCLUSIVE_CODES, READ_OPERATIONS, THROTTLING_CODES
from dynamo_document_builder.wire.no_answer import outcome_unknown_error, request_name

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
"""The error class of each code. Any other code gives a plain `ServiceError`."""


_REPEATABLE: Final = READ_OPERATIONS | {"BatchWriteItem"}
"""Operations that have the same effect if they are applied twice, so that an earlier attempt does not matter."""


def seconds_text(seconds: float | None) -> str:
    """Return a duration for an error text: `1.5 seconds`, rounded to milliseconds."""
    rounded = round(seconds or 0.0, 3)
    return "1 second" if rounded == 1 else f"{rounded:g} seconds"


def service_error(request: Request, fault: Fault) -> ServiceError | OutcomeUnknownError:
    """
    Return the error for a request that DynamoDB refused; the flow of the command adds the command, item and reasons.

    The outcome is unknown if an earlier attempt may have been applied, and the code of the last one does not tell.
    """
    if fault.maybe_applied and fault.code in INCONCLUSIVE_CODES and request.operation not in _REPEATABLE:
        return outcome_unknown_error(request, f"no answer came at first, and {fault.code} when it was sent again")
    error_class = ERROR_CLASSES.get(fault.code, ServiceError)
    message = f" - {fault.message}" if fault.message else ""
    support = f" (request id {fault.request_id})" if fault.request_id else ""
    return error_class(f"{request_name(request)}: {fault.code}{message}{support}", fault=fault)
