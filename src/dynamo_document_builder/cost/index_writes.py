"""The cost of writes to the indexes of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.cost.units import Units, write_units
from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.tables.table_model import TableModel


def possible_indexes(entity: EntityModel[Any]) -> tuple[str, ...]:
    """Return the names of the indexes that can contain items of an entity."""
    if any(member.kind.layout.rest is not None for member in entity.codec.members):
        # An attribute without a field can be the key of any index.
        return tuple(name for name, _ in _indexes(entity.table))
    return tuple(part.name for part in entity.plan.indexes)


def new_entries(table: TableModel, item: Mapping[str, Any]) -> Units:
    """Return the cost of adding a new item, in DynamoDB JSON, to the indexes of its table."""
    units = Units()
    for _, index in _indexes(table):
        keys = {*table.key_names, *index.sort_names}
        if isinstance(index, GlobalIndex):
            keys.update(index.partition_names)
        if keys <= item.keys():
            units += write_units(item_size({name: item[name] for name in _copied(index, keys, item)}))
    return units


def _indexes(table: TableModel) -> Iterator[tuple[str, GlobalIndex | LocalIndex]]:
    yield from table.global_secondary_indexes.items()
    yield from table.local_secondary_indexes.items()


def _copied(index: GlobalIndex | LocalIndex, keys: set[str], item: Mapping[str, Any]) -> set[str]:
    if index.projection == "ALL":
        return {*item}
    named = frozenset[str]() if isinstance(index.projection, str) else index.projection
    return keys | (named & item.keys())
