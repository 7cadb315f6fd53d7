"""The verbs for callers that await: the same commands, the same results, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field

from dynamo_document_builder import (
    AbortedError,
    Database,
    Entity,
    Get,
    OutcomeUnknownError,
    Put,
    Query,
    RequestTimeoutError,
    Scan,
    Table,
    TableMismatchError,
    TableTransactGet,
    TableTransactWrite,
    ThrottledError,
    TransactGet,
    TransactWrite,
    UsageError,
    key,
)
from dynamo_document_builder.wire.request import Request, Response
from tests.unit.things import ALICE, ALICE_ITEM, User, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.facade.async_pages import AsyncPages

KEY = {"user_id": "u1"}


def item(number: int) -> dict[str, Any]:
    return {"PK": {"S": f"USER#{number}"}, "SK": {"S": "META"}, "user_id": {"S": str(number)}, "name": {"S": "n"}}


@define
class Awaited:
    """An async transport that answers as it is told, one turn of the event loop later, and keeps what it was asked."""

    answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {}
    requests: list[Request] = field(factory=list[Request])
    timeouts: list[float | None] = field(factory=list[Any])
    slow: Callable[[dict[str, Any]], bool] = lambda _: False
    """Tells what is never answered."""
    under_way: int = 0
    most_under_way: int = 0
    cancelled: int = 0
    closed: int = 0

    async def send(self, request: Request, seconds: float | None = None, /) -> Response:
        self.requests.append(request)
        self.timeouts.append(seconds)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(60 if self.slow(request.payload) else 0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.under_way -= 1
        return Response(json.dumps(self.answer(request.payload)).encode())

    async def aclose(self) -> None:
        self.closed += 1


class Blocking:
    """A sync transport."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.closed = 0

    def send(self, request: Request, _seconds: float | None = None, /) -> Response:
        self.requests.append(request)
        return Response(b"{}")

    def close(self) -> None:
        self.closed += 1


