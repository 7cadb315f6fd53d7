"""Steps: the operations of a command as values. A query or scan is one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import Projection
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.paging.keys.clauses import Selection
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.paging.sources.source import Source
    from dynamo_document_builder.transactions.raw import Raw


class PutStep(Struct, frozen=True):
    """A put of an item."""

    verb: ClassVar[str] = "Put"

    entity: EntityModel[Any]
    item: Any
    """The item as it is stored."""
    text: str
    """The item in DynamoDB JSON."""
    condition: Condition | None = None
    in_transaction: bool = False
    label: str | None = None


class KeyStep(Struct, frozen=True):
    """An operation on the item with a key."""

    entity: EntityModel[Any]
    key: Any
    """The key as the caller wrote it."""
    condition: Condition | None = None
    in_transaction: bool = False
    label: str | None = None

    @property
    def shown_key(self) -> Mapping[str, Any] | None:
        """The key in the caller's terms, as errors show it."""
        return self.entity.shown_key(self.key)


class UpdateStep(KeyStep, frozen=True, kw_only=True):
    """An update of an item."""

    verb: ClassVar[str] = "Update"

    changes: tuple[Change, ...]
    followed: tuple[str, ...]
    """The managed fields and index keys that the library changes too."""
    key_text: str
    """The key in DynamoDB JSON."""


class DeleteStep(KeyStep, frozen=True):
    """A delete of an item."""

    verb: ClassVar[str] = "Delete"


class CheckStep(KeyStep, frozen=True):
    """A condition check on an item, in a transaction."""

    verb: ClassVar[str] = "Check"


class GetStep(KeyStep, frozen=True, kw_only=True):
    """A read of an item."""

    verb: ClassVar[str] = "Get"

    projection: Projection | None = None
    consistent: bool = False


class ConditionStep(GetStep, frozen=True):
    """A read of an item on which a condition is then evaluated."""

    verb: ClassVar[str] = "Test"


class PagesStep(Struct, frozen=True):
    """A query or a scan."""

    command: PagedOptions
    source: Source
    index: str | None


class QueryStep(PagesStep, frozen=True, kw_only=True):
    """A query of one partition key."""

    verb: ClassVar[str] = "Query"

    given: Any
    sort_key_condition: Condition | None
    reverse: bool

    @property
    def selection(self) -> Selection:
        """The key condition."""
        index = None if self.index is None else self.source.index(self.index)
        return self.source.selection(index, self.given, self.sort_key_condition)


class ScanStep(PagesStep, frozen=True, kw_only=True):
    """A scan of a table or an index."""

    verb: ClassVar[str] = "Scan"

    segment: int | None
    total_segments: int | None


class RawStep(Struct, frozen=True):
    """An operation that the caller wrote in DynamoDB JSON."""

    raw: Raw
    operation: Operation
    key: Mapping[str, Any] | None
    """The key as Python values; `None` if the key attributes of the table are unknown."""
    label: str | None = None


Step: TypeAlias = (
    PutStep | UpdateStep | DeleteStep | CheckStep | GetStep | ConditionStep | QueryStep | ScanStep | RawStep
)


class Layout(Struct, frozen=True):
    """The steps of one command."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    """Further facts, such as that more requests follow."""
