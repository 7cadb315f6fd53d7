"""
Every error of the library, ordered by the first question a caller has: did it happen?

    DocumentBuilderError
    ├── DefinitionError              a table, entity or schema that cannot work; raised where it is defined
    ├── UsageError                   this command cannot be sent; nothing was sent
    │   ├── TableMismatchError       a group bound to another table or database
    │   └── ItemValidationError      a value does not fit the schema
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
        ├── TransactionInProgressError   the exception: the same transaction is still running
        ├── IdempotencyMismatchError
        ├── ThrottledError
        └── TableNotFoundError

Texts name operations, entities, keys and fields, never the values of an item; values are on attributes.
Branch on classes and on `code`, never on a text: AWS changes its texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dynamo_document_builder.facts import (
    CONTENTION_CODES,
    PASSING_CODES,
    READS,
    SERVER_ERROR,
    THROTTLING_CODES,
    Fault,
    FieldFailure,
    Problem,
    described,
    staleness,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class DocumentBuilderError(Exception):
    """The root: catch it to catch every error of this library."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__, self.__cause__)


def _rebuild(
    cls: type[DocumentBuilderError], args: tuple[Any, ...], state: dict[str, Any], cause: BaseException | None
) -> DocumentBuilderError:
    error = cls(*args)
    error.__dict__.update(state)
    error.__cause__ = cause
    return error


class DefinitionError(DocumentBuilderError):
    """A table, entity or schema that cannot work; raised where it is defined."""


class UsageError(DocumentBuilderError):
    """A command cannot be sent. Nothing was sent; `problems` has every finding."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems) or (Problem(text),)


class TableMismatchError(UsageError):
    """A group of operations is bound to another table or database. Nothing was sent."""


class ItemValidationError(UsageError):
    """A value does not fit the schema. Nothing was sent; `failures` has every field."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = (), failures: Sequence[FieldFailure] = ()) -> None:
        super().__init__(text, problems=problems)
        self.failures = tuple(failures)


