"""The tables of the engine, and what is kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from dynamo_document_builder.testing.memory.refused import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.testing.memory.storage.tables import Table
    from dynamo_document_builder.testing.memory.storage.tokens import Tokens


@define(eq=False)
class Database:
    """Everything the engine holds."""

    clock: Callable[[], float]
    tokens: Tokens
    tables: dict[str, Table] = field(factory=dict[str, "Table"])

    def table(self, name: str) -> Table:
        """Return a table by its name."""
        found = self.tables.get(name)
        if found is None:
            raise not_found()
        return found

    def copy_tables(self) -> dict[str, Table]:
        """Return a copy of all tables; both share all items until either is written to."""
        return {name: table.copy() for name, table in self.tables.items()}
