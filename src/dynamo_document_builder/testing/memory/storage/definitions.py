"""
Definitions of tables and indexes: keys, types of key attributes, and projections.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import frozen

from dynamo_document_builder.testing.memory.refused import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.testing.memory.storage.values import Item

REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"

Projected = Literal["ALL", "KEYS_ONLY", "INCLUDE"]


@frozen
class Index:
    """A secondary index: its key attributes and its projection."""

    name: str
    partition: tuple[str, ...]
    sort: tuple[str, ...]
    is_global: bool
    projected: Projected
    included: frozenset[str]
    table_keys: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the index key."""
        return (*self.partition, *self.sort)

    def contains(self, item: Item) -> bool:
        """Return True if an item is in the index: the item has all attributes of the index key."""
        return all(name in item for name in self.keys)

    def entry_of(self, item: Item) -> Item:
        """Return the attributes of an item that the index stores."""
        if self.projected == "ALL":
            return item
        copied = {*self.keys, *self.table_keys, *self.included}
        return {name: value for name, value in item.items() if name in copied}


@frozen
class Definition:
    """A table: its keys, the types of all key attributes, and its indexes."""

    name: str
    partition: str
    sort: str | None
    types: Mapping[str, str]
    """The type of each key attribute of the table and of its indexes."""
    indexes: tuple[Index, ...]
    billing: str
    request: Mapping[str, Any]
    """The CreateTable request."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the primary key."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    @property
    def arn(self) -> str:
        """The table's Amazon Resource Name."""
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.name}"

    def index(self, name: str) -> Index:
        """Return an index by its name."""
        for index in self.indexes:
            if index.name == name:
                return index
        raise invalid(f"The table does not have the specified index: {name}")

    @property
    def has_local_indexes(self) -> bool:
        """True if the table has a local index. Writes then report item collection metrics."""
        return any(not index.is_global for index in self.indexes)
