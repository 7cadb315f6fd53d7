"""Rows that do not fit, in a real table: reads go on without them, and every good item is found once."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, frozen

from dynamo_document_builder import (
    BatchGet,
    Entity,
    Put,
    Query,
    Scan,
    StoredItemError,
    Table,
    TableBatchGet,
    TableTransactGet,
    TransactGet,
)

GOOD = (1, 2, 4, 6, 7)
BAD = (3, 5, 8)
"""One of another type, one without a field, one under another key than its fields build."""


@frozen
class Order:
    user_id: str
    number: int
    total: int


@frozen
class User:
    user_id: str
    name: str = ""


def orders_in(table: Table) -> Entity[Order]:
    return Entity(Order, table, partition_key="USER#{user_id}", sort_key="ORDER#{number:03d}")


def users_in(table: Table) -> Entity[User]:
    return Entity(User, table, partition_key="USER#{user_id}", sort_key="META")


def stored(number: int, **more: Any) -> dict[str, Any]:
    key = {"PK": {"S": "USER#u1"}, "SK": {"S": f"ORDER#{number:03}"}}
    return {**key, "user_id": {"S": "u1"}, "number": {"N": str(number)}, **more}


SPOILT = [stored(3, total={"S": "much"}), stored(5), {**stored(9, total={"N": "1"}), "SK": {"S": "ORDER#008"}}]


@pytest.fixture
def orders(table: Table, client: Any) -> Entity[Order]:
    entity = orders_in(table)
    for number in GOOD:
        entity.send(Put(Order("u1", number, number)))
    for item in SPOILT:
        client.put_item(TableName=table.name, Item=item)
    return entity


def numbers(items: Any) -> list[int]:
    return sorted(item.number for item in items)


def places(unfit: Any) -> list[int]:
    return sorted(int(one.key["SK"].removeprefix("ORDER#")) for one in unfit)


@pytest.mark.parametrize("page_size", [None, 1, 3])
@pytest.mark.parametrize("read", [Query({"user_id": "u1"}), Scan(), Scan(total_segments=3)], ids=str)
def test_all_others_are_read(orders: Entity[Order], read: Any, page_size: int | None) -> None:
    skipping = evolve(read, on_unfit="skip", page_size=page_size)
    assert numbers(orders.paginate(skipping).items()) == [*GOOD]
    pages = list(orders.paginate(evolve(skipping, on_unfit="collect")))
    assert numbers(item for page in pages for item in page.items) == [*GOOD]
    assert places(one for page in pages for one in page.unfit) == [*BAD]
    by_place = {one.key["SK"]: one for page in pages for one in page.unfit}
    assert [by_place[item["SK"]["S"]].item for item in SPOILT] == SPOILT


@pytest.mark.parametrize("max_items", [1, 2, 3, 8])
@pytest.mark.parametrize("on_unfit", ["skip", "collect"])
def test_max_items_at_a_time_from_cursor_to_cursor(orders: Entity[Order], max_items: int, on_unfit: Any) -> None:
    found: list[Order] = []
    unfit: list[Any] = []
    cursor: str | None = None
    while True:
        page = orders.send(Query({"user_id": "u1"}, max_items=max_items, start=cursor, on_unfit=on_unfit))
        assert page.count <= max_items
        found += page.items
        unfit += page.unfit
        cursor = page.cursor
        if cursor is None:
            break
    assert [order.number for order in found] == [*GOOD]
    assert places(unfit) == ([*BAD] if on_unfit == "collect" else [])


def test_from_error_to_error(orders: Entity[Order]) -> None:
    met: list[Any] = []
    cursor: str | None = None
    while True:
        try:
            page = orders.send(Query({"user_id": "u1"}, start=cursor))
        except StoredItemError as error:
            met.append(error)
            cursor = error.cursor
            if cursor is None:
                break
        else:
            pytest.fail(f"{page.items} were read, and the last item does not fit")
    assert places(met) == [*BAD]


@pytest.mark.parametrize("kind", [BatchGet, TransactGet])
def test_reads_by_key(orders: Entity[Order], kind: Any) -> None:
    keys = [{"user_id": "u1", "number": number} for number in range(1, 10)]
    result = orders.send(kind(keys, on_unfit="collect"))
    assert [item and item.number for item in result.items] == [1, 2, None, 4, None, 6, 7, None, None]
    assert places(result.unfit) == [*BAD]
    with pytest.raises(StoredItemError, match='pass on_unfit="skip" or "collect" to read the other items'):
        orders.send(kind(keys))


def test_reads_of_several_entities(orders: Entity[Order], table: Table) -> None:
    users = users_in(table)
    users.send(Put(User("u1", "Ann")))
    both = table.send(Query({"user_id": "u1"}, entities=users | orders, on_unfit="collect"))
    assert [type(item) for item in both.items] == [User, *[Order] * len(GOOD)]
    assert places(both.unfit) == [*BAD]
    key, bad = {"user_id": "u1"}, {"user_id": "u1", "number": 3}
    batch = TableBatchGet((users.prepare(BatchGet([key])), orders.prepare(BatchGet([bad]))), on_unfit="collect")
    snapshot = TableTransactGet(
        (users.prepare(TransactGet([key])), orders.prepare(TransactGet([bad]))), on_unfit="collect"
    )
    found = table.send(batch), table.send(snapshot)
    for result in found:
        assert result.items == ([User("u1", "Ann")], [None])
        assert [(one.entity, one.item) for one in result.unfit] == [("Order", SPOILT[0])]
