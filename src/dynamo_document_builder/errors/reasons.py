"""Why an operation of a cancelled transaction failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from dynamo_document_builder.errors.codes import CONTENTION_CODES, THROTTLING_CODES
from dynamo_document_builder.errors.sent_to import held_item
from dynamo_document_builder.errors.texts import describe_item, failed_clauses_text, stale_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.clauses import FailedClause
    from dynamo_document_builder.errors.findings import ThrottlingReason
    from dynamo_document_builder.errors.general import StoredItemError
    from dynamo_document_builder.errors.sent_to import OfItems

S = TypeVar("S")


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
    failed_clauses: tuple[FailedClause, ...] = ()
    """The clauses of its condition that made it fail; none where the item was not asked for."""
    sent_to: str | None = field(default=None, repr=False)
    """The entity and the table of the item, in words; `None` of a `Raw` operation."""
    throttling_reasons: tuple[ThrottlingReason, ...] = ()
    """Why it was throttled, and which table or index DynamoDB names; empty where it did not say."""

    @property
    def failed(self) -> bool:
        """Whether this operation stood in the way."""
        return self.code != "None"

    @property
    def retryable(self) -> bool:
        """Whether it was contention or throttling, which passes."""
        return self.code in CONTENTION_CODES or self.code in THROTTLING_CODES

    def item_of(self, entity: OfItems[S], /) -> S | None:
        """
        Return `item` with the type of the entity's items; `None`: there is none, or it was not asked for.

        Raises:
            UsageError: the operation is one of another entity, or `Raw`.
            StoredItemError: the item does not fit the schema; it is `item_error`.

        """
        item: S | None = held_item(self.item, self.item_error, self.sent_to, entity)
        return item

    def __str__(self) -> str:
        label = "" if self.label is None else f"({self.label}) "
        stale = stale_text(self.expected_version, self.stored_version, self.raw_item) if self.stale else ""
        said = stale or f"{self.message or ''}{failed_clauses_text(self.failed_clauses)}".strip()
        message = f" - {said}" if said else ""
        subject = f"{self.name} {describe_item(self.entity, self.key)}".strip()
        return f"[{self.index}] {label}{subject}: {self.code}{message}"
