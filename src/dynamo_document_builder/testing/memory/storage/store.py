"""
Items in the order in which DynamoDB reads them: partitions by the hash of their key, items by their sort key.

Stores are copy-on-write: both copies share all partitions until one of them is written to. A write copies only the
partition that it changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from hashlib import md5
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.testing.memory.storage.values import Item, Sortable

Ordered: TypeAlias = "tuple[Sortable, ...]"
"""A key as a sortable tuple."""

Hashed: TypeAlias = tuple[bytes, "Ordered"]
"""The position of a partition in a scan: the hash of its key, then the key."""


@define(eq=False)
class Partition:
    """The items of one partition key value, in order."""

    order: list[Ordered] = field(factory=list["Ordered"])
    items: list[Item] = field(factory=list["Item"])

    def get(self, sort: Ordered) -> Item | None:
        """Return the item with a sort key, or `None`."""
        at = bisect_left(self.order, sort)
        if at < len(self.order) and self.order[at] == sort:
            return self.items[at]
        return None

    def put(self, sort: Ordered, item: Item) -> None:
        """Store an item under its sort key."""
        at = bisect_left(self.order, sort)
        if at < len(self.order) and self.order[at] == sort:
            self.items[at] = item
        else:
            self.order.insert(at, sort)
            self.items.insert(at, item)

    def remove(self, sort: Ordered) -> None:
        """Remove an item that exists."""
        at = bisect_left(self.order, sort)
        del self.order[at], self.items[at]

    def after(self, sort: Ordered) -> int:
        """Return the index of the first item after a sort key, which need not exist."""
        return bisect_right(self.order, sort)

    def before(self, sort: Ordered) -> int:
        """Return the index of the first item at or after a sort key, which need not exist."""
        return bisect_left(self.order, sort)

    def copy(self) -> Partition:
        """Return a copy that can be written to. Both share the items, which never change."""
        return Partition(list(self.order), list(self.items))


@define(eq=False)
class Store:
    """The items of a table, or the entries of an index."""

    _partitions: dict[Ordered, Partition] = field(factory=dict[Ordered, Partition])
    _scan_order: list[Hashed] = field(factory=list[Hashed])
    _is_shared: bool = field(default=False, alias="is_shared")
    """True while another store uses the same containers."""
    _shared_partitions: set[Ordered] = field(factory=set[Ordered])
    """The keys of partitions that another store uses too."""

    def copy(self) -> Store:
        """Return a copy. Both share all partitions until one of them is written to."""
        self._is_shared = True
        return Store(self._partitions, self._scan_order, is_shared=True)

    def partition(self, key: Ordered) -> Partition:
        """Return the partition of a key for reading, empty if it does not exist."""
        return self._partitions.get(key) or Partition()

    def get(self, key: Ordered, sort: Ordered) -> Item | None:
        """Return one item, or `None`."""
        found = self._partitions.get(key)
        return None if found is None else found.get(sort)

    def put(self, key: Ordered, sort: Ordered, item: Item) -> None:
        """Store an item."""
        self._to_write(key).put(sort, item)

    def remove(self, key: Ordered, sort: Ordered) -> None:
        """Remove an item that exists."""
        partition = self._to_write(key)
        partition.remove(sort)
        if not partition.items:
            del self._partitions[key]
            del self._scan_order[bisect_left(self._scan_order, _hashed(key))]

    def scanned(self, after: tuple[Ordered, Ordered] | None) -> Iterator[tuple[bytes, Item]]:
        """Yield all items after a position in scan order, each with the hash of its partition key."""
        start, position = 0, 0
        if after is not None:
            key, sort = after
            start = bisect_left(self._scan_order, _hashed(key))
            found = self._partitions.get(key)
            position = 0 if found is None else found.after(sort)
        for hashed, key in self._scan_order[start:]:
            for item in self._partitions[key].items[position:]:
                yield hashed, item
            position = 0

    def all(self) -> list[Item]:
        """Return all items, in the order of a scan."""
        return [item for _, item in self.scanned(None)]

    def _to_write(self, key: Ordered) -> Partition:
        if self._is_shared:
            self._partitions, self._scan_order = dict(self._partitions), list(self._scan_order)
            self._shared_partitions = set(self._partitions)
            self._is_shared = False
        partition = self._partitions.get(key)
        if partition is None:
            partition = self._partitions[key] = Partition()
            insort(self._scan_order, _hashed(key))
        elif key in self._shared_partitions:
            partition = self._partitions[key] = partition.copy()
            self._shared_partitions.remove(key)
        return partition


def _hashed(key: Ordered) -> Hashed:
    return md5(repr(key).encode(), usedforsecurity=False).digest(), key
