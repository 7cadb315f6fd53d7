"""What pages are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.reading.projections import ItemReader
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.keys.clauses import Selection
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.paging.sources.foreign_items import Ownership


class Source(Protocol):
    """What a read needs to know of whose items it reads."""

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
        """Return the condition that leaves out what is not read here."""
        ...

    def selection(self, index: IndexPart | None, given: Any, condition: Condition | None) -> Selection: ...
    def drops(self) -> bool:
        """Tell whether items that are read may be left out, because they are of other entities."""
        ...

    def ownership(self, index: IndexPart | None) -> Ownership | None:
        """Return what tells whose an item is, `None` where all are read here that DynamoDB returns."""
        ...

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]: ...