class StoredItemError(DocumentBuilderError):
    """
    A stored item does not fit the schema it was read with.

    The request itself succeeded: a write that returned this item is committed.
    `item` is the stored item in DynamoDB JSON, `failures` has every field that does not fit.
    """

    def __init__(
        self,
        text: str,
        *,
        table: str = "",
        entity: str = "",
        key: Mapping[str, Any] | None = None,
        failures: Sequence[FieldFailure] = (),
        item: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(text)
        self.table = table
        self.entity = entity
        self.key = key
        self.failures = tuple(failures)
        self.item = item


class UnexpectedResponseError(DocumentBuilderError):
    """DynamoDB answered with success, in a shape that cannot be read. A write was applied."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation


class AbortedError(DocumentBuilderError):
    """The abort signal was set before the request. It was not sent."""


class NoAnswerError(DocumentBuilderError):
    """No answer came, and nothing can have been written: a read, or a request that never left."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation


class RequestTimeoutError(NoAnswerError, TimeoutError):
    """The deadline passed, and nothing can have been written."""


class OutcomeUnknownError(DocumentBuilderError):
    """
    No answer came after a write was sent: it may have been applied, or not.

    With an `idempotency_token` the same transaction can be sent again safely within ten minutes: DynamoDB applies
    it at most once. Without one, read the item before writing again.
    """

    def __init__(
        self, text: str, *, operation: str = "", idempotency_token: str | None = None, command: Any = None
    ) -> None:
        super().__init__(text)
        self.operation = operation
        self.idempotency_token = idempotency_token
        self.command = command

    def about(self, command: object, idempotency_token: str | None = None) -> OutcomeUnknownError:
        """Add what the caller needs to find out: the command, and the token that makes sending it again safe."""
        self.command = command
        self.idempotency_token = idempotency_token
        return self


class BatchIncompleteError(DocumentBuilderError):
    """
    A batch ended before all of it was done. What was done stays done; sending the rest again is safe.

    `__cause__` is the error that ended it, `None` if DynamoDB kept answering that it did nothing.
    """

    def __init__(self, text: str, *, result: Any = None) -> None:
        super().__init__(text)
        self.result = result
        self.unprocessed: Any = getattr(result, "unprocessed", None)


class ServiceError(DocumentBuilderError):
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
        return self.code in PASSING_CODES

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write may have been applied all the same: DynamoDB failed (HTTP 5xx) after taking it."""
        return (self.fault.http_status or 0) >= SERVER_ERROR and self.operation not in READS

    @property
    def is_validation(self) -> bool:
        """Whether DynamoDB called the request itself invalid; it does so through more than one channel."""
        return self.code in {"ValidationException", "ValidationError"}


@frozen
class CancellationReason:
    """Why one operation of a cancelled transaction failed, or that it did not."""

    index: int
    code: str
    """An open set; `"None"` means that this operation was fine."""
    message: str | None = None
    command: Any = field(default=None, repr=False)
    """The very object that was given."""
    name: str = ""
    """What it does: `Put`, `ConditionCheck`, ..."""
    label: str | None = None
    entity: str | None = None
    key: Mapping[str, Any] | None = None
    item: Any = field(default=None, repr=False)
    """The item as it was, decoded by the command's entity; `None` if there was none or it was not asked for."""
    raw_item: Mapping[str, Any] | None = field(default=None, repr=False)
    item_error: StoredItemError | None = field(default=None, repr=False)
    """Set when the item does not fit the schema: then `item` is `None` and `raw_item` has it all."""
    expected_version: int | None = None
    """The version the operation was for; `None` if it was for any."""
    stored_version: int | None = None
    """The version of the item that is there; `None` if there is none, or it was not asked for."""
    stale: bool = False
    """Whether it failed because the item was changed since it was read."""

    @property
    def failed(self) -> bool:
        """Whether this operation stood in the way."""
        return self.code != "None"

    @property
    def retryable(self) -> bool:
        """Whether it was contention or throttling, which passes."""
        return self.code in CONTENTION_CODES or self.code in THROTTLING_CODES

    def __str__(self) -> str:
        label = "" if self.label is None else f"({self.label}) "
        stale = staleness(self.expected_version, self.stored_version, self.raw_item) if self.stale else ""
        message = f" - {stale or self.message}" if stale or self.message else ""
        subject = f"{self.name} {described(self.entity, self.key)}".strip()
        return f"[{self.index}] {label}{subject}: {self.code}{message}"


class ConditionFailedError(ServiceError):
    """
    The condition of a single write was false. Nothing was written.

    `item` is the item as it was (`None`: there is none, or it was not asked for).
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
    ) -> None:
        super().__init__(text, fault=fault)
        self.command = command
        self.item = item
        self.raw_item = raw_item
        self.item_error = item_error

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


class TransactionCanceledError(ServiceError):
    """
    A transaction was cancelled. Nothing was written.

    `reasons` has one entry per operation, in order. It is empty when DynamoDB sent no usable list.
    """

    def __init__(
        self,
        text: str,
        *,
        fault: Fault | None = None,
        reasons: Iterable[CancellationReason] = (),
        idempotency_token: str | None = None,
    ) -> None:
        super().__init__(text, fault=fault, idempotency_token=idempotency_token)
        self.reasons = tuple(reasons)

    @property
    def failures(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations that were not fine."""
        return tuple(reason for reason in self.reasons if reason.failed)

    @property
    def stale(self) -> tuple[CancellationReason, ...]:
        """The reasons of the operations whose items were changed since they were read."""
        return tuple(reason for reason in self.reasons if reason.stale)

    @property
    def by_label(self) -> dict[str, CancellationReason]:
        """The reasons of the labelled operations."""
        return {reason.label: reason for reason in self.reasons if reason.label is not None}

    def reason_for(self, command: object) -> CancellationReason:
        """Return the reason of this very command object; equal commands are told apart."""
        for reason in self.reasons:
            if reason.command is command:
                return reason
        raise KeyError("this command is not one of the cancelled transaction's operations")

    @property
    def retryable(self) -> bool:
        """Whether contention or throttling is all that stood in the way."""
        return bool(self.failures) and all(reason.retryable for reason in self.failures)

    @property
    def is_validation(self) -> bool:
        """Whether invalid operations are all that stood in the way."""
        failures = self.failures
        return bool(failures) and all(reason.code == "ValidationError" for reason in failures)


class TransactionConflictError(ServiceError):
    """Another transaction held the item. Nothing was written; sending again may succeed."""


class TransactionInProgressError(ServiceError):
    """A transaction with this token is still running: its outcome is not known yet. Send it again later."""


class IdempotencyMismatchError(ServiceError):
    """The token was already used with another request within ten minutes. Nothing was written now."""


class ThrottledError(ServiceError):
    """More was asked than DynamoDB gives at the moment. Nothing was written; send again later."""


class TableNotFoundError(ServiceError):
    """The table or index does not exist in this account and region."""
