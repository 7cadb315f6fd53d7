"""
The state of the engine: tables, idempotency tokens, and items held by transactions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html (transaction conflicts)
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrs import define, field

from dynamo_document_builder.testing.memory.refused import CONFLICT, RefusedError, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from dynamo_document_builder.testing.memory.storage.tables import Key, Table
    from dynamo_document_builder.testing.memory.storage.tokens import Tokens


@define(eq=False)
class Database:
    """The state of the engine."""

    clock: Callable[[], float]
    tokens: Tokens
    tables: dict[str, Table] = field(factory=dict[str, "Table"])
    held: Counter[tuple[str, Hashable]] = field(factory=Counter["tuple[str, Hashable]"])
    """The number of simulated transactions that hold each item, by table and key."""

    def table(self, name: str) -> Table:
        """Return a table by its name."""
        found = self.tables.get(name)
        if found is None:
            raise not_found()
        return found

    def hold(self, table: Table, key: Key) -> None:
        """Hold an item, so that conflicting requests are refused."""
        self.held[table.definition.name, key.place] += 1

    def release(self, table: Table, key: Key) -> None:
        """End one hold of an item."""
        self.held[table.definition.name, key.place] -= 1

    def is_held(self, table: Table, key: Key) -> bool:
        """Return True if an item is held."""
        return bool(self.held) and self.held[table.definition.name, key.place] > 0

    def check_free(self, table: Table, key: Key) -> None:
        """Refuse a request on an item that is held."""
        if self.is_held(table, key):
            raise RefusedError(CONFLICT, "Transaction is ongoing for the item", of_item=True)

    def copy_tables(self) -> dict[str, Table]:
        """Return a copy of all tables. Both copies share all items until one of them is written to."""
        return {name: table.copy() for name, table in self.tables.items()}
