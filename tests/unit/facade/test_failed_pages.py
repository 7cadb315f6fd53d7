"""Pages that failed are asked for again: nothing is skipped, nothing comes twice; and pages are gone through once."""

from __future__ import annotations

import asyncio
import json
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    NoAnswerError,
    Query,
    QueryResult,
    Request,
    Scan,
    StoredItemError,
    Table,
    UsageError,
)
from dynamo_document_builder.wire.request import Response
from tests.unit.paging.shelf import C1, customers, numbers_of, page, stored
from tests.unit.paging.shelf import orders as shelf_orders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder import Entity
    from tests.unit.paging.shelf import Order

SEGMENTS = 4
FULL = Scan(total_segments=SEGMENTS)


class Failing:
    """Answers with three pages of two items each, for each segment; the requests of some places get no answer."""

    def __init__(self, *failing: int) -> None:
        self.failing = failing
        self.sent: list[Any] = []
        self._lock = Lock()

    def send(self, request: Request, _: float | None = None, /) -> Response:
        payload = request.payload
        with self._lock:
            place = len(self.sent)
            self.sent.append((payload.get("Segment"), self._number(payload)))
        if place in self.failing:
            raise NoAnswerError("the connection broke")
        return Response(json.dumps(self._page(payload)).encode())

    def _number(self, payload: dict[str, Any]) -> int:
        start = payload.get("ExclusiveStartKey")
        return 0 if start is None else int(start["SK"]["S"])

    def _page(self, payload: dict[str, Any]) -> dict[str, Any]:
        number = self._number(payload)
        first = 6 * payload.get("Segment", 0) + 2 * number + 1
        answered = page(first, first + 1)
        last = {} if number == 2 else {"LastEvaluatedKey": {"PK": {"S": "x"}, "SK": {"S": str(number + 1)}}}
        return answered | last


class Awaited(Failing):
    """The same for callers that await."""

    async def send(self, request: Request, seconds: float | None = None, /) -> Response:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().send(request, seconds)


def orders(transport: Any) -> Entity[Order]:
    """Return the orders of the shelf, on a table of their own."""
    from dynamo_document_builder import Entity
    from tests.unit.paging.shelf import Order

    table = Table("shop", transport=transport)
    return Entity(Order, table, partition_key="CUSTOMER#{customer_id}", sort_key="ORDER#{placed_on}#{order_id}")


def patiently(iterator: Iterator[Any]) -> list[Any]:
    """Return all that comes, and ask again after each error."""
    found: list[Any] = []
    while True:
        try:
            found.extend(iterator)
        except NoAnswerError:
            continue
        return found


async def apatiently(iterator: Any) -> list[Any]:
    found: list[Any] = []
    while True:
        try:
            async for one in iterator:
                found.append(one)  # noqa: PERF401  what came before an error is kept
        except NoAnswerError:
            continue
        return found


READS: list[tuple[Any, int]] = [(Query(C1), 1), (Scan(), 1), (FULL, SEGMENTS)]
FAILURES = [(), (0,), (1,), (2,), (0, 1, 2), (1, 2, 4), tuple(range(8))]


@pytest.mark.parametrize(("command", "segments"), READS, ids=["query", "scan", "segments"])
@pytest.mark.parametrize("failing", FAILURES, ids=str)
def test_a_page_that_failed_is_read_again(command: Any, segments: int, failing: tuple[int, ...]) -> None:
    expected = list(range(1, 6 * segments + 1))
    pages = patiently(orders(Failing(*failing)).paginate(command, at_once=2 if segments > 1 else None))
    assert sorted(numbers_of(list(chain.from_iterable(one.items for one in pages)))) == expected
    assert sorted(numbers_of(patiently(orders(Failing(*failing)).paginate(command).items()))) == expected


@pytest.mark.parametrize(("command", "segments"), READS, ids=["query", "scan", "segments"])
@pytest.mark.parametrize("failing", FAILURES, ids=str)
def test_so_it_is_for_callers_that_await(command: Any, segments: int, failing: tuple[int, ...]) -> None:
    expected = list(range(1, 6 * segments + 1))

    async def scenario() -> None:
        pages = await apatiently(orders(Awaited(*failing)).apaginate(command, at_once=2 if segments > 1 else None))
        assert sorted(numbers_of(list(chain.from_iterable(one.items for one in pages)))) == expected
        items = await apatiently(orders(Awaited(*failing)).apaginate(command).items())
        assert sorted(numbers_of(items)) == expected

    asyncio.run(scenario())


def test_the_very_same_page_is_asked_for() -> None:
    transport = Failing(1, 2)
    pages = orders(transport).paginate(Query(C1))
    next(pages)
    for _ in range(2):
        with pytest.raises(NoAnswerError):
            next(pages)
    assert numbers_of(next(pages).items) == [3, 4]
    assert transport.sent == [(None, 0), (None, 1), (None, 1), (None, 1)]


@pytest.mark.parametrize("command", [Query(C1), FULL], ids=["query", "segments"])
def test_a_page_whose_task_was_cancelled_is_asked_for_again(command: Any) -> None:
    class Stuck(Awaited):
        async def send(self, request: Request, seconds: float | None = None, /) -> Response:
            if not self.sent:
                self.sent.append("never answered")
                await asyncio.Event().wait()
            return await super().send(request, seconds)

    async def scenario() -> None:
        pages = orders(Stuck()).apaginate(command, at_once=1 if command is FULL else None)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(pages)
        found = [numbers_of(one.items) async for one in pages]
        assert sorted(chain.from_iterable(found)) == list(range(1, 6 * (len(command.__starts__())) + 1))

    asyncio.run(scenario())