def entity_on(on: Table) -> Entity[User]:
    return Entity(User, on, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def through(transport: Any) -> Entity[User]:
    return entity_on(Table("app", transport=transport))


def in_three_pages(request: dict[str, Any]) -> dict[str, Any]:
    """Answer with two items, and go on until the sixth; each segment has items of its own."""
    first = 10 * request.get("Segment", 0)
    start = request.get("ExclusiveStartKey")
    number = first if start is None else int(start["PK"]["S"].removeprefix("USER#")) + 1
    items = [item(number), item(number + 1)]
    last = {} if number + 1 >= first + 5 else {"LastEvaluatedKey": {name: items[-1][name] for name in ("PK", "SK")}}
    return {"Items": items, "Count": 2, "ScannedCount": 2, **last}


async def until(ready: Callable[[], object]) -> None:
    while not ready():  # noqa: ASYNC110  it is a list that fills
        await asyncio.sleep(0)


def test_a_command_is_sent_as_it_would_be_without_await() -> None:
    transport = Awaited(lambda _: {"Item": ALICE_ITEM})
    result = asyncio.run(through(transport).asend(Get(KEY, consistent=True)))
    assert result.item == ALICE
    assert transport.requests == [users.request(Get(KEY, consistent=True))]


def test_tables_and_databases_send_over_groups() -> None:
    transport = Awaited(lambda _: {"Responses": [{"Item": ALICE_ITEM}]})
    database = Database(transport=transport)
    entity = entity_on(database.table("app"))
    command = TableTransactGet((entity.prepare(TransactGet([KEY])),))

    async def scenario() -> None:
        assert (await entity.table.asend(command)).items == ([ALICE],)
        assert (await database.asend(command)).items == ([ALICE],)
        await database.asend(TableTransactWrite([entity.prepare([Put(ALICE)])]))

    asyncio.run(scenario())
    assert [request.operation for request in transport.requests] == ["TransactGetItems"] * 2 + ["TransactWriteItems"]


@pytest.mark.parametrize("sender", [users, users.table, Database()], ids=["entity", "table", "database"])
def test_what_is_no_command_is_refused(sender: Any) -> None:
    for wrong in (None, Put, [Put(ALICE)]):
        with pytest.raises(UsageError, match="was not sent"):
            asyncio.run(sender.asend(wrong))


def test_without_a_client_nothing_is_sent() -> None:
    with pytest.raises(UsageError, match=r"table 'app' is not connected .* nothing was sent"):
        asyncio.run(users.asend(Put(ALICE)))


def test_a_sync_send_through_an_async_transport_is_refused() -> None:
    transport = Awaited()
    with pytest.raises(UsageError, match=r"table 'app' has an async transport only, nothing was sent: await asend"):
        through(transport).send(Put(ALICE))
    assert transport.requests == []


def test_a_table_may_have_a_transport_for_each() -> None:
    blocking, awaited = Blocking(), Awaited()
    table = Table("app", transport=blocking)
    table.__connection__.async_transport = awaited
    entity_on(table).send(Put(ALICE))
    asyncio.run(entity_on(table).asend(Put(ALICE)))
    assert len(blocking.requests) == len(awaited.requests) == 1


def test_a_sync_transport_is_awaited_in_threads_by_one_loop_after_another() -> None:
    transport = Blocking()
    entity = through(transport)
    for _ in range(3):
        asyncio.run(entity.asend(Put(ALICE)))
    entity.table.close()
    assert len(transport.requests) == 3


def test_a_table_is_connected_later_and_again() -> None:
    first, second, third = Blocking(), Blocking(), Awaited()
    table = Table("app", transport=first)
    entity = entity_on(table)
    for transport in (first, second, third):
        table.connect(transport=transport)
        asyncio.run(entity.asend(Put(ALICE)))
    assert [len(transport.requests) for transport in (first, second, third)] == [1, 1, 1]


def test_tables_with_one_async_transport_are_one_client() -> None:
    here, there = Awaited(), Awaited(lambda _: {"not": "equal"})
    assert Table("app", transport=here) == Table("app", transport=here)
    assert Table("app", transport=here) != Table("app", transport=there)
    group = through(there).prepare([Put(ALICE)])
    with pytest.raises(TableMismatchError, match="another client"):
        asyncio.run(Table("app", transport=here).asend(TableTransactWrite([group])))


def test_a_timeout_reaches_the_transport_and_an_abort_stops_it() -> None:
    transport = Awaited()
    entity = through(transport)
    asyncio.run(entity.asend(Put(ALICE, timeout=5)))
    assert transport.timeouts[0] == pytest.approx(5, abs=0.5)

    async def aborted() -> None:
        event = asyncio.Event()
        event.set()
        await entity.asend(Put(ALICE, abort=event))

    with pytest.raises(AbortedError):
        asyncio.run(aborted())
    assert len(transport.requests) == 1


def test_a_cancelled_transaction_says_what_to_send_again() -> None:
    command = TransactWrite([Put(ALICE)])

    async def scenario() -> asyncio.CancelledError:
        transport = Awaited(slow=lambda _: True)
        sending = asyncio.create_task(through(transport).asend(command))
        await until(lambda: transport.requests)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await sending
        assert (transport.under_way, transport.cancelled) == (0, 1)
        [request] = transport.requests
        assert isinstance(cancelled.value.__cause__, OutcomeUnknownError)
        assert cancelled.value.__cause__.idempotency_token == request.payload["ClientRequestToken"]
        return cancelled.value

    unknown = asyncio.run(scenario()).__cause__
    assert isinstance(unknown, OutcomeUnknownError)
    assert unknown.command is command


def test_pages_are_read_when_they_are_asked_for() -> None:
    transport = Awaited(in_three_pages)

    async def scenario() -> list[int]:
        pages = through(transport).apaginate(Query(key=KEY))
        assert transport.requests == []
        asked: list[int] = []
        async for page in pages:
            asked.append(len(transport.requests))
            assert [user.name for user in page.items] == ["n", "n"]
        with pytest.raises(StopAsyncIteration):
            await anext(pages)
        return asked

    assert asyncio.run(scenario()) == [1, 2, 3]


def test_items_of_the_pages_that_are_left() -> None:
    async def scenario() -> list[str]:
        pages = through(Awaited(in_three_pages)).apaginate(Query(key=KEY, max_items=5))
        await anext(pages)
        return [user.user_id async for user in pages.items()]

    assert asyncio.run(scenario()) == ["2", "3", "4"]


def test_a_loop_that_is_left_asks_for_nothing_more() -> None:
    transport = Awaited(in_three_pages)

    async def scenario() -> None:
        async for user in through(transport).apaginate(Query(key=KEY)).items():
            assert user.user_id == "0"
            break
        gc.collect()
        await asyncio.sleep(0.01)

    asyncio.run(scenario())
    assert len(transport.requests) == 1


def test_pages_that_are_closed_end() -> None:
    transport = Awaited(in_three_pages)

    async def scenario() -> None:
        async with aclosing(through(transport).apaginate(Scan())) as pages:
            await anext(pages)
            await pages.aclose()
            assert [page async for page in pages] == []

    asyncio.run(scenario())
    assert len(transport.requests) == 1


def test_an_error_of_a_page_is_the_callers() -> None:
    def throttled(request: dict[str, Any]) -> dict[str, Any]:
        if "ExclusiveStartKey" in request:
            raise ThrottledError("slow down")
        return in_three_pages(request)

    async def scenario() -> None:
        pages = through(Awaited(throttled)).apaginate(Query(key=KEY))
        await anext(pages)
        with pytest.raises(ThrottledError):
            await anext(pages)

    asyncio.run(scenario())


@pytest.mark.parametrize(("at_once", "most"), [(None, 8), (3, 3), (1, 1), (100, 12)])
def test_all_segments_are_read_side_by_side(at_once: int | None, most: int) -> None:
    transport = Awaited(in_three_pages)

    async def scenario() -> list[str]:
        pages = through(transport).apaginate(Scan(total_segments=12), at_once=at_once)
        return [user.user_id async for user in pages.items()]

    found = asyncio.run(scenario())
    assert sorted(map(int, found)) == [10 * segment + n for segment in range(12) for n in range(6)]
    assert transport.most_under_way == most
    assert len(transport.requests) == 36


def test_a_slow_reader_is_not_read_ahead_of() -> None:
    transport = Awaited(in_three_pages)

    async def scenario() -> None:
        pages = through(transport).apaginate(Scan(total_segments=12), at_once=4)
        await anext(pages)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(transport.requests) <= 4
        await pages.aclose()

    asyncio.run(scenario())


def slow_but_for(segment: int) -> Callable[[dict[str, Any]], bool]:
    return lambda request: request["Segment"] != segment or "ExclusiveStartKey" in request


async def closed(pages: AsyncPages[Any]) -> None:
    await pages.aclose()


async def cancelled(pages: AsyncPages[Any]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(pages)


@pytest.mark.parametrize("end", [closed, cancelled])
def test_segments_under_way_end_with_their_pages(end: Callable[[AsyncPages[Any]], Any]) -> None:
    async def scenario() -> None:
        transport = Awaited(in_three_pages, slow=slow_but_for(2))
        pages = through(transport).apaginate(Scan(total_segments=4))
        await anext(pages)
        assert transport.under_way == 3
        await end(pages)
        assert transport.under_way == 0

    asyncio.run(scenario())


def test_segments_under_way_end_soon_after_their_pages_are_dropped() -> None:
    async def scenario() -> None:
        transport = Awaited(in_three_pages, slow=slow_but_for(2))
        async for _ in through(transport).apaginate(Scan(total_segments=4)):
            break
        await asyncio.wait_for(until(lambda: transport.under_way == 0), 5)
        assert transport.cancelled == 3

    asyncio.run(scenario())


def test_segments_under_way_end_when_one_fails() -> None:
    def fails(_: dict[str, Any]) -> dict[str, Any]:
        raise ThrottledError("slow down")

    async def scenario() -> None:
        transport = Awaited(fails, slow=slow_but_for(2))
        with pytest.raises(ThrottledError):
            await anext(through(transport).apaginate(Scan(total_segments=4)))
        assert (transport.under_way, transport.cancelled) == (0, 3)

    asyncio.run(scenario())


@pytest.mark.parametrize("wrong", [0, -1, True, "2", 1.5])
def test_at_once_is_a_number(wrong: Any) -> None:
    with pytest.raises(UsageError, match="at_once"):
        users.apaginate(Scan(total_segments=2), at_once=wrong)


def test_only_what_has_pages_is_paginated() -> None:
    with pytest.raises(UsageError, match="was not sent"):
        users.table.apaginate(Query(key=KEY))  # type: ignore[arg-type]


def test_an_async_transport_is_closed_by_async_with() -> None:
    transport = Awaited()

    async def scenario() -> None:
        async with Table("app", transport=transport) as table:
            await entity_on(table).asend(Put(ALICE))
        async with Database(transport=transport):
            pass
        await Table("app", transport=transport).aclose()

    asyncio.run(scenario())
    assert transport.closed == 3


def test_what_has_to_be_awaited_is_not_closed_without() -> None:
    transport = Awaited()
    table = Table("app", transport=transport)
    with pytest.raises(UsageError, match="await aclose"):
        table.close()
    with pytest.raises(UsageError, match="await aclose"), table:
        pass
    assert transport.closed == 0


def test_a_sync_transport_is_closed_by_either() -> None:
    transport = Blocking()
    with Table("app", transport=transport) as table:
        entity_on(table).send(Put(ALICE))
    assert transport.closed == 1

    async def scenario() -> None:
        async with Database(transport=transport) as database:
            await entity_on(database.table("app")).asend(Put(ALICE))

    asyncio.run(scenario())
    assert transport.closed == 2


def test_what_awaits_a_sync_transport_is_closed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blocking, awaited = Blocking(), Awaited()
    monkeypatch.setattr("dynamo_document_builder.facade.connection.async_counterpart", lambda _: awaited)
    table = Table("app", transport=blocking)

    async def scenario() -> None:
        await entity_on(table).asend(Put(ALICE))
        await table.aclose()

    asyncio.run(scenario())
    assert (awaited.closed, blocking.closed) == (1, 1)


def test_a_table_without_a_client_has_nothing_to_close() -> None:
    with Table("app"):
        pass
    asyncio.run(Table("app").aclose())


def test_two_hundred_tasks_share_one_table_and_one_command() -> None:
    transport = Awaited(lambda request: {"Item": {**ALICE_ITEM, **request["Key"]}})
    entity = through(transport)
    command = Get(KEY)

    async def scenario() -> list[Any]:
        return await asyncio.gather(*(entity.asend(command) for _ in range(200)))

    assert [result.item for result in asyncio.run(scenario())] == [ALICE] * 200
    assert transport.most_under_way == 200


def test_a_deadline_that_has_passed_sends_nothing() -> None:
    transport = Awaited()
    with pytest.raises(RequestTimeoutError, match="was not sent"):
        asyncio.run(through(transport).asend(Put(ALICE, timeout=1e-9)))
    assert transport.requests == []
