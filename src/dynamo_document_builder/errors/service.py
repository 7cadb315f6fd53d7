"""Errors that DynamoDB returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.errors.codes import READ_OPERATIONS, RETRYABLE_CODES, SERVER_ERROR
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.errors.general import DocumentBuilderError
from dynamo_document_builder.errors.links import CODES_WITH_A_ROW
from dynamo_document_builder.errors.outcomes import Resolvable
from dynamo_document_builder.errors.recipients import item_for_entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.errors.findings import ThrottlingReason
    from dynamo_document_builder.errors.general import StoredItemError
    from dynamo_document_builder.errors.recipients import HasSchema

S = TypeVar("S")


class ServiceError(Resolvable, DocumentBuilderError):
    """
    DynamoDB refused the request. Error codes that have no subclass raise this class.

    Nothing was written, unless `outcome_unknown` is true: then DynamoDB failed with HTTP 5xx while it handled a write.
    """

    idempotency_token: str | None = None
    """The token that a transaction was sent with. It is safe to send the transaction again with the same token."""

    def __init__(self, text: str, *, fault: Fault | None = None, idempotency_token: str | None = None) -> None:
        self.fault = fault or Fault()
        """The data of the error that DynamoDB returned."""
        super().__init__(text)
        self.idempotency_token = idempotency_token

    def _found_row(self) -> str:
        return self.code if self.code in CODES_WITH_A_ROW else self._row

    @property
    def code(self) -> str:
        """The error code of DynamoDB, such as `ValidationException`; an open set."""
        return self.fault.code

    @property
    def message(self) -> str:
        """The error message of DynamoDB. Do not branch on it: AWS changes messages."""
        return self.fault.message

    @property
    def operation(self) -> str:
        """The DynamoDB operation: `PutItem`, `TransactWriteItems`, ..."""
        return self.fault.operation

    @property
    def request_id(self) -> str | None:
        """The request id, which AWS support asks for."""
        return self.fault.request_id

    @property
    def attempts(self) -> int:
        """The number of requests made, including retries by the SDK or the transport."""
        return self.fault.attempts

    @property
    def retryable(self) -> bool:
        """True if a retry of the same request may succeed."""
        return self.code in RETRYABLE_CODES

    @property
    def outcome_unknown(self) -> bool:
        """True if DynamoDB failed with HTTP 5xx while it handled a write. The write may have been applied."""
        return (self.fault.http_status or 0) >= SERVER_ERROR and self.operation not in READ_OPERATIONS

    @property
    def is_open(self) -> bool:
        """True if a write may have been applied."""
        return self.outcome_unknown

    @property
    def is_validation(self) -> bool:
        """True if DynamoDB rejected the request as invalid."""
        return self.code in {"ValidationException", "ValidationError"}


class ConditionFailedError(ServiceError):
    """
    The condition of a single write was false. Nothing was written.

    `item` is the stored item at that moment; `None` if no item is stored. `failed_clauses` lists the clauses that made
    the condition false. With `return_values_on_condition_check_failure="NONE"`, DynamoDB returns no item: then `item`
    is `None` and `failed_clauses` is empty.
    """

    def __init__(
        self,
        text: str,
        *,
        fault: Fault | None = None,
        command: Any = None,
        item: Any = None,
        raw_item: Mapping[str, Any] | None = None,
        item_error: StoredItemError | None = None,
        failed_clauses: Iterable[FailedClause] = (),
        sent_to: str | None = None,
    ) -> None:
        super().__init__(text, fault=fault)
        self.command = command
        """The command that was sent."""
        self.item = item
        """The stored item; `None` if no item is stored, or DynamoDB returned none."""
        self.raw_item = raw_item
        """The stored item in DynamoDB JSON."""
        self.item_error = item_error
        """Set if the stored item does not fit the schema: then `item` is `None`, and `raw_item` has the stored item."""
        self.failed_clauses = tuple(failed_clauses)
        """The clauses that made the condition false; empty if DynamoDB returned no item."""
        self.sent_to = sent_to
        """The entity and table of the item, as error texts name them."""

    def item_of(self, entity: HasSchema[S], /) -> S | None:
        """
        Return `item` with the type of the entity's items, or `None` if the error has no item.

        Raises:
            UsageError: The write was sent to another entity.
            StoredItemError: The stored item does not fit the schema. It is the same error as `item_error`.

        Example:
            >>> try:
            ...     users.send(Put(User("u1", "Eve"), condition=item_not_exists()))
            ... except ConditionFailedError as error:
            ...     print(error.item_of(users))
            User(user_id='u1', name='Alice', balance=100)

        """
        item: S | None = item_for_entity(self.item, self.item_error, self.sent_to, entity)
        return item

    @property
    def after_retry(self) -> bool:
        """
        True if the SDK or the transport sent the request more than once.

        An earlier attempt may have been applied then, and have made the condition false for the last attempt.
        """
        return self.attempts > 1


class StaleVersionError(ConditionFailedError):
    """
    The item was changed, created or deleted after it was read. Nothing was written.

    A retry of the same command fails again. Read the item, and build a new command from it.
    """

    def __init__(
        self, text: str, *, expected_version: int = 0, stored_version: int | None = None, **facts: Any
    ) -> None:
        super().__init__(text, **facts)
        self.expected_version = expected_version
        """The version that the command expected; 0 if it expected that no item is stored."""
        self.stored_version = stored_version
        """The version of the stored item; `None` if no item is stored, or if DynamoDB returned none."""


class TransactionConflictError(ServiceError):
    """Another transaction was writing the item. Nothing was written; a retry may succeed."""


class ReplicatedWriteConflictError(ServiceError):
    """
    Another Region wrote the same item of a multi-Region strongly consistent global table at the same time.

    Nothing was written; a retry may succeed.
    """


class TransactionInProgressError(ServiceError):
    """A transaction with this token is still running, so its outcome is not known yet. Send it again later."""

    @property
    def is_open(self) -> bool:
        """True if a write may have been applied."""
        return True


class IdempotencyMismatchError(ServiceError):
    """The token was used with a different request within the last ten minutes. This request wrote nothing."""


class ThrottledError(ServiceError):
    """
    The request exceeded a throughput limit. Nothing was written; send it again later.

    `reasons` names the limit: that of a partition, a table, an index or the account.
    """

    @property
    def reasons(self) -> tuple[ThrottlingReason, ...]:
        """The limits that were exceeded, with their tables or indexes; empty if DynamoDB names none."""
        # lazy import: only a throttled request needs it
        from dynamo_document_builder.errors.throttling import throttling_reasons  # noqa: PLC0415

        return throttling_reasons(self.fault.body)


class TableNotFoundError(ServiceError):
    """The table or index does not exist in this account and region."""
