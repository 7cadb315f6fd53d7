"""A count is of the very items that a read returns, whatever else lies among them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, frozen

from dynamo_document_builder import Database, Entity, Put, Query, Scan, Table, begins_with, greater_than
from dynamo_document_builder.testing import create_table, delete_table

if TYPE_CHECKING:
    from collections.abc import Iterator


@frozen
class Order:
    customer: str
    number: str
    status: str = "new"


@frozen
class Line:
    customer: str
    order: str
    product: str


@frozen
class Shop:
    table: Table
    orders: Entity[Order]
    lines: Entity[Line]
    """Their keys begin as those of the orders do."""


@pytest.fixture(params=[None, "_type"], ids=["by key", "by name"])
def shop(request: pytest.FixtureRequest, transport: Any, client: Any) -> Iterator[Shop]:
    table = Table(
        f"counted-{uuid.uuid4()}",
        transport=transport,
        entity_attribute=request.param,
        global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK", "sort_key": "PK"}},
        local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}},
    )
    create_table(table, client=client)
    partition = "CUSTOMER#{customer}"
    orders = Entity(
        Order,
        table,
        partition_key=partition,
        sort_key="ORDER#{number}",
        global_secondary_indexes={"GSI1": {"partition_key": "STATUS#{status}"}},
        local_secondary_indexes={"LSI1": {"sort_key": "{status}"}},
    )
    lines = Entity(
        Line,
        table,
        partition_key=partition,
        sort_key="ORDER#{order}#LINE#{product}",
        global_secondary_indexes={"GSI1": {"partition_key": "STATUS#new"}},
    )
    for number in range(12):
        orders.send(Put(Order("c1", f"{number:04}", "new" if number % 3 else "paid")))
        lines.send(Put(Line("c1", f"{number:04}", "tea")))
    orders.send(Put(Order("c2", "0001")))
    yield Shop(table, orders, lines)
    delete_table(table, client=client)


C1 = {"customer": "c1"}
OF_ORDERS: list[tuple[Any, int]] = [
    (Query(C1), 12),
    (Query(C1, filter={"status": "paid"}, consistent=True), 4),
    (Query(C1, sort_key_condition=greater_than({"number": "0008"})), 3),
    (Query(C1, sort_key_condition=begins_with("ORDER#0001")), 1),
    (Query({**C1, "number": "0003"}), 1),
    (Query({"customer": "nobody"}), 0),
    (Query(index={"GSI1": {"status": "new"}}), 9),
    (Query(index={"LSI1": C1}, filter={"number": greater_than("0005")}), 6),
    (Scan(), 13),
    (Scan(filter={"status": "new"}), 9),
    (Scan(index_name="GSI1"), 13),
]


@pytest.mark.parametrize("page_size", [None, 5])
def test_as_many_are_counted_as_are_read(shop: Shop, page_size: int | None) -> None:
    for command, wanted in OF_ORDERS:
        read = list(shop.orders.paginate(evolve(command, page_size=page_size)))
        counting = evolve(command, page_size=page_size, count_only=True)
        counted = shop.orders.send(counting)
        assert (counted.items, counted.count, counted.cursor) == ([], wanted, None)
        assert counted.scanned_count == sum(page.scanned_count for page in read)
        assert sum(page.count for page in shop.orders.paginate(counting)) == wanted == sum(page.count for page in read)


def test_several_entities_are_counted_together(shop: Shop) -> None:
    both = shop.orders | shop.lines
    key = {"PK": "CUSTOMER#c1"}
    assert shop.table.send(Query(key, entities=both, count_only=True)).count == 24
    database = Database(transport=shop.table.__connection__.transport)
    segments = Scan(entities=[shop.orders], total_segments=3, count_only=True)
    assert sum(page.count for page in database.paginate(segments)) == 13


def test_a_bounded_count_goes_on_from_its_cursor(shop: Shop) -> None:
    counting = Query(C1, page_size=5, max_requests=2, count_only=True)
    counts, cursor = [], None
    while True:
        result = shop.orders.send(evolve(counting, start=cursor))
        counts.append(result.count)
        cursor = result.cursor
        if cursor is None:
            break
    assert sum(counts) == 12
    assert len(counts) == 3


def test_a_bounded_read_goes_on_from_its_cursor(shop: Shop) -> None:
    reading = Query(C1, filter={"status": "paid"}, page_size=4, max_items=100, max_requests=3)
    found, cursor, sends = list[str](), None, 0
    while sends == 0 or cursor is not None:
        result = shop.orders.send(evolve(reading, start=cursor))
        assert result.scanned_count <= 12
        found += [order.number for order in result.items]
        cursor, sends = result.cursor, sends + 1
    assert found == ["0000", "0003", "0006", "0009"]
