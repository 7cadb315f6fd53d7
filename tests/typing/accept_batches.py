"""Batches as people write them, and the types they get: clean in mypy and pyright, both strict."""

from __future__ import annotations

from typing import Any, assert_type

from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    BatchGetResult,
    BatchIncompleteError,
    BatchWrite,
    BatchWriteResult,
    PreparedBatchGet,
    PreparedBatchWrite,
    RetryPolicy,
    TableBatchGet,
    TableBatchGetResult,
    TableBatchWrite,
    TableBatchWriteResult,
)
from tests.typing.things import KEY, Order, User, database, orders, table, users


@frozen
class Named:
    name: str


def reads() -> None:
    result = users.send(BatchGet(keys=[KEY, User("u2", "Ann")]))
    assert_type(result, BatchGetResult[User])
    assert_type(result.items, list[User | None])
    assert_type(result.attempts, int)
    assert_type(users.send(BatchGet([KEY], projection=["name"], consistent=True)).items, list[dict[str, Any] | None])
    retry = RetryPolicy(max_attempts=3, base_delay=0.1, max_delay=1)
    assert_type(users.send(BatchGet([KEY], projection=Named, retry=retry, timeout=1)).items, list[Named | None])
    users.request(BatchGet([KEY]))


def writes() -> None:
    result = users.send(BatchWrite(items=[User("u1", "Ann")], deletes=[KEY], check_version=False))
    assert_type(result, BatchWriteResult[User])
    assert_type(result.items, tuple[User, ...])
    assert_type(result.count, int)
    assert_type(users.send(result.unprocessed), BatchWriteResult[User])
    assert_type(users.send(BatchWrite(deletes=[KEY])), BatchWriteResult[User])
    assert_type(BatchWrite([User("u1", "Ann")]), BatchWrite[User])


def groups_of_reads() -> None:
    whole, parts = BatchGet([KEY]), BatchGet([KEY], projection=["name"])
    assert_type(users.prepare(whole), PreparedBatchGet[User])
    assert_type(users.prepare(parts), PreparedBatchGet[dict[str, Any]])
    found = table.send(TableBatchGet(gets=(users.prepare(whole), orders.prepare(BatchGet([{"order_id": "o1"}])))))
    assert_type(found, TableBatchGetResult[list[User | None], list[Order | None]])
    found_users, found_orders = found.items
    assert_type(found_users, list[User | None])
    assert_type(found_orders, list[Order | None])
    more = TableBatchGet((users.prepare(whole),)).and_(users.prepare(BatchGet([KEY], projection=Named)))
    assert_type(database.send(more).items, tuple[list[User | None], list[Named | None]])


def groups_of_writes() -> None:
    assert_type(users.prepare(BatchWrite(deletes=[KEY])), PreparedBatchWrite[User])
    both = [users.prepare(BatchWrite([User("u1", "Ann")])), orders.prepare(BatchWrite([Order("o1")]))]
    assert_type(table.send(TableBatchWrite(writes=both, retry=RetryPolicy())), TableBatchWriteResult)
    database.request(TableBatchWrite(both))


def what_is_left(batch: BatchWrite[User]) -> BatchWriteResult[User]:
    try:
        return users.send(batch)
    except BatchIncompleteError as error:
        return users.send(error.unprocessed)
