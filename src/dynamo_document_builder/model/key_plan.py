"""All keys of an entity: its own, and those in indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.model.keys import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.index_plans import IndexPart
    from dynamo_document_builder.model.key_parts import Builder, KeyPart, PartMaker


class KeyPlan(Struct, frozen=True):
    """All keys of an entity."""

    primary: tuple[KeyPart, ...]
    indexes: tuple[IndexPart, ...]

    @property
    def sort(self) -> tuple[KeyPart, ...]:
        """The sort key, if there is one."""
        return self.primary[1:]

    @property
    def partition(self) -> tuple[KeyPart, ...]:
        """The partition key."""
        return self.primary[:1]

    @property
    def primary_reads(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.reads for part in self.primary))

    @property
    def attributes(self) -> frozenset[str]:
        """Every attribute of a key or an index key."""
        return frozenset(part.attribute for part in self._all())

    def _all(self) -> Iterator[KeyPart]:
        yield from self.primary
        for index in self.indexes:
            yield from index.parts


def key_plan(
    make: PartMaker,
    builders: tuple[Builder[Any] | None, Builder[Any] | None],
    global_indexes: Mapping[str, Any],
    local_indexes: Mapping[str, Any],
) -> KeyPlan:
    """Make and check the plan of an entity that is given these builders."""
    primary, table = _primary(make, *builders), make.table
    has_none = not (table.global_secondary_indexes or table.local_secondary_indexes)
    if has_none and not (global_indexes or local_indexes):
        return KeyPlan(primary, ())
    from dynamo_document_builder.model.index_plans import IndexPlanner  # noqa: PLC0415  many tables have none

    return KeyPlan(primary, IndexPlanner(make, primary).plan(global_indexes, local_indexes))


def _primary(make: PartMaker, partition_key: Builder[Any] | None, sort_key: Builder[Any] | None) -> tuple[KeyPart, ...]:
    table = make.table
    partition = make.part(table.partition_key, partition_key, "partition_key", MAX_PARTITION_KEY_BYTES)
    if table.sort_key is not None:
        return partition, make.part(table.sort_key, sort_key, "sort_key", MAX_SORT_KEY_BYTES)
    if sort_key is not None:
        raise make.error(f"table {table.name!r} has no sort key, so sort_key= has no use")
    return (partition,)
