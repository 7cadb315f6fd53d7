"""A table and its indexes: every write of an item also writes its entries in all indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from dynamo_document_builder.model.keys.values import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from dynamo_document_builder.testing.memory.refused import invalid, invalid_item, invalid_item_values
from dynamo_document_builder.testing.memory.storage.store import Ordered, Store
from dynamo_document_builder.testing.memory.storage.values import sortable, type_of
from dynamo_document_builder.wire.json.sizes import value_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.testing.memory.storage.definitions import Definition, Index
    from dynamo_document_builder.testing.memory.storage.values import Item, Wire


@frozen
class Key:
    """The primary key of an item: its attributes, and its position in the sort order."""

    attributes: Item
    partition: Ordered
    sort: Ordered

    @property
    def place(self) -> tuple[Ordered, Ordered]:
        """The partition and sort key values: equal for equal keys."""
        return self.partition, self.sort


@frozen
class Written:
    """The item before and after a write. `None`: no item."""

    before: Item | None
    after: Item | None


@define(eq=False)
class Table:
    """A table's items, the entries of its indexes, and its time-to-live attribute."""

    definition: Definition
    items: Store = field(factory=Store)
    entries: dict[str, Store] = field(factory=dict[str, Store])
    time_to_live: str | None = None

    def __attrs_post_init__(self) -> None:
        for index in self.definition.indexes:
            self.entries.setdefault(index.name, Store())

    def copy(self) -> Table:
        """Return a copy. Both share all items until one of them is written to."""
        entries = {name: store.copy() for name, store in self.entries.items()}
        return Table(self.definition, self.items.copy(), entries, self.time_to_live)

    def get(self, key: Key) -> Item | None:
        """Return the item with a key, or `None`."""
        return self.items.get(key.partition, key.sort)

    def write(self, key: Key, after: Item | None) -> Written:
        """Store an item under its key, or remove the item with that key."""
        before = self.get(key)
        if after is not None:
            self.items.put(key.partition, key.sort, after)
        elif before is not None:
            self.items.remove(key.partition, key.sort)
        for index in self.definition.indexes:
            self._write_entry(index, key, before, after)
        return Written(before, after)

    def _write_entry(self, index: Index, key: Key, before: Item | None, after: Item | None) -> None:
        store = self.entries[index.name]
        if before is not None and index.contains(before):
            store.remove(*entry_place(index, key, before))
        if after is not None and index.contains(after):
            store.put(*entry_place(index, key, after), index.entry_of(after))

    def key_of(self, given: Mapping[str, Wire]) -> Key:
        """Check the key of a request, and return it."""
        definition = self.definition
        if set(given) != set(definition.keys):
            raise invalid_item("The provided key element does not match the schema")
        for name in definition.keys:
            if type_of(given[name]) != definition.types[name]:
                raise invalid_item("The provided key element does not match the schema")
            check_key_value(name, given[name], definition.partition)
        return self._key({name: given[name] for name in definition.keys})

    def key_in(self, item: Item) -> Key:
        """Check the table key and the index keys of an item, and return the table key."""
        definition = self.definition
        for name in definition.keys:
            if name not in item:
                raise invalid_item_values(f"Missing the key {name} in the item")
            found, wanted = type_of(item[name]), definition.types[name]
            if found != wanted:
                raise invalid_item_values(f"Type mismatch for key {name} expected: {wanted} actual: {found}")
            check_key_value(name, item[name], definition.partition)
        self.check_index_keys(item)
        return self._key({name: item[name] for name in definition.keys})

    def check_index_keys(self, item: Item) -> None:
        """Refuse an item with an attribute that is not a valid key of an index."""
        for index in self.definition.indexes:
            for name in index.keys:
                if name in item:
                    self._check_index_key(index, name, item[name])

    def _check_index_key(self, index: Index, name: str, value: Wire) -> None:
        found, wanted = type_of(value), self.definition.types[name]
        if found != wanted:
            raise invalid_item_values(
                f"Type mismatch for Index Key {name} Expected: {wanted} Actual: {found} IndexName: {index.name}"
            )
        if value[found] == "":
            raise invalid(
                "One or more parameter values are not valid. A value specified for a secondary index key is not "
                f"supported. The AttributeValue for a key attribute cannot contain an empty {_EMPTY[found]} value. "
                f"IndexName: {index.name}, IndexKey: {name}"
            )
        _check_size(value, is_partition=name in index.partition)

    def _key(self, attributes: Item) -> Key:
        partition, sort = self.definition.partition, self.definition.sort
        ordered = () if sort is None else (sortable(attributes[sort]),)
        return Key(attributes, (sortable(attributes[partition]),), ordered)


_EMPTY: Final = {"S": "string", "B": "binary"}


def check_key_value(name: str, value: Wire, partition: str) -> None:
    """Refuse a key value that is empty or too large."""
    [(tag, text)] = value.items()
    if text == "":
        raise invalid(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty {_EMPTY[tag]} value. Key: {name}"
        )
    _check_size(value, is_partition=name == partition)


def _check_size(value: Wire, *, is_partition: bool) -> None:
    size = value_size(value)
    if is_partition and size > MAX_PARTITION_KEY_BYTES:
        raise invalid_item_values(
            f"Size of hashkey has exceeded the maximum size limit of{MAX_PARTITION_KEY_BYTES} bytes"
        )
    if not is_partition and size > MAX_SORT_KEY_BYTES:
        raise invalid_item_values(
            f"Aggregated size of all range keys has exceeded the size limit of {MAX_SORT_KEY_BYTES} bytes"
        )


def entry_place(index: Index, key: Key, item: Mapping[str, Any]) -> tuple[Ordered, Ordered]:
    """Return the position of an item in an index. Entries with equal index keys are in the order of the table key."""
    partition = tuple(sortable(item[name]) for name in index.partition)
    sort = tuple(sortable(item[name]) for name in index.sort)
    return partition, (*sort, *key.partition, *key.sort)
