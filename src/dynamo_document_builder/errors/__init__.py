"""
Every error of the library. The class of an error tells you whether anything was written.

    DocumentBuilderError
    ├── DefinitionError              the definition of a table, entity or schema is invalid; nothing was sent
    ├── UsageError                   a command cannot be sent as it is; nothing was sent
    │   ├── TableMismatchError       prepared operations belong to another table or database
    │   ├── ItemValidationError      a value does not fit the schema
    │   └── ExpressionSyntaxError    the text of an expression has a syntax error
    ├── StoredItemError              the request succeeded; a stored item does not fit the schema
    ├── UnexpectedResponseError      the request succeeded; its answer cannot be read
    ├── AbortedError                 the abort signal was set before the request was sent; nothing was sent
    ├── NoAnswerError                no answer came; nothing was written
    │   └── RequestTimeoutError      the deadline passed before an answer came; nothing was written
    ├── OutcomeUnknownError          no answer came after a write was sent; it may have been applied
    ├── BatchIncompleteError         a batch ended early; it has the processed and the unprocessed items
    └── ServiceError                 DynamoDB refused the request; nothing was written, except after HTTP 5xx
        ├── ConditionFailedError         (see `outcome_unknown`)
        │   └── StaleVersionError        the item was changed after it was read
        ├── TransactionCanceledError
        ├── TransactionConflictError
        ├── ReplicatedWriteConflictError
        ├── TransactionInProgressError   the same transaction is still running; its outcome is not known yet
        ├── IdempotencyMismatchError
        ├── ThrottledError
        └── TableNotFoundError

Error texts name operations, entities, keys and fields. Other values of an item are in attributes only.
Branch on classes and on `code`, not on texts: AWS changes its messages.
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


if not TYPE_CHECKING:  # with a visible __getattr__, type checkers accept any name of this module

    def __getattr__(name: str) -> Any:
        if name != "CancellationReason":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # lazy import: only a cancelled transaction needs it
        from dynamo_document_builder.errors.reasons import CancellationReason  # noqa: PLC0415

        return CancellationReason
