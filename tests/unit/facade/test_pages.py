"""Pages: requested when they are asked for, in order or side by side, and no longer than somebody reads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    BatchGet,
    Delete,
    Entity,
    Get,
    Query,
    Request,
    Scan,
    Table,
    TableTransactGet,
    TableTransactWrite,
    ThrottledError,
    TransactGet,
    UsageError,
    key,
)
from dynamo_document_builder.facade.pages import THREADS
from dynamo_document_builder.testing import ScriptedTransport, answer, throttle
from dynamo_document_builder.wire.request import Response
from tests.unit.paging.shelf import C1, Order, numbers_of, page

if TYPE_CHECKING:
    from collections.abc import Iterator


def shop(transport: Any) -> Entity[Order]:
    return Entity(
        Order,
        Table("shop", transport=transport),
        partition_key=lambda o: key("CUSTOMER", o.customer_id),
        sort_key=lambda o: key("ORDER", o.placed_on, o.order_id),
    )


def three_pages() -> ScriptedTransport:
    return ScriptedTransport(answer(page(1, 2, more=True)), answer(page(more=True)), answer(page(3)))


def test_nothing_is_requested_before_somebody_asks() -> None:
    script = three_pages()
    pages = shop(script).paginate(Query(C1))
    assert not script.requests
    next(pages)
    assert len(script.requests) == 1


def test_pages_come_one_by_one_and_an_empty_one_is_one_too() -> None:
    script = three_pages()
    assert [numbers_of(one.items) for one in shop(script).paginate(Query(C1))] == [[1, 2], [], [3]]
    script.check_done()


def test_items_come_without_their_pages() -> None:
    script = three_pages()
    items = shop(script).paginate(Query(C1)).items()
    assert not script.requests
    assert numbers_of([next(items), next(items)]) == [1, 2]
    assert len(script.requests) == 1
    assert numbers_of(list(items)) == [3]


def test_items_of_the_pages_that_are_left() -> None:
    pages = shop(three_pages()).paginate(Query(C1))
    next(pages)
    assert numbers_of(list(pages.items())) == [3]


def test_who_stops_requests_nothing_more() -> None:
    script = three_pages()
    for one in shop(script).paginate(Query(C1)):
        assert one.cursor is not None
        break
    assert len(script.requests) == 1


def test_closed_pages_are_over() -> None:
    script = three_pages()
    pages = shop(script).paginate(Query(C1))
    next(pages)
    pages.close()
    assert list(pages) == []
    assert len(script.requests) == 1


def test_max_items_counts_over_all_pages() -> None:
    script = ScriptedTransport(answer(page(1, 2, more=True)), answer(page(3, 4, more=True)))
    assert [one.count for one in shop(script).paginate(Query(C1, page_size=2, max_items=3))] == [2, 1]
    assert [request.payload["Limit"] for request in script.requests] == [2, 1]


def test_a_read_can_start_at_a_cursor() -> None:
    pages = shop(three_pages()).paginate(Query(C1))
    cursor = next(pages).cursor
    script = ScriptedTransport(answer(page(9)))
    assert numbers_of(list(shop(script).paginate(Query(C1, start=cursor)).items())) == [9]
    assert "ExclusiveStartKey" in script.requests[0].payload


@pytest.mark.parametrize("at_once", [0, -1, True, 1.5])
def test_so_many_at_once_is_a_number(at_once: Any) -> None:
    with pytest.raises(UsageError, match="at_once"):
        shop(three_pages()).paginate(Scan(total_segments=2), at_once=at_once)


@pytest.mark.parametrize("verb", ["paginate", "apaginate"])
@pytest.mark.parametrize("command", [Query(C1), Scan(), Scan(total_segments=4, segment=1)])
def test_at_once_is_refused_where_pages_come_one_after_the_other(command: Any, verb: str) -> None:
    with pytest.raises(UsageError, match=rf"^{verb}\(at_once=...\) has no effect on {type(command).__name__}, "):
        getattr(shop(ScriptedTransport()), verb)(command, at_once=2)


def test_a_scan_of_one_segment_is_read_at_once() -> None:
    script = ScriptedTransport(answer(page(1)))
    assert len(list(shop(script).paginate(Scan(total_segments=1), at_once=3))) == 1


@pytest.mark.parametrize("verb", ["paginate", "apaginate"])
@pytest.mark.parametrize(
    ("of_table", "command"),
    [
        (False, Get(C1)),
        (False, TransactGet([C1])),
        (False, BatchGet([C1])),
        (False, Delete(C1)),
        (True, TableTransactGet([])),
        (True, TableTransactWrite([])),
    ],
)
def test_what_has_no_pages_cannot_be_paginated(of_table: bool, command: Any, verb: str) -> None:
    entity = shop(ScriptedTransport())
    says = rf"^{type(command).__name__} has no pages: {verb} takes a Query or a Scan; send it with send(?m:$)"
    with pytest.raises(UsageError, match=says):
        getattr(entity.table if of_table else entity, verb)(command)


class Segments:
    """Answers scans of segments with two pages each, and counts how many are asked at the same time."""

    def __init__(self) -> None:
        self.most = self.now = self.sent = 0
        self._lock = threading.Lock()
        self._met = threading.Event()

    def send(self, request: Request, _: float | None = None, /) -> Response:
        with self._lock:
            self.sent += 1
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now > 1:
                self._met.set()
        self._met.wait(timeout=2)  # so that those who may run together do
        with self._lock:
            self.now -= 1
        return Response(self._page(request.payload))

    def _page(self, payload: dict[str, Any]) -> bytes:
        import json

        number = payload["Segment"] * 2 + 1
        is_last = "ExclusiveStartKey" in payload
        return json.dumps(page(number + is_last, more=not is_last)).encode()


def readers() -> list[str]:
    """Return the threads that read pages; those of other tests' transports are not counted."""
    return [one.name for one in threading.enumerate() if one.name.startswith(THREADS)]


def numbers(items: Iterator[Order]) -> list[int]:
    return sorted(numbers_of(list(items)))


def test_segments_are_read_side_by_side_and_no_more_than_so_many_at_once() -> None:
    transport = Segments()
    found = shop(transport).paginate(Scan(total_segments=6), at_once=3).items()
    assert numbers(found) == list(range(1, 13))
    assert transport.sent == 12
    assert 2 <= transport.most <= 3


def test_segments_that_nobody_reads_any_more_end() -> None:
    transport = Segments()
    pages = shop(transport).paginate(Scan(total_segments=6), at_once=2)
    next(pages)
    pages.close()
    assert transport.sent < 12
    assert readers() == []


def test_an_error_of_one_segment_ends_the_others() -> None:
    script = ScriptedTransport(answer(page(1, more=True)), throttle(times=20))
    with pytest.raises(ThrottledError):
        list(shop(script).paginate(Scan(total_segments=4), at_once=2))
    assert len(script.requests) < 20
    assert readers() == []
