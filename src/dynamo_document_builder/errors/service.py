"""Errors that DynamoDB answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.errors.codes import READ_OPERATIONS, RETRYABLE_CODES, SERVER_ERROR
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.errors.general import DocumentBuilderError
from dynamo_document_builder.errors.outcomes import Resolvable
from dynamo_document_builder.errors.sent_to import held_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.errors.findings import ThrottlingReason
    from dynamo_document_builder.errors.general import StoredItemError
    from dynamo_document_builder.errors.sent_to import OfItems

S = TypeVar("S")


class ServiceError(Resolvable, DocumentBuilderError):
    """
    DynamoDB refused the request. A code without a class of its own is this class.

    Nothing was written, unless `outcome_unknown` says that it failed on DynamoDB's own side.
    """

    idempotency_token: str | None = None
    """The token a transactional write was sent with: sending it again with the same one is safe."""

    def __init__(self, text: str, *, fault: Fault | None = None, idempotency_token: str | None = None) -> None:
        super().__init__(text)
        self.fault = fault or Fault()
        self.idempotency_token = idempotency_token

    @property
    def code(self) -> str:
        """DynamoDB's error code, an open set."""
        return self.fault.code

    @property
    def message(self) -> str:
        """DynamoDB's own words. Never branch on them."""
        return self.fault.message

    @property
    def operation(self) -> str:
        """DynamoDB's name of what was asked: `PutItem`, `TransactWriteItems`, ..."""
        return self.fault.operation

    @property
    def request_id(self) -> str | None:
        """What AWS support asks for."""
        return self.fault.request_id

    @property
    def attempts(self) -> int:
        """Requests made, the SDK's own retries included."""
        return self.fault.attempts

    @property
    def retryable(self) -> bool:
        """Whether sending the same again may succeed."""
        return self.code in RETRYABLE_CODES

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write may have been applied all the same: DynamoDB failed (HTTP 5xx) after taking it."""
        return (self.fault.http_status or 0) >= SERVER_ERROR and self.operation not in READ_OPERATIONS

    @property
    def is_open(self) -> bool:
        """Whether a write may have been applied."""
        return self.outcome_unknown

    @property
    def is_validation(self) -> bool:
        """Whether DynamoDB called the request itself invalid; it does so through more than one channel."""
        return self.code in {"ValidationException", "ValidationError"}


class ConditionFailedError(ServiceError):
    """
    The condition of a single write was false. Nothing was written.

    `item` is the item as it was (`None`: there is none, or it was not asked for).
    `failed_clauses` are the parts of the condition that made it false; none where the item was not asked for.
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
        self.item = item
        self.raw_item = raw_item
        self.item_error = item_error
        self.failed_clauses = tuple(failed_clauses)
        self.sent_to = sent_to
        """The entity and the table of the item, in words."""

    def item_of(self, entity: OfItems[S], /) -> S | None:
        """
        Return `item` with the type of the entity's items; `None`: there is none, or it was not asked for.

        Raises:
            UsageError: the write was sent to another entity.
            StoredItemError: the item does not fit the schema; it is `item_error`.

        Example:
            >>> try:
            ...     users.send(Put(User("u1", "Eve"), condition=item_not_exists()))
            ... except ConditionFailedError as error:
            ...     print(error.item_of(users))
            User(user_id='u1', name='Alice', balance=100)

        """
        item: S | None = held_item(self.item, self.item_error, self.sent_to, entity)
        return item

    @property
    def after_retry(self) -> bool:
        """
        Whether the SDK sent the request more than once.

        Then an earlier attempt may have been applied, and this answer may be about its effect.
        """
        return self.attempts > 1


class StaleVersionError(ConditionFailedError):
    """
    The item was changed, written or deleted since it was read. Nothing was written.

    Sending the same again fails again: read the item, and decide anew.
    """

    def __init__(
        self, text: str, *, expected_version: int = 0, stored_version: int | None = None, **facts: Any
    ) -> None:
        super().__init__(text, **facts)
        self.expected_version = expected_version
        """The version the command was for; 0 stands for an item that is not stored yet."""
        self.stored_version = stored_version
        """The version of the item that is there; `None` if there is none, or it was not asked for."""


class TransactionConflictError(ServiceError):
    """Another transaction held the item. Nothing was written; sending again may succeed."""


class ReplicatedWriteConflictError(ServiceError):
    """
    Another Region wrote the item at the same time, in a global table with strong consistency across Regions.

    Nothing was written; sending again may succeed.
    """


class TransactionInProgressError(ServiceError):
    """A transaction with this token is still running: its outcome is not known yet. Send it again later."""

    @property
    def is_open(self) -> bool:
        """Whether a write may have been applied."""
        return True


class IdempotencyMismatchError(ServiceError):
    """The token was already used with another request within ten minutes. Nothing was written now."""


class ThrottledError(ServiceError):
    """
    More was asked than DynamoDB gives at the moment. Nothing was written; send again later.

    `reasons` says what ran short: one partition of a table, a table, an index, or the account.
    """

    @property
    def reasons(self) -> tuple[ThrottlingReason, ...]:
        """Why DynamoDB throttled, and which table or index it names; empty where it did not say."""
        # Lazy import: every command loads this module, and few requests are throttled.
        from dynamo_document_builder.errors.throttling import reasons_in  # noqa: PLC0415

        return reasons_in(self.fault.body)


class TableNotFoundError(ServiceError):
    """The table or index does not exist in this account and region."""
