"""
The tables of the engine, and what is kept beside them.

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
    """Everything the engine holds."""

    clock: Callable[[], float]
    tokens: Tokens
    tables: dict[str, Table] = field(factory=dict[str, "Table"])
    held: Counter[tuple[str, Hashable]] = field(factory=Counter["tuple[str, Hashable]"])
    """How often each item is held by transactions that are, as it were, going on: by table and place."""

    def table(self, name: str) -> Table:
        """Return a table by its name."""
        found = self.tables.get(name)
        if found is None:
            raise not_found()
        return found

    def hold(self, table: Table, key: Key) -> None:
        """Begin to refuse what conflicts with a transaction on an item."""
        self.held[table.definition.name, key.place] += 1

    def release(self, table: Table, key: Key) -> None:
        """End one hold of an item."""
        self.held[table.definition.name, key.place] -= 1

    def is_held(self, table: Table, key: Key) -> bool:
        """Tell whether an item is held."""
        return bool(self.held) and self.held[table.definition.name, key.place] > 0

    def check_free(self, table: Table, key: Key) -> None:
        """Refuse what touches an item that is held."""
        if self.is_held(table, key):
            raise RefusedError(CONFLICT, "Transaction is ongoing for the item", of_item=True)

    def copy_tables(self) -> dict[str, Table]:
        """Return a copy of all tables; both share all items until either is written to."""
        return {name: table.copy() for name, table in self.tables.items()}
