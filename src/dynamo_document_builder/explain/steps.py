"""What a command does, step by step: one step per operation, and one for each read of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

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
    """An item is written whole."""

    verb: ClassVar[str] = "Put"

    entity: EntityModel[Any]
    item: Any
    """As it is stored."""
    text: str
    """The same in DynamoDB JSON."""
    condition: Condition | None = None
    in_transaction: bool = False
    label: str | None = None


class KeyStep(Struct, frozen=True):
    """Something is done to what is under a key."""

    entity: EntityModel[Any]
    key: Any
    """As it was given."""
    condition: Condition | None = None
    in_transaction: bool = False
    label: str | None = None

    @property
    def shown_key(self) -> Mapping[str, Any] | None:
        """The fields that tell which item it is."""
        return self.entity.shown_key(self.key)


class UpdateStep(KeyStep, frozen=True, kw_only=True):
    """Parts of an item are changed."""

    verb: ClassVar[str] = "Update"

    changes: tuple[Change, ...]
    followed: tuple[str, ...]
    """The fields and key attributes that change with them."""
    key_text: str
    """The key in DynamoDB JSON."""


class DeleteStep(KeyStep, frozen=True):
    """An item is deleted."""

    verb: ClassVar[str] = "Delete"


class CheckStep(KeyStep, frozen=True):
    """A transaction depends on an item."""

    verb: ClassVar[str] = "Check"


class GetStep(KeyStep, frozen=True, kw_only=True):
    """An item is read."""

    verb: ClassVar[str] = "Get"

    projection: Projection | None = None
    consistent: bool = False


class ConditionStep(GetStep, frozen=True):
    """An item is read to see what a condition is on it."""

    verb: ClassVar[str] = "Test"


class PagesStep(Struct, frozen=True):
    """Items are read page by page."""

    command: PagedOptions
    source: Source
    index: str | None


class QueryStep(PagesStep, frozen=True, kw_only=True):
    """Those under one partition key."""

    verb: ClassVar[str] = "Query"

    given: Any
    sort_key_condition: Condition | None
    reverse: bool

    @property
    def selection(self) -> Selection:
        """What is asked of the keys."""
        index = None if self.index is None else self.source.index(self.index)
        return self.source.selection(index, self.given, self.sort_key_condition)


class ScanStep(PagesStep, frozen=True, kw_only=True):
    """All of them."""

    verb: ClassVar[str] = "Scan"

    segment: int | None
    total_segments: int | None


class RawStep(Struct, frozen=True):
    """An operation that somebody wrote in DynamoDB JSON."""

    raw: Raw
    operation: Operation
    key: Mapping[str, Any] | None
    """As Python values, where it is known which attributes it is."""
    label: str | None = None


Step: TypeAlias = (
    PutStep | UpdateStep | DeleteStep | CheckStep | GetStep | ConditionStep | QueryStep | ScanStep | RawStep
)

NO_NOTES: Final[tuple[str, ...]] = ()


class Layout(Struct, frozen=True):
    """The steps of one command."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = NO_NOTES
    """What is to be known beside the steps."""
