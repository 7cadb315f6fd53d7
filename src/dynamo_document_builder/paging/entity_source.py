"""Pages of the items of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tags import TagIn
from dynamo_document_builder.facts import hint
from dynamo_document_builder.model.projections import ItemReader, reader_of
from dynamo_document_builder.paging.key_conditions import SoughtKey

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.expressions.scope import Scope
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.index_plans import IndexPart
    from dynamo_document_builder.model.table_model import TableModel
    from dynamo_document_builder.paging.clauses import Clause
    from dynamo_document_builder.paging.options import PagedOptions


@frozen
class EntitySource:
    """The items of one entity."""

    entity: EntityModel[Any]

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def table(self) -> TableModel:
        return self.entity.table

    @property
    def scope(self) -> Scope:
        return self.entity.scope

    def index(self, name: str) -> IndexPart:
        indexes = {index.name: index for index in self.entity.plan.indexes}
        if name not in indexes:
            known = hint(name, indexes) if indexes else "it has none: declare it on the table and on the entity"
            raise UsageError(f"{self.name} has no index {name!r}; {known}")
        return indexes[name]

    def own_items(self, index: IndexPart | None) -> Condition | None:
        attribute = self.table.entity_attribute
        if attribute is None or (index is not None and not index.holds(attribute)):
            return None
        return TagIn(attribute, (self.name,))

    def clauses(self, index: IndexPart | None, given: Any, condition: Condition | None) -> tuple[Clause, ...]:
        key = self.entity.plan if index is None else index
        argument = "key=" if index is None else "index="
        return SoughtKey(self.entity, key.partition, key.sort, given, argument).clauses(condition)

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]:
        # An index without the tag cannot be filtered by it: whole items, which have it, are looked at one by one.
        filtered = self.own_items(index) is not None or command.projection is not None
        trusted = command.skip_validation
        return reader_of(self.entity, command.projection, trusted=trusted, index=index, filtered=filtered)
