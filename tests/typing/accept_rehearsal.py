"""What type checkers know of conditions that are tried out."""

from __future__ import annotations

from typing import assert_type

from dynamo_document_builder import (
    ConditionReport,
    Put,
    Rehearsal,
    TableTransactWrite,
    TestCondition,
    TestConditionResult,
    TransactWrite,
    item_exists,
)
from tests.typing.things import KEY, User, database, table, users

ALICE = User("u1", "Alice")
tested = users.send(TestCondition(KEY, condition=item_exists()))
assert_type(tested, TestConditionResult[User])
assert_type(tested.item, User | None)
assert_type(tested.passed, bool | None)
assert_type(users.rehearse(TransactWrite([Put(ALICE)])), Rehearsal)
assert_type(users.rehearse(Put(ALICE)).reports, tuple[ConditionReport, ...])
assert_type(table.rehearse(TableTransactWrite([users.prepare([Put(ALICE)])])).passed, bool | None)


async def main() -> None:
    assert_type(await users.arehearse(Put(ALICE)), Rehearsal)
    assert_type(await database.arehearse(TableTransactWrite([])), Rehearsal)
    assert_type((await users.asend(TestCondition(key=KEY, condition=item_exists()))).item, User | None)
