"""
The consumed capacity that responses report.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from dynamo_document_builder.cost.units import IN_TRANSACTION, READ_BYTES, WRITE_BYTES
from dynamo_document_builder.testing.memory.evaluating.updating import same_items
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from dynamo_document_builder.testing.memory.storage.definitions import Index
    from dynamo_document_builder.testing.memory.storage.tables import Table, Written
    from dynamo_document_builder.testing.memory.storage.values import Item

EVENTUAL: Final = 0.5


def blocks(size: int, block: int) -> int:
    """Return the number of blocks for a number of bytes, at least one."""
    return max(1, -(-size // block))


@define(eq=False)
class Consumed:
    """The capacity that one request consumed in one table and its indexes."""

    table: str
    is_write: bool
    units: float = 0.0
    indexes: dict[Index, float] = field(factory=dict["Index", float])

    def read(self, size: int, *, consistent: bool, index: Index | None = None) -> None:
        """Count a read of a number of bytes."""
        units = blocks(size, READ_BYTES) * (1.0 if consistent else EVENTUAL)
        if index is None:
            self.units += units
        else:
            self.indexes[index] = self.indexes.get(index, 0.0) + units

    def read_in_transaction(self, item: Item | None) -> None:
        """Count a read of one item in a transaction."""
        self.units += IN_TRANSACTION * blocks(item_size(item or {}), READ_BYTES)

    def write(self, table: Table, change: Written, times: int = 1) -> None:
        """Count a write: the larger of the old and new item, and the changes of index entries."""
        larger = max(item_size(change.before or {}), item_size(change.after or {}))
        self.units += times * blocks(larger, WRITE_BYTES)
        for index in table.definition.indexes:
            units = _index_units(index, change)
            if units:
                self.indexes[index] = self.indexes.get(index, 0.0) + units

    def check_in_transaction(self, item: Item | None) -> None:
        """Count a condition check of one item in a write transaction."""
        self.units += IN_TRANSACTION * blocks(item_size(item or {}), WRITE_BYTES)

    def response(self, detail: str, *, split: bool = False) -> dict[str, Any]:
        """Return the `ConsumedCapacity` of a response. *split* adds the units by kind, as transactions report them."""
        total = self.units + sum(self.indexes.values())
        answer: dict[str, Any] = {"TableName": self.table, **self._counted(total, split=split)}
        if detail == "INDEXES":
            answer["Table"] = self._counted(self.units, split=split)
            for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
                found = {
                    index.name: self._counted(units, split=split)
                    for index, units in self.indexes.items()
                    if index.is_global is is_global
                }
                if found:
                    answer[member] = found
        return answer

    def _counted(self, units: float, *, split: bool) -> dict[str, float]:
        kind = "WriteCapacityUnits" if self.is_write else "ReadCapacityUnits"
        return {"CapacityUnits": units, **({kind: units} if split else {})}


def _index_units(index: Index, change: Written) -> float:
    before, after = (
        index.entry_of(item) if item is not None and index.contains(item) else None
        for item in (change.before, change.after)
    )
    if before is None or after is None:
        entry = before if after is None else after
        return 0.0 if entry is None else float(blocks(item_size(entry), WRITE_BYTES))
    if same_items(before, after):
        return 0.0
    if any(before[name] != after[name] for name in index.keys):
        return float(blocks(item_size(before), WRITE_BYTES) + blocks(item_size(after), WRITE_BYTES))
    return float(blocks(max(item_size(before), item_size(after)), WRITE_BYTES))
