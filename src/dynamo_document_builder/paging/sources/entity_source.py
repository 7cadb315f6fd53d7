"""Pages of the items of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import suggestion
from dynamo_document_builder.expressions.tree.entity_names import EntityNameIn
from dynamo_document_builder.model.keys.identity import belongs
from dynamo_document_builder.model.reading.projections import ItemReader, reader_of
from dynamo_document_builder.paging.keys.key_conditions import SoughtKey
from dynamo_document_builder.paging.sources.foreign_items import Ownership, left_out, tells_own, told_by_tag

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.keys.clauses import Selection
    from dynamo_document_builder.paging.options import PagedOptions


@frozen
class EntitySource:
    """The items of one entity."""

    entity: EntityModel[Any]

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def entities(self) -> tuple[EntityModel[Any], ...]:
        return (self.entity,)

    @property
    def table(self) -> TableModel:
        return self.entity.table

    @property
    def scope(self) -> Scope:
        return self.entity.scope

    def index(self, name: str) -> IndexPart:
        indexes = {index.name: index for index in self.entity.plan.indexes}
        if name not in indexes:
            known = suggestion(name, indexes) if indexes else "it has none: declare it on the table and on the entity"
            raise UsageError(f"{self.name} has no index {name!r}; {known}")
        return indexes[name]

    def own_items(self, index: IndexPart | None) -> Condition | None:
        attribute = self.table.entity_attribute
        if attribute is None or is_key(attribute, index):
            return None
        check_holds_tag(attribute, index)
        if index is not None and not index.holds(attribute):
            return None
        return EntityNameIn(attribute, (self.name,))

    def selection(self, index: IndexPart | None, given: Any, condition: Condition | None) -> Selection:
        key = self.entity.plan if index is None else index
        argument = "key=" if index is None else "index="
        return SoughtKey(self.entity, key.partition, key.sort, given, argument).selection(condition)

    def drops(self) -> bool:
        return self.entity.entity_name_member is None and tells_own(self.entity)

    def ownership(self, index: IndexPart | None) -> Ownership | None:
        attribute, entity = self.table.entity_attribute, self.entity
        if attribute is None:
            return Ownership(entity.plan.names, lambda raw: belongs(entity.plan, raw)) if self.drops() else None
        if self.own_items(index) is not None:
            return None
        tell = told_by_tag(attribute, (self.name,))
        return Ownership((attribute,), lambda raw: tell(raw) is not None)

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]:
        # A local index may not hold the tag: whole items, which have it, are looked at one by one.
        filtered = self.own_items(index) is not None or command.projection is not None
        reader = reader_of(
            self.entity, command.projection, trusted=command.skip_validation, index=index, filtered=filtered
        )
        return left_out(self.entity, reader) if self.drops() else reader


def is_key(attribute: str, index: IndexPart | None) -> bool:
    """Tell whether an attribute is part of the key that is read, which no filter may be about."""
    return index is not None and attribute in index.key_names


def check_holds_tag(attribute: str, index: IndexPart | None) -> None:
    """Refuse to read an index of which nobody knows whose items are in it."""
    if index is not None and index.is_global and not index.holds(attribute):
        raise UsageError(
            f"index {index.name!r} does not hold {attribute!r}, the entity_attribute that tells whose an item is: "
            "project it into the index"
        )
