"""
Items in the order in which DynamoDB reads them: partitions by the hash of their key, items by their sort key.

Copying a store costs nothing: both copies share everything until one is written to. Only the partition that is written
to is then copied.
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
"""What items of one partition are ordered by."""

Hashed: TypeAlias = tuple[bytes, "Ordered"]
"""A partition's place in a scan: the hash of its key, and the key."""


@define(eq=False)
class Partition:
    """The items of one partition key value, in order."""

    order: list[Ordered] = field(factory=list["Ordered"])
    items: list[Item] = field(factory=list["Item"])

    def get(self, sort: Ordered) -> Item | None:
        """Return the item in a place, `None` if there is none."""
        at = bisect_left(self.order, sort)
        if at < len(self.order) and self.order[at] == sort:
            return self.items[at]
        return None

    def put(self, sort: Ordered, item: Item) -> None:
        """Store an item in its place."""
        at = bisect_left(self.order, sort)
        if at < len(self.order) and self.order[at] == sort:
            self.items[at] = item
        else:
            self.order.insert(at, sort)
            self.items.insert(at, item)

    def remove(self, sort: Ordered) -> None:
        """Remove the item in a place; there is one."""
        at = bisect_left(self.order, sort)
        del self.order[at], self.items[at]

    def after(self, sort: Ordered) -> int:
        """Return the position behind a place, whether there is an item or not."""
        return bisect_right(self.order, sort)

    def before(self, sort: Ordered) -> int:
        """Return the position of a place, whether there is an item or not."""
        return bisect_left(self.order, sort)

    def copy(self) -> Partition:
        """Return a copy to write to; it shares the items."""
        return Partition(list(self.order), list(self.items))


@define(eq=False)
class Store:
    """The items of a table, or the entries of an index."""

    _partitions: dict[Ordered, Partition] = field(factory=dict[Ordered, Partition])
    _scanned: list[Hashed] = field(factory=list[Hashed])
    _is_shared: bool = field(default=False, alias="is_shared")
    """Whether a copy has the same containers."""
    _borrowed: set[Ordered] = field(factory=set[Ordered])
    """The partitions that a copy has too."""

    def copy(self) -> Store:
        """Return a copy; both share everything until one is written to."""
        self._is_shared = True
        return Store(self._partitions, self._scanned, is_shared=True)

    def partition(self, key: Ordered) -> Partition:
        """Return the items of a partition key value, to be read."""
        return self._partitions.get(key) or Partition()

    def get(self, key: Ordered, sort: Ordered) -> Item | None:
        """Return one item, `None` if there is none."""
        found = self._partitions.get(key)
        return None if found is None else found.get(sort)

    def put(self, key: Ordered, sort: Ordered, item: Item) -> None:
        """Store an item."""
        self._to_write(key).put(sort, item)

    def remove(self, key: Ordered, sort: Ordered) -> None:
        """Remove an item; there is one."""
        partition = self._to_write(key)
        partition.remove(sort)
        if not partition.items:
            del self._partitions[key]
            del self._scanned[bisect_left(self._scanned, _hashed(key))]

    def scanned(self, after: tuple[Ordered, Ordered] | None) -> Iterator[tuple[bytes, Item]]:
        """Yield all items with the hash of their partition, from behind a place."""
        start, position = 0, 0
        if after is not None:
            key, sort = after
            start = bisect_left(self._scanned, _hashed(key))
            found = self._partitions.get(key)
            position = 0 if found is None else found.after(sort)
        for hashed, key in self._scanned[start:]:
            for item in self._partitions[key].items[position:]:
                yield hashed, item
            position = 0

    def all(self) -> list[Item]:
        """Return all items, in the order of a scan."""
        return [item for _, item in self.scanned(None)]

    def _to_write(self, key: Ordered) -> Partition:
        if self._is_shared:
            self._partitions, self._scanned = dict(self._partitions), list(self._scanned)
            self._borrowed = set(self._partitions)
            self._is_shared = False
        partition = self._partitions.get(key)
        if partition is None:
            partition = self._partitions[key] = Partition()
            insort(self._scanned, _hashed(key))
        elif key in self._borrowed:
            partition = self._partitions[key] = partition.copy()
            self._borrowed.remove(key)
        return partition


def _hashed(key: Ordered) -> Hashed:
    return md5(repr(key).encode(), usedforsecurity=False).digest(), key
