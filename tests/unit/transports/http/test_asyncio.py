"""The direct transport on an event loop: who waits for what, who gets which answer, and what is told when it ends."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    Get,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    RequestTimeoutError,
    ThrottledError,
    TransactWrite,
)
from tests.event_loops import LOOPS
from tests.fault_server import STAYS_SILENT, FaultServer, Reply, dribbled, refuses, says
from tests.unit.things import ALICE, users
from tests.unit.transports.awaiting import FOUND, KEY, READ, THROTTLES, WRITE, cancelled, opened, until, users_through
from tests.unit.transports.written import get, primary, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fault_server import Seen

pytestmark = pytest.mark.parametrize("loop", LOOPS)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer().running() as server:
        yield server


def test_a_command_is_sent_as_it_is_and_its_answer_read(server: FaultServer, run: Any) -> None:
    server.script = [FOUND]

    async def scenario() -> Any:
        async with opened(server) as transport:
            return await users_through(transport).asend(Get(KEY))

    result = run(scenario())
    assert (result.item, result.response_metadata.request_id) == (ALICE, "REQUEST1")
    assert server.seen[0].body == users.request(Get(KEY)).body
    assert server.seen[0].operation == "GetItem"


def test_errors_are_those_of_the_other_transports(server: FaultServer, run: Any) -> None:
    server.script = [refuses("ConditionalCheckFailedException"), THROTTLES]

    async def scenario() -> None:
        async with opened(server, max_attempts=1) as transport:
            people = users_through(transport)
            with pytest.raises(ConditionFailedError):
                await people.asend(Put(ALICE, condition={"name": "Bob"}))
            with pytest.raises(ThrottledError):
                await people.asend(Get(KEY))

    run(scenario())


def test_it_tries_again_as_it_is_told(server: FaultServer, run: Any) -> None:
    server.script = [THROTTLES, Reply(closes=True)]
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def scenario() -> Any:
        async with opened(server, max_attempts=3, retry_mode="legacy") as transport:
            transport._sleep = pause
            return await transport.send(READ)

    assert run(scenario()).metadata.attempts == 3
    assert pauses == [0.05, 0.1]


def test_one_after_the_other_needs_one_connection(server: FaultServer, run: Any) -> None:
    async def scenario() -> None:
        async with opened(server) as transport:
            for _ in range(20):
                await transport.send(READ)

    run(scenario())
    assert {seen.connection for seen in server.seen} == {1}


def echo(seen: Seen) -> Reply:
    """Say what was asked for, a little later."""
    return Reply((0.001, says(json.dumps({"Item": json.loads(seen.body)["Key"]}).encode()).text))


def test_tasks_never_get_each_others_answers_and_share_the_connections_there_are(server: FaultServer, run: Any) -> None:
    server.otherwise = echo

    async def scenario() -> None:
        async with opened(server, pool_size=7) as transport:
            answers = await asyncio.gather(*(transport.send(get(primary(str(n)))) for n in range(200)))
        assert [json.loads(answer.body)["Item"] for answer in answers] == [primary(str(n)) for n in range(200)]

    run(scenario())
    assert {seen.connection for seen in server.seen} == set(range(1, 8))


def test_cancelled_tasks_leave_their_places_to_others(server: FaultServer, run: Any) -> None:
    server.otherwise = echo

    async def scenario() -> None:
        async with opened(server, pool_size=3) as transport:
            for number in range(40):
                tasks = [asyncio.create_task(transport.send(get(primary(str(n))))) for n in range(12)]
                await asyncio.sleep(0.0003 * number)
                for task in tasks[number % 2 :: 2]:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
                for n, result in enumerate(results[1 - number % 2 :: 2]):
                    assert not isinstance(result, BaseException)
                    assert json.loads(result.body)["Item"] == primary(str(2 * n + 1 - number % 2))
            pool = next(iter(transport._pools.values()))
            assert len(pool._idle) == pool._open <= 3

    run(scenario())


def test_a_cancelled_write_is_of_unknown_outcome_and_hangs_up(server: FaultServer, run: Any) -> None:
    server.script = [STAYS_SILENT]
    command = TransactWrite([Put(ALICE)], idempotency_token="t1")

    async def scenario() -> None:
        async with opened(server) as transport:
            people = users_through(transport)
            known = await cancelled(people.asend(command), lambda: server.seen)
            assert isinstance(known, OutcomeUnknownError)
            assert known.idempotency_token == "t1"
            await until(lambda: server.open_connections == 0)
            await people.asend(Put(ALICE))

    run(scenario())
    assert [seen.connection for seen in server.seen] == [1, 2]


def test_a_write_that_is_cancelled_before_its_turn_was_not_sent(server: FaultServer, run: Any) -> None:
    server.script = [STAYS_SILENT]

    async def scenario() -> None:
        async with opened(server, pool_size=1) as transport:
            first = asyncio.create_task(transport.send(READ))
            await until(lambda: server.seen)
            pool = next(iter(transport._pools.values()))
            known = await cancelled(users_through(transport).asend(Put(ALICE)), lambda: pool._line)
            assert type(known) is NoAnswerError
            assert "nothing was sent" in str(known)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            await transport.send(READ)

    run(scenario())
    assert [seen.operation for seen in server.seen] == ["GetItem", "GetItem"]


def test_a_write_whose_time_passes_before_its_turn_was_not_sent(server: FaultServer, run: Any) -> None:
    server.script = [STAYS_SILENT]

    async def scenario() -> None:
        async with opened(server, pool_size=1) as transport:
            first = asyncio.create_task(transport.send(READ))
            await until(lambda: server.seen)
            with pytest.raises(RequestTimeoutError, match="all 1 connections were busy; nothing was sent"):
                await transport.send(WRITE, 0.02)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    run(scenario())
    assert len(server.seen) == 1


def test_the_deadline_is_for_all_of_the_answer(server: FaultServer, run: Any) -> None:
    server.otherwise = lambda _: dribbled(FOUND, 400, 120.0)

    async def scenario() -> float:
        async with opened(server) as transport:
            with pytest.raises(OutcomeUnknownError):
                await transport.send(WRITE, 1.0)
            begin = time.monotonic()
            with pytest.raises(RequestTimeoutError):
                await transport.send(READ, 0.2)
            return time.monotonic() - begin

    assert run(scenario()) < 60
    assert len(server.seen) == 2


def test_a_short_deadline_after_a_patient_request_is_kept(server: FaultServer, run: Any) -> None:
    """The timer that is left of the first request rings too late for the second."""
    server.script = [says()]
    server.otherwise = lambda _: STAYS_SILENT

    async def scenario() -> None:
        async with opened(server) as transport:
            await transport.send(READ)
            begin = time.monotonic()
            with pytest.raises(RequestTimeoutError):
                await transport.send(READ, 0.1)
            assert time.monotonic() - begin < 30

    run(scenario())


def test_a_patient_request_after_a_short_deadline_is_waited_for(server: FaultServer, run: Any) -> None:
    """The timer that is left of the first request rings too early for the second."""
    server.script = [says(), Reply((3.0, says().text))]

    async def scenario() -> None:
        async with opened(server) as transport:
            await transport.send(READ, 2.0)
            await transport.send(READ)

    run(scenario())
    assert {seen.connection for seen in server.seen} == {1}


def test_time_that_passes_between_attempts_ends_it_with_what_came_last(server: FaultServer, run: Any) -> None:
    server.otherwise = lambda _: THROTTLES

    async def scenario() -> None:
        async with opened(server, retry_mode="legacy") as transport:
            transport._sleep = asyncio.sleep
            with pytest.raises(ThrottledError):
                await transport.send(WRITE, 3.0)

    run(scenario())
    assert len(server.seen) == 6  # after pauses of 1.55 seconds in all, the next one of 1.6 does not fit


def test_a_connection_that_was_closed_while_nobody_looked_is_not_used(server: FaultServer, run: Any) -> None:
    server.script = [Reply(says().parts, closes=True)]

    async def scenario() -> Any:
        async with opened(server) as transport:
            await transport.send(READ)
            server.settle()  # it blocks the loop, which therefore does not see the end of the connection
            return await transport.send(WRITE)

    assert run(scenario()).metadata.attempts == 1


@pytest.mark.parametrize("has_surplus", [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"x"])
def test_a_connection_on_which_more_came_than_was_asked_for_is_not_used_again(
    server: FaultServer, run: Any, has_surplus: bytes
) -> None:
    server.script = [Reply((says().text + has_surplus,)), Reply((*says().parts, 0.01, has_surplus))]
    server.otherwise = lambda _: FOUND

    async def scenario() -> None:
        async with opened(server) as transport:
            await transport.send(READ)
            await transport.send(READ)
            await until(lambda: server.open_connections == 0)
            assert (await transport.send(READ)).body == FOUND.text.partition(b"\r\n\r\n")[2]

    run(scenario())
    assert [seen.connection for seen in server.seen] == [1, 2, 3]


def test_a_large_answer_and_a_large_request(server: FaultServer, run: Any) -> None:
    text = "0123456789" * 300_000
    server.otherwise = lambda seen: says(seen.body)

    async def scenario() -> None:
        async with opened(server) as transport:
            written = put({**primary("1"), "text": {"S": text}})
            assert (await transport.send(written)).body == written.body

    run(scenario())


def test_a_write_that_is_cancelled_between_attempts_tells_what_is_known(server: FaultServer, run: Any) -> None:
    server.script = [THROTTLES, Reply(closes=True)]

    async def scenario(attempts: int) -> BaseException | None:
        transport = opened(server, max_attempts=10)
        asleep: list[float] = []

        async def pause(seconds: float) -> None:
            asleep.append(seconds)
            await asyncio.sleep(0 if len(asleep) < attempts else 60)

        transport._sleep = pause
        async with transport:
            return await cancelled(transport.send(WRITE), lambda: len(asleep) == attempts)

    after_throttling = run(scenario(1))
    assert isinstance(after_throttling, NoAnswerError)
    assert "nothing was sent" in str(after_throttling)
    server.script = [THROTTLES, Reply(closes=True)]
    assert isinstance(run(scenario(2)), OutcomeUnknownError)
