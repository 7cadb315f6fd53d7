"""Pages of the items of several entities of one table, each item told by the name it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import StoredItemError, UsageError
from dynamo_document_builder.expressions.scope import Scope
from dynamo_document_builder.expressions.tags import TagIn
from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.model.group_kind import GroupKind
from dynamo_document_builder.model.projections import ItemReader
from dynamo_document_builder.model.readable import attributes_in, readable
from dynamo_document_builder.paging.entity_source import EntitySource
from dynamo_document_builder.paging.group_keys import group_clauses
from dynamo_document_builder.paging.page import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msgspec import Raw

    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.model.entity_model import EntityGroup
    from dynamo_document_builder.model.index_plans import IndexPart
    from dynamo_document_builder.model.table_model import TableModel
    from dynamo_document_builder.paging.clauses import Clause
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
        if self.on_unknown != "skip" or (index is not None and not index.holds(self.tag_attribute)):
            return None
        return TagIn(self.tag_attribute, self.group.names)

    @property
    def tag_attribute(self) -> str:
        """The attribute that says whose an item is."""
        attribute = self.table.entity_attribute
        if attribute is None:
            raise UsageError(
                f"items of {self.name} cannot be told apart: give table {self.table.name!r} an entity_attribute"
            )
        return attribute

    def clauses(self, index: IndexPart | None, given: Any, condition: Condition | None) -> tuple[Clause, ...]:
        """Return what every entity that knows the given fields makes of them: the same, or it is refused."""
        sources = [EntitySource(one) for one in self.group.entities] if index is None else self._with_index(index.name)
        return group_clauses(self.name, sources, index, given, condition)

    def reader(self, command: PagedOptions, index: IndexPart | None) -> ItemReader[Any]:
        if command.projection is not None:
            raise UsageError("projection= has no use over several entities: their items are read whole")
        decoders = {entity.name: EntitySource(entity).reader(command, index).decode for entity in self.group.entities}
        attribute = self.tag_attribute

        def decode(raw: bytes | Raw) -> Any:
            stored = attributes_in(raw)
            tag = readable(stored.get(attribute, {}))
            known = isinstance(tag, str) and tag in decoders
            return decoders[tag](raw) if known else self._unknown(stored, tag or None)

        return ItemReader(self.scope, decode, lambda _: "")

    def _unknown(self, stored: Mapping[str, Any], tag: object) -> Unknown:
        if self.on_unknown != "raise":
            return Unknown({name: readable(value) for name, value in stored.items()})
        key = {name: readable(stored[name]) for name in self.table.key_names if name in stored}
        found = "nothing stored" if tag is None else f"stored {tag!r}"
        failure = FieldFailure(self.tag_attribute, f"one of {', '.join(self.group.names)}", found)
        raise StoredItemError(
            f"item {key} in table {self.table.name} is of no entity that is read here: {failure}; "
            'on_unknown="skip" or "collect" goes on',
            table=self.table.name,
            entity=self.name,
            key=key,
            failures=(failure,),
            item=stored,
        )
