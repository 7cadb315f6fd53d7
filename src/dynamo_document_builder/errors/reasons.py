"""The outcome of one operation of a cancelled transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from dynamo_document_builder.errors.codes import CONTENTION_CODES, THROTTLING_CODES
from dynamo_document_builder.errors.recipients import item_for_entity
from dynamo_document_builder.errors.texts import describe_item, failed_clauses_text, stale_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.errors.findings import ThrottlingReason
    from dynamo_document_builder.errors.general import StoredItemError
    from dynamo_document_builder.errors.recipients import HasSchema

S = TypeVar("S")


@frozen
class CancellationReason:
    """The outcome of one operation of a cancelled transaction. Nothing was written."""

    index: int
    """The position of the operation in the transaction."""
    code: str
    """The cancellation code, such as `ConditionalCheckFailed`; `"None"` if this operation did not fail."""
    message: str | None = None
    """The error message of DynamoDB. Do not branch on it: AWS changes messages."""
    command: Any = field(default=None, repr=False)
    """The command object that you passed."""
    name: str = ""
    """The name of the command: `Put`, `ConditionCheck`, ..."""
    label: str | None = None
    """The label of the operation."""
    entity: str | None = None
    """The name of the entity; `None` for a `Raw` operation."""
    key: Mapping[str, Any] | None = None
    """The fields of the item's key."""
    item: Any = field(default=None, repr=False)
    """The stored item, decoded by the command's entity; `None` if no item is stored, or DynamoDB returned none."""
    raw_item: Mapping[str, Any] | None = field(default=None, repr=False)
    """The stored item in DynamoDB JSON; `None` if no item is stored, or DynamoDB returned none."""
    item_error: StoredItemError | None = field(default=None, repr=False)
    """Set if the stored item does not fit the schema: then `item` is `None`, and `raw_item` has the stored item."""
    expected_version: int | None = None
    """The version that the operation expected; `None` if it checks no version."""
    stored_version: int | None = None
    """The version of the stored item; `None` if no item is stored, or if DynamoDB returned none."""
    stale: bool = False
    """True if the operation failed because the item was changed after it was read."""
    failed_clauses: tuple[FailedClause, ...] = ()
    """The clauses that made the condition false; empty if DynamoDB returned no item."""
    sent_to: str | None = field(default=None, repr=False)
    """The entity and table of the item, as error texts name them; `None` for a `Raw` operation."""
    throttling_reasons: tuple[ThrottlingReason, ...] = ()
    """The throughput limits that were exceeded, with their tables or indexes; empty if DynamoDB names none."""

    @property
    def failed(self) -> bool:
        """True if this operation failed."""
        return self.code != "None"

    @property
    def retryable(self) -> bool:
        """True if the operation failed because of contention or throttling, so that a retry may succeed."""
        return self.code in CONTENTION_CODES or self.code in THROTTLING_CODES

    def item_of(self, entity: HasSchema[S], /) -> S | None:
        """
        Return `item` with the type of the entity's items, or `None` if the reason has no item.

        Raises:
            UsageError: The operation belongs to another entity, or is a `Raw` operation.
            StoredItemError: The stored item does not fit the schema. It is the same error as `item_error`.

        """
        item: S | None = item_for_entity(self.item, self.item_error, self.sent_to, entity)
        return item

    def __str__(self) -> str:
        label = "" if self.label is None else f"({self.label}) "
        stale = stale_text(self.expected_version, self.stored_version, self.raw_item) if self.stale else ""
        text = stale or f"{self.message or ''}{failed_clauses_text(self.failed_clauses)}".strip()
        message = f" - {text}" if text else ""
        subject = f"{self.name} {describe_item(self.entity, self.key)}".strip()
        return f"[{self.index}] {label}{subject}: {self.code}{message}"
