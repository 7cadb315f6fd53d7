"""
DynamoDB's error codes and operations, grouped by what they mean for a retry.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from __future__ import annotations

from typing import Final

REPLICATION_CODES: Final = frozenset({"ReplicatedWriteConflict", "ReplicatedWriteConflictException"})
"""Another Region wrote the same item of a multi-Region strongly consistent global table at the same time."""

CONTENTION_CODES: Final = REPLICATION_CODES | {"TransactionConflict", "TransactionConflictException"}
"""Another transaction or write held the item. Nothing was written; a retry may succeed."""

THROTTLING_CODES: Final = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
    }
)
"""The request exceeded the available throughput. Nothing was written; a retry may succeed."""

INCONCLUSIVE_CODES: Final = (
    CONTENTION_CODES | THROTTLING_CODES | {"ExpiredTokenException", "RequestExpired", "UnrecognizedClientException"}
)
"""
DynamoDB returns these codes before it looks at the content of a request.

So they do not tell whether an earlier attempt at the same write was applied.
"""

RETRYABLE_CODES: Final = (
    CONTENTION_CODES
    | THROTTLING_CODES
    | {"TransactionInProgressException", "InternalServerError", "ServiceUnavailable"}
)
"""A retry of the same request may succeed."""

READ_OPERATIONS: Final = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
"""Operations that write nothing, so that a lost answer leaves no doubt."""

SERVER_ERROR: Final = 500
"""The first HTTP status of a failure on the server's side."""
