"""What type checkers know of staged edits."""

from __future__ import annotations

from typing import assert_type

from dynamo_document_builder import (
    Changeset,
    Difference,
    StaleChangesetError,
    StaleItem,
    TableTransactWrite,
    TransactWriteResult,
)
from tests.typing.things import Order, User, database, orders, table, users

ALICE = User("u1", "Alice")
changes = Changeset().edit(users, ALICE, User("u1", "Al")).delete(orders, Order("o1"))
assert_type(changes, Changeset)
assert_type(changes.diff(), Difference)
assert_type(changes.command(), TableTransactWrite)
assert_type(Changeset.from_json(changes.to_json(), [users, orders]), Changeset)
try:
    assert_type(changes.commit(table), TransactWriteResult)
except StaleChangesetError as error:
    assert_type(error.items, tuple[StaleItem, ...])
    assert_type(changes.rebase(error, take="mine"), Changeset)


async def main() -> None:
    assert_type(await changes.acommit(database, timeout=5), TransactWriteResult)
