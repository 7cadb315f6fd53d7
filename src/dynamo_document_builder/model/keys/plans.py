"""All keys of an entity: its own, and those in indexes."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.known_fields import MissingFieldError
from dynamo_document_builder.model.keys.templates.code import Write, fields_writer, key_writer, taken_of
from dynamo_document_builder.model.keys.values import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from dynamo_document_builder.schema.failures import MisfitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.keys.attributes import AttributeMaker, KeyAttribute
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate


class KeyPlan(Struct, frozen=True, dict=True):
    """All keys of an entity."""

    primary: tuple[KeyAttribute, ...]
    indexes: tuple[IndexPart, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The attributes of the primary key, partition key first."""
        return tuple(part.attribute for part in self.primary)

    @property
    def sort(self) -> tuple[KeyAttribute, ...]:
        """The sort key, if there is one."""
        return self.primary[1:]

    @property
    def partition(self) -> tuple[KeyAttribute, ...]:
        """The partition key."""
        return self.primary[:1]

    @cached_property
    def primary_reads(self) -> frozenset[str]:
        """The fields the primary key is built from, as far as that is known."""
        return frozenset[str]().union(*(part.reads or () for part in self.primary))

    def made_of(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields that the key of an item with these values is built from."""
        if all(part.reads is not None for part in self.primary):
            return self.primary_reads
        found = set(self.primary_reads)
        for part in self.primary:
            if part.reads is None:
                with suppress(MissingFieldError, MisfitError, UsageError):  # where the key is built, this is said
                    found.update(part.of_known(values)[1])
        return frozenset(found)

    @cached_property
    def told(self) -> frozenset[str]:
        """The fields whose values the primary key tells."""
        return frozenset[str]().union(*(part.told for part in self.primary))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Every attribute of a key or an index key."""
        return frozenset(part.attribute for part in (*self.primary, *self.of_indexes))

    @cached_property
    def of_indexes(self) -> tuple[KeyAttribute, ...]:
        """The attributes of all indexes, each once; those of the table's own key are not among them."""
        return tuple({part.attribute: part for index in self.indexes for part in index.parts}.values())

    @cached_property
    def beside(self) -> tuple[KeyAttribute, ...]:
        """Those of them that are written beside the fields."""
        return tuple(part for part in self.of_indexes if part.written)

    @cached_property
    def fields(self) -> tuple[KeyAttribute, ...]:
        """Those of them that are fields of text or bytes, which may be too long for a key."""
        return tuple(part for part in self.of_indexes if part.field is not None and not part.is_number)

    @cached_property
    def templates(self) -> tuple[KeyTemplate, ...] | None:
        """What the primary keys look like; `None` if that is not known of each of their attributes."""
        found = [part.template for part in self.primary]
        return None if None in found else tuple(one for one in found if one is not None)

    @cached_property
    def is_checked(self) -> bool:
        """Whether an item can lie under another key than the one that its fields build."""
        return not all(part.is_verbatim for part in self.primary)

    @cached_property
    def of_item(self) -> Write:
        """Writes the primary key of an item; gives `None` for one that is unusual."""
        quick = [part.quick for part in self.primary if part.quick is not None]
        if len(quick) < len(self.primary):
            return _nothing
        return key_writer(quick, taken_of(is_dict=self.primary[0].codec.item_class is dict))

    @cached_property
    def of_fields(self) -> Write:
        """Writes the primary key of which a dictionary has the fields; gives `None` for one that is unusual."""
        quick = [part.as_template for part in self.primary]
        if None in quick or self.primary[0].codec.discriminator is not None:
            return _nothing
        return fields_writer([one for one in quick if one is not None])


def _nothing(_: object) -> None:
    return None


def key_plan(
    make: AttributeMaker,
    sources: tuple[Any, Any],
    global_indexes: Mapping[str, Any],
    local_indexes: Mapping[str, Any],
) -> KeyPlan:
    """Make and check the keys of an entity."""
    primary, table = _primary(make, *sources), make.table
    has_none = not (table.global_secondary_indexes or table.local_secondary_indexes)
    if has_none and not (global_indexes or local_indexes):
        return KeyPlan(primary, ())
    from dynamo_document_builder.model.keys.index_keys import (  # noqa: PLC0415  lazy import: many tables have no index
        IndexPlanner,
    )

    return KeyPlan(primary, IndexPlanner(make, primary).plan(global_indexes, local_indexes))


def _primary(make: AttributeMaker, partition_key: Any, sort_key: Any) -> tuple[KeyAttribute, ...]:
    table = make.table
    partition = make.attribute(table.partition_key, partition_key, "partition_key", MAX_PARTITION_KEY_BYTES)
    if table.sort_key is not None:
        return partition, make.attribute(table.sort_key, sort_key, "sort_key", MAX_SORT_KEY_BYTES)
    if sort_key is not None:
        raise make.error(f"table {table.name!r} has no sort key: leave sort_key= out")
    return (partition,)
