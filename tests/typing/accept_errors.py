"""What errors hold, with the types of the entity and command they are about: clean in every type checker."""

from __future__ import annotations

from typing import Any, assert_type

from dynamo_document_builder import (
    BatchGet,
    BatchGetResult,
    BatchIncompleteError,
    BatchWrite,
    BatchWriteResult,
    CancellationReason,
    ConditionFailedError,
    StaleVersionError,
    TableBatchGet,
    TableBatchGetResult,
    TableBatchWrite,
    TableBatchWriteResult,
)
from tests.typing.accept_factories import Brief, Card, Transfer, payments
from tests.typing.accept_schemas import Model, Record, models, records
from tests.typing.things import KEY, Order, User, database, orders, table, users

failed, stale = ConditionFailedError("x"), StaleVersionError("x")
reason = CancellationReason(index=0, code="x")
incomplete = BatchIncompleteError("x")

assert_type(failed.item_of(users), User | None)
assert_type(stale.item_of(users), User | None)
assert_type(failed.item_of(models), Model | None)
assert_type(failed.item_of(records), Record | None)
assert_type(failed.item_of(payments), Card | Transfer | None)
assert_type(reason.item_of(orders), Order | None)

read, part, write = BatchGet([KEY]), BatchGet([KEY], projection=Brief), BatchWrite([User("a", "b")])
assert_type(incomplete.result_of(users, read), BatchGetResult[User])  # ty: ignore[type-assertion-failure]
assert_type(incomplete.result_of(users, part), BatchGetResult[Brief])
assert_type(incomplete.result_of(users, BatchGet([KEY], projection=["name"])), BatchGetResult[dict[str, Any]])
assert_type(incomplete.result_of(users, write), BatchWriteResult[User])
assert_type(incomplete.result_of(users, write).unprocessed, BatchWrite[User])
reads = TableBatchGet((users.prepare(read), orders.prepare(BatchGet([{"order_id": "o1"}]))))
assert_type(incomplete.result_of(table, reads), TableBatchGetResult[list[User | None], list[Order | None]])
assert_type(incomplete.result_of(database, TableBatchWrite([users.prepare(write)])), TableBatchWriteResult)
