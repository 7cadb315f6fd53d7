"""
Every error of the library, ordered by the first question a caller has: did it happen?

    DocumentBuilderError
    ├── DefinitionError              a table, entity or schema that cannot work; raised where it is defined
    ├── UsageError                   this command cannot be sent; nothing was sent
    │   ├── TableMismatchError       a group bound to another table or database
    │   ├── ItemValidationError      a value does not fit the schema
    │   └── ExpressionSyntaxError    the text of an expression cannot be read
    ├── StoredItemError              the request succeeded, a stored item does not fit the schema
    ├── UnexpectedResponseError      the request succeeded, its answer has a shape that cannot be read
    ├── AbortedError                 the caller's abort signal was set before the request; it was not sent
    ├── NoAnswerError                no answer came, and nothing can have been written
    │   └── RequestTimeoutError      the same, because the deadline passed
    ├── OutcomeUnknownError          no answer came after a write was sent: it may have been applied
    ├── BatchIncompleteError         a part of a batch was done, or none; it holds that and the rest
    └── ServiceError                 DynamoDB said no: nothing was written (see `outcome_unknown` for HTTP 5xx)
        ├── ConditionFailedError
        │   └── StaleVersionError        the item was changed since it was read
        ├── TransactionCanceledError
        ├── TransactionConflictError
        ├── ReplicatedWriteConflictError
        ├── TransactionInProgressError   the exception: the same transaction is still running
        ├── IdempotencyMismatchError
        ├── ThrottledError
        └── TableNotFoundError

Texts name operations, entities, keys and fields, never the values of an item; values are on attributes.
Branch on classes and on `code`, never on a text: AWS changes its texts.
"""

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.batches import BatchIncompleteError
from dynamo_document_builder.errors.cancellation import TransactionCanceledError
from dynamo_document_builder.errors.general import (
    AbortedError,
    DefinitionError,
    DocumentBuilderError,
    ExpressionSyntaxError,
    ItemValidationError,
    NoAnswerError,
    RequestTimeoutError,
    StoredItemError,
    TableMismatchError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.errors.outcomes import OutcomeUnknownError, Resolution
from dynamo_document_builder.errors.service import (
    ConditionFailedError,
    IdempotencyMismatchError,
    ReplicatedWriteConflictError,
    ServiceError,
    StaleVersionError,
    TableNotFoundError,
    ThrottledError,
    TransactionConflictError,
    TransactionInProgressError,
)

if TYPE_CHECKING:
    from dynamo_document_builder.errors.reasons import CancellationReason

__all__ = [
    "AbortedError",
    "BatchIncompleteError",
    "CancellationReason",
    "ConditionFailedError",
    "DefinitionError",
    "DocumentBuilderError",
    "ExpressionSyntaxError",
    "IdempotencyMismatchError",
    "ItemValidationError",
    "NoAnswerError",
    "OutcomeUnknownError",
    "ReplicatedWriteConflictError",
    "RequestTimeoutError",
    "Resolution",
    "ServiceError",
    "StaleVersionError",
    "StoredItemError",
    "TableMismatchError",
    "TableNotFoundError",
    "ThrottledError",
    "TransactionCanceledError",
    "TransactionConflictError",
    "TransactionInProgressError",
    "UnexpectedResponseError",
    "UsageError",
]


if not TYPE_CHECKING:  # a checker that saw it would take any name for one of the module

    def __getattr__(name: str) -> Any:
        if name != "CancellationReason":  # the one that is no error
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from dynamo_document_builder.errors.reasons import CancellationReason  # noqa: PLC0415  most never have one

        return CancellationReason
