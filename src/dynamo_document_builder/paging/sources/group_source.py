"""Pages of the items of several entities of one table, each item told by the name it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import StoredItemError, UsageError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.expressions.tree.entity_names import EntityNameIn
from dynamo_document_builder.model.entities.group_kind import GroupKind
from dynamo_document_builder.model.keys.identity import belongs
from dynamo_document_builder.model.reading.projections import ItemReader, reader_of
from dynamo_document_builder.model.reading.readable import attributes_in, readable
from dynamo_document_builder.paging.keys.group_keys import group_selection
from dynamo_document_builder.paging.page import Unknown
from dynamo_document_builder.paging.sources.entity_source import EntitySource, check_holds_tag, is_key
from dynamo_document_builder.paging.sources.foreign_items import Ownership, check_apart, told_by_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msgspec import Raw

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.entities.entity_model import EntityGroup, EntityModel
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.keys.clauses import Selection
    from dynamo_document_builder.paging.options import OnUnknown, PagedOptions


@frozen
class GroupSource:
    """The items of several entities."""

    group: EntityGroup[Any]
    on_unknown: OnUnknown

    @property
    def name(self) -> str:
        return " | ".join(self.group.names)

    @property
    def entities(self) -> tuple[EntityModel[Any], ...]:
        return self.group.entities

    @property
    def table(self) -> TableModel:
        return self.group.entities[0].table

    @property
    def scope(self) -> Scope:
        return Scope(GroupKind([entity.codec.kind for entity in self.group.entities]), self.table.key_names)

    def index(self, name: str) -> IndexPart:
        return self._with_index(name)[0].index(name)

    def _with_index(self, name: str) -> list[EntitySource]:
        sources = [EntitySource(entity) for entity in self.group.entities]
        known = [source for source in sources if any(index.name == name for index in source.entity.plan.indexes)]
        if not known:
            raise UsageError(f"none of {self.name} has an index {name!r}")
        return known

    def own_items(self, index: IndexPart | None) -> Condition | None:
        attribute = self.table.entity_attribute
        if attribute is None or is_key(attribute, index):
            return None
        check_holds_tag(attribute, index)
        if self.on_unknown != "skip" or (index is not None and not index.holds(attribute)):
            return None
        return EntityNameIn(attribute, self.group.names)

    def drops(self) -> bool:
        return self.on_unknown == "skip"

    def selection(self, index: IndexPart | None, given: Any, condition: Condition | None) -> Selection:
        """Return what every entity that knows the given fields makes of them: the same, or it is refused."""
        sources = [EntitySource(one) for one in self.group.entities] if index is None else self._with_index(index.name)
        return group_selection(self.name, sources, index, given, condition)

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]:
        if command.projection is not None:
            raise UsageError("projection= cannot be used over several entities: their items are read whole")
        decoders = {
            entity.name: reader_of(entity, None, trusted=command.skip_validation, index=index, filtered=True).decode
            for entity in self.group.entities
        }
        tell = self._told()

        def decode(raw: bytes | Raw) -> Any:
            owner = tell(raw)
            return decoders[owner](raw) if owner is not None else self._unknown(attributes_in(raw))

        return ItemReader(self.scope, decode, lambda _: "")

    def ownership(self, index: IndexPart | None) -> Ownership | None:
        if self.own_items(index) is not None:
            return None
        attribute, tell = self.table.entity_attribute, self._told()
        return Ownership(self.table.key_names if attribute is None else (attribute,), lambda raw: tell(raw) is not None)

    def _told(self) -> Callable[[bytes | Raw], str | None]:
        attribute = self.table.entity_attribute
        return self._told_by_key() if attribute is None else told_by_tag(attribute, self.group.names)

    def _told_by_key(self) -> Callable[[bytes | Raw], str | None]:
        entities = self.group.entities
        check_apart(self.name, entities)

        def tell(raw: bytes | Raw) -> str | None:
            return next((entity.name for entity in entities if belongs(entity.plan, raw)), None)

        return tell

    def _unknown(self, stored: Mapping[str, Any]) -> Unknown:
        attributes = {name: readable(value) for name, value in stored.items()}
        return Unknown(attributes, self._refusal(stored) if self.on_unknown == "raise" else None)

    def _refusal(self, stored: Mapping[str, Any]) -> StoredItemError:
        key = {name: readable(stored[name]) for name in self.table.key_names if name in stored}
        failure = self._failure(stored)
        return StoredItemError(
            f"item {key} in table {self.table.name} is of no entity that is read here: {failure}; "
            'on_unknown="skip" or "collect" goes on',
            table=self.table.name,
            entity=self.name,
            key=key,
            failures=(failure,),
            item=stored,
        )

    def _failure(self, stored: Mapping[str, Any]) -> FieldFailure:
        names, attribute = ", ".join(self.group.names), self.table.entity_attribute
        if attribute is None:
            return FieldFailure(" and ".join(self.table.key_names), f"a key of one of {names}", "a key of none of them")
        tag = readable(stored.get(attribute, {}))
        return FieldFailure(attribute, f"one of {names}", f"stored {tag!r}" if tag else "nothing stored")
