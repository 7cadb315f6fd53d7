"""The interface of the sources of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.reading.projections import ItemReader
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.keys.terms import Selection
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.paging.sources.foreign_items import Ownership


class Source(Protocol):
    """The entities whose items a read returns, as far as a read depends on them."""

    @property
    def name(self) -> str: ...
    @property
    def table(self) -> TableModel: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def entities(self) -> tuple[EntityModel[Any], ...]: ...
    def index(self, name: str) -> IndexPart: ...
    def own_items(self, index: IndexPart | None) -> Condition | None:
        """Return a filter for the items of these entities; `None` if DynamoDB cannot or need not filter."""
        ...

    def selection(self, index: IndexPart | None, given: Any, condition: Condition | None) -> Selection: ...
    def skips_foreign_items(self) -> bool:
        """Return True if the read skips items of other entities."""
        ...

    def ownership(self, index: IndexPart | None) -> Ownership | None:
        """Return the check for own items; `None` if DynamoDB returns only own items."""
        ...

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]: ...