def test_pages_read_beside_one_that_failed_are_not_read_again() -> None:
    transport = Failing(0)
    patiently(orders(transport).paginate(FULL, at_once=3))
    assert len(transport.sent) == 3 * SEGMENTS + 1


def test_an_item_that_does_not_fit_fails_its_page_again() -> None:
    class Unfit:
        def send(self, _request: Request, _: float | None = None, /) -> Response:
            return Response(json.dumps({"Items": [stored(1, total={"S": "much"})]}).encode())

    items = orders(Unfit()).paginate(Query(C1)).items()
    for _ in range(2):
        with pytest.raises(StoredItemError):
            next(items)


def test_reads_over_several_entities_do_the_same() -> None:
    both = Query({"PK": "CUSTOMER#c1"}, entities=shelf_orders | customers)
    table = Table("shop", transport=Failing(0, 2), entity_attribute="_type")
    assert numbers_of(patiently(table.paginate(both).items())) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("command", [Query(C1), FULL], ids=["query", "segments"])
def test_pages_that_were_read_to_their_end_say_so(command: Any) -> None:
    pages = orders(Failing()).paginate(command)
    list(pages)
    assert next(pages, None) is None
    for again in (list, lambda pages: pages.items()):
        with pytest.raises(UsageError, match=r"nothing is left: .* Call paginate\(...\) to read them again"):
            again(pages)


def test_items_that_were_read_to_their_end_say_so() -> None:
    pages = orders(Failing()).paginate(Query(C1))
    items = pages.items()
    assert len(list(items)) == 6
    assert next(items, None) is None
    for again in (lambda: list(items), lambda: list(pages.items()), lambda: list(pages)):
        with pytest.raises(UsageError, match="nothing is left"):
            again()


def test_so_do_those_that_are_awaited() -> None:
    async def scenario() -> None:
        pages = orders(Awaited()).apaginate(Query(C1))
        items = pages.items()
        assert len([item async for item in items]) == 6
        assert await anext(items, None) is None
        with pytest.raises(UsageError, match=r"Call apaginate\(...\)"):
            pages.items()
        for over in (items, pages):
            with pytest.raises(UsageError, match="nothing is left"):
                [one async for one in over]

    asyncio.run(scenario())


def test_items_asked_for_twice_go_on_where_the_first_stopped() -> None:
    pages = orders(Failing()).paginate(Query(C1))
    assert numbers_of([next(pages.items())]) == [1]
    assert numbers_of(list(pages.items())) == [2, 3, 4, 5, 6]


def test_items_of_a_page_that_was_begun_are_not_lost_to_the_pages() -> None:
    pages = orders(Failing()).paginate(Query(C1))
    assert numbers_of([next(pages.items())]) == [1]
    rest = next(pages)
    assert (type(rest), numbers_of(rest.items), rest.count, rest.scanned_count) == (QueryResult, [2], 1, 2)
    assert rest.cursor is not None
    assert [numbers_of(one.items) for one in pages] == [[3, 4], [5, 6]]


def test_items_of_the_last_page_are_not_lost_either() -> None:
    pages = orders(Failing()).paginate(Query(C1))
    for order in pages.items():
        if numbers_of([order]) == [5]:
            break
    assert [numbers_of(one.items) for one in pages] == [[6]]
    with pytest.raises(UsageError, match="nothing is left"):
        iter(pages)


def test_a_page_whose_items_were_all_taken_is_over() -> None:
    pages = orders(Failing()).paginate(Query(C1))
    items = pages.items()
    assert numbers_of([next(items), next(items)]) == [1, 2]
    assert [numbers_of(one.items) for one in pages] == [[3, 4], [5, 6]]


def test_items_are_not_lost_to_pages_that_are_awaited() -> None:
    async def scenario() -> None:
        pages = orders(Awaited()).apaginate(Query(C1))
        assert numbers_of([await anext(pages.items())]) == [1]
        assert [numbers_of(one.items) async for one in pages] == [[2], [3, 4], [5, 6]]

    asyncio.run(scenario())


@pytest.mark.parametrize("read", [0, 1])
def test_closed_pages_are_empty(read: int) -> None:
    transport = Failing()
    pages = orders(transport).paginate(Query(C1))
    for _ in range(read):
        next(pages)
    pages.close()
    assert list(pages) == list(pages.items()) == []
    assert len(transport.sent) == read


def test_closed_items_end_their_pages() -> None:
    async def scenario() -> None:
        items = orders(Awaited()).apaginate(Query(C1)).items()
        assert numbers_of([await items.asend(None)]) == [1]
        with pytest.raises(LookupError):
            await items.athrow(LookupError("stop"))
        assert numbers_of([item async for item in items]) == [2]
        await items.aclose()

    asyncio.run(scenario())
    transport = Failing()
    for _ in (items := orders(transport).paginate(Query(C1)).items()):
        items.close()  # type: ignore[attr-defined]  # as of a generator
    assert len(transport.sent) == 1
