"""However long a read is, its memory is that of a page or two: measured over ten thousand items and more."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import BatchWrite, Entity, Query, Request, Scan, Table, key
from dynamo_document_builder.wire.request import Response
from tests.unit.paging.shelf import C1, Order, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contract.conftest import Engine

PAGE = 1_000
PAGES = 30
ALLOWED = 200_000
"""Bytes that the peak may move by: a page of orders takes about a megabyte."""


class Endless:
    """Gives page after page of a thousand orders, so many for each segment."""

    def __init__(self, pages: int) -> None:
        self.left: dict[int, int] = {}
        self.pages = pages
        items = page(*[1] * PAGE)["Items"]
        last = page(1, more=True)["LastEvaluatedKey"]
        self.more = json.dumps({"Items": items, "LastEvaluatedKey": last}).encode()
        self.last = json.dumps({"Items": items}).encode()

    def answer(self, request: Request) -> Response:
        segment = request.payload.get("Segment", 0)
        left = self.left[segment] = self.left.get(segment, self.pages) - 1
        return Response(self.more if left else self.last)


class Transport(Endless):
    def send(self, request: Request, _: float | None = None, /) -> Response:
        return self.answer(request)


class AsyncTransport(Endless):
    async def send(self, request: Request, _: float | None = None, /) -> Response:
        return self.answer(request)


def orders_through(transport: Any) -> Entity[Order]:
    return Entity(
        Order,
        Table("shop", transport=transport),
        partition_key=lambda o: key("CUSTOMER", o.customer_id),
        sort_key=lambda o: key("ORDER", o.placed_on, o.order_id),
    )


def peaks(read: Callable[[], int], again: Callable[[], int]) -> tuple[int, int]:
    """Return the peak of memory of a short read, and of a long one."""
    found: list[int] = []
    for run in (read, read, again):  # the first one makes what is made once
        tracemalloc.start()
        run()
        found.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return found[1], found[2]


def count(items: Iterator[Any]) -> int:
    return sum(1 for _ in items)


def test_a_long_query_takes_the_memory_of_a_short_one() -> None:
    def read(pages: int) -> int:
        return count(orders_through(Transport(pages)).paginate(Query(C1)).items())

    assert read(3) == 3 * PAGE
    short, long = peaks(lambda: read(3), lambda: read(PAGES))
    assert long < short + ALLOWED


def test_a_long_scan_of_segments_takes_the_memory_of_a_short_one() -> None:
    def read(pages: int) -> int:
        return count(orders_through(Transport(pages)).paginate(Scan(total_segments=2), at_once=2).items())

    assert read(3) == 2 * 3 * PAGE
    short, long = peaks(lambda: read(3), lambda: read(PAGES))
    assert long < short * 1.5 + ALLOWED  # threads meet, so the peak is that of one, two or three pages


def test_a_long_read_that_is_awaited_takes_the_memory_of_a_short_one() -> None:
    async def read(pages: int) -> int:
        found = 0
        async for _ in orders_through(AsyncTransport(pages)).apaginate(Query(C1)).items():
            found += 1
        return found

    assert asyncio.run(read(3)) == 3 * PAGE
    short, long = peaks(lambda: asyncio.run(read(3)), lambda: asyncio.run(read(PAGES)))
    assert long < short + ALLOWED


def test_ten_thousand_items_of_an_engine(engine: Engine, table: Table) -> None:
    if engine.endpoint is None:
        pytest.skip("an engine in this process has its own memory there too")
    orders = Entity(
        Order,
        table,
        partition_key=lambda o: key("CUSTOMER", o.customer_id),
        sort_key=lambda o: key("ORDER", o.placed_on, o.order_id),
    )
    orders.send(BatchWrite([Order("c1", date(2026, 1, 1), f"{number:05}") for number in range(10_000)]))

    def read(max_items: int) -> int:
        return count(orders.paginate(Query(C1, page_size=500, max_items=max_items)).items())

    assert read(20_000) == 10_000
    short, long = peaks(lambda: read(1_500), lambda: read(20_000))
    assert long < short + ALLOWED
