"""KeyPlan: the primary key and the index keys of an entity."""

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
    """The primary key and the index keys of an entity."""

    primary: tuple[KeyAttribute, ...]
    indexes: tuple[IndexPart, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The attributes of the primary key, partition key first."""
        return tuple(part.attribute for part in self.primary)

    @property
    def sort(self) -> tuple[KeyAttribute, ...]:
        """The attribute of the sort key; empty if there is no sort key."""
        return self.primary[1:]

    @property
    def partition(self) -> tuple[KeyAttribute, ...]:
        """The attribute of the partition key, as a tuple."""
        return self.primary[:1]

    @cached_property
    def primary_reads(self) -> frozenset[str]:
        """The fields that the primary key is built from, as far as they are known."""
        return frozenset[str]().union(*(part.reads or () for part in self.primary))

    def fields_used(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields that the key of an item with these values is built from."""
        if all(part.reads is not None for part in self.primary):
            return self.primary_reads
        found = set(self.primary_reads)
        for part in self.primary:
            if part.reads is None:
                with suppress(MissingFieldError, MisfitError, UsageError):  # building the key reports it
                    found.update(part.build_from(values)[1])
        return frozenset(found)

    @cached_property
    def determined(self) -> frozenset[str]:
        """The fields whose values can be read from the primary key."""
        return frozenset[str]().union(*(part.determined for part in self.primary))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attributes of the primary key and of all index keys."""
        return frozenset(part.attribute for part in (*self.primary, *self.index_attributes))

    @cached_property
    def index_attributes(self) -> tuple[KeyAttribute, ...]:
        """The key attributes of all indexes, without duplicates and without the attributes of the primary key."""
        return tuple({part.attribute: part for index in self.indexes for part in index.parts}.values())

    @cached_property
    def index_only(self) -> tuple[KeyAttribute, ...]:
        """The index attributes that are stored in addition to the fields."""
        return tuple(part for part in self.index_attributes if part.is_separate)

    @cached_property
    def fields(self) -> tuple[KeyAttribute, ...]:
        """The index attributes that are fields of text or bytes, whose values can be too long for a key."""
        return tuple(part for part in self.index_attributes if part.field is not None and not part.is_number)

    @cached_property
    def templates(self) -> tuple[KeyTemplate, ...] | None:
        """The templates of the primary key; `None` unless every attribute has a template."""
        found = [part.template for part in self.primary]
        return None if None in found else tuple(one for one in found if one is not None)

    @cached_property
    def is_checked(self) -> bool:
        """True if an item could be stored under a different key than its fields build."""
        return not all(part.is_verbatim for part in self.primary)

    @cached_property
    def key_of_item(self) -> Write:
        """The generated function that writes the primary key of an item; returns `None` if the slow path must do it."""
        templates = [part.code_template for part in self.primary if part.code_template is not None]
        if len(templates) < len(self.primary):
            return _nothing
        return key_writer(templates, taken_of(is_dict=self.primary[0].codec.item_class is dict))

    @cached_property
    def key_of_fields(self) -> Write:
        """The generated function that writes the primary key from a dictionary of fields; may return `None` too."""
        templates = [part.fields_template for part in self.primary]
        if None in templates or self.primary[0].codec.discriminator is not None:
            return _nothing
        return fields_writer([one for one in templates if one is not None])


def _nothing(_: object) -> None:
    return None


def key_plan(
    make: AttributeMaker,
    sources: tuple[Any, Any],
    global_indexes: Mapping[str, Any],
    local_indexes: Mapping[str, Any],
) -> KeyPlan:
    """Build and check the keys of an entity."""
    primary, table = _primary(make, *sources), make.table
    has_none = not (table.global_secondary_indexes or table.local_secondary_indexes)
    if has_none and not (global_indexes or local_indexes):
        return KeyPlan(primary, ())
    from dynamo_document_builder.model.keys.index_keys import (  # noqa: PLC0415  lazy import: only tables with indexes need it
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
