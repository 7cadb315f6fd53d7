"""Sync transports awaited in threads: how many at once, what a caller that gives up leaves behind, and the end."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field

from dynamo_document_builder.errors import (
    DefinitionError,
    NoAnswerError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
)
from dynamo_document_builder.transports.async_threads import AsyncThreadTransport
from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.wire.async_driver import AsyncDriver
from dynamo_document_builder.wire.flow import ask
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.transports.conftest import MakeClient

READ, WRITE = Request("GetItem", b"{}"), Request("PutItem", b"{}")
who: ContextVar[str] = ContextVar("who", default="nobody")


@define
class Gated:
    """A sync transport that answers once its gate is open."""

    gate: threading.Event = field(factory=threading.Event)
    work: Callable[[], object] = lambda: None
    sent: list[tuple[Request, float | None]] = field(factory=list[Any])
    threads: set[str] = field(factory=set[str])

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        self.sent.append((request, timeout))
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(10)
        self.work()
        return Response(who.get().encode())


def open_gate(**parts: Any) -> Gated:
    transport = Gated(**parts)
    transport.gate.set()
    return transport


async def until(ready: Callable[[], object]) -> None:
    while not ready():  # noqa: ASYNC110  another thread does it
        await asyncio.sleep(0.001)


OTHERS: dict[str, list[threading.Thread]] = {"threads": []}
"""The threads of transports that tests before this left open."""


def pool_threads() -> list[threading.Thread]:
    gc.collect()  # what other tests forgot
    return [thread for thread in threading.enumerate() if "_worker" in thread.name and thread not in OTHERS["threads"]]


def soon(ready: Callable[[], object]) -> bool:
    give_up = time.monotonic() + 5
    while not ready() and time.monotonic() < give_up:
        time.sleep(0.001)
    return bool(ready())


@pytest.fixture(autouse=True)
def threads_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look past the threads of transports that tests before this left open."""
    monkeypatch.setitem(OTHERS, "threads", pool_threads())


def test_an_answer_comes_back_and_the_event_loop_goes_on() -> None:
    async def scenario() -> Response:
        transport = Gated()
        sending = asyncio.create_task(AsyncThreadTransport(transport).send(READ, 5))
        await until(lambda: transport.sent)
        transport.gate.set()
        return await sending

    assert asyncio.run(scenario()).body == b"nobody"


def test_what_the_transport_raises_is_raised() -> None:
    error = ServiceError("no")

    def refuse() -> None:
        raise error

    with pytest.raises(ServiceError) as raised:
        asyncio.run(AsyncThreadTransport(open_gate(work=refuse)).send(READ))
    assert raised.value is error


def test_a_stop_iteration_is_an_error_like_any_other() -> None:
    def stop() -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(asyncio.wait_for(AsyncThreadTransport(open_gate(work=stop)).send(READ), 5))


def test_a_request_sees_the_context_variables_of_its_caller() -> None:
    transport = AsyncThreadTransport(open_gate())

    async def named(name: str) -> bytes:
        who.set(name)
        return (await transport.send(READ)).body

    async def scenario() -> list[bytes]:
        return await asyncio.gather(*(named(f"task {n}") for n in range(50)))

    assert asyncio.run(scenario()) == [f"task {n}".encode() for n in range(50)]


def test_no_more_are_under_way_than_there_are_threads() -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=3)
        sending = [asyncio.create_task(transport.send(READ)) for _ in range(20)]
        await until(lambda: len(gated.sent) == 3)
        await asyncio.sleep(0.02)
        assert len(gated.sent) == 3
        gated.gate.set()
        await asyncio.gather(*sending)
        assert len(gated.sent) == 20
        assert len(gated.threads) == 3

    asyncio.run(scenario())


def test_one_after_the_other_needs_one_thread() -> None:
    gated = open_gate()

    async def scenario() -> None:
        transport = AsyncThreadTransport(gated)
        for _ in range(20):
            await transport.send(READ)
            await asyncio.sleep(0.001)

    asyncio.run(scenario())
    assert len(gated.threads) <= 2


@pytest.mark.parametrize(("connections", "threads"), [(None, 10), (3, 3), (25, 25)])
def test_there_are_as_many_threads_as_the_client_has_connections(
    make_client: MakeClient, connections: int | None, threads: int
) -> None:
    options = {} if connections is None else {"max_pool_connections": connections}
    transport = AsyncThreadTransport(BotocoreTransport(make_client("http://localhost:1", **options)))
    assert transport.max_threads == threads
    assert AsyncThreadTransport(Gated()).max_threads == 10


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "2", None])
def test_a_number_of_threads_is_refused_if_it_is_none(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="max_threads"):
        AsyncThreadTransport(Gated(), max_threads=wrong)


@pytest.mark.parametrize("wrong", [None, 5, "client"])
def test_what_cannot_send_is_no_transport(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="AsyncThreadTransport takes a transport"):
        AsyncThreadTransport(wrong)


def test_two_of_one_transport_are_equal() -> None:
    gated = Gated()
    assert AsyncThreadTransport(gated) == AsyncThreadTransport(gated)


def test_the_time_spent_waiting_for_a_thread_is_part_of_the_timeout() -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=1)
        first = asyncio.create_task(transport.send(READ, 60))
        await until(lambda: gated.sent)
        second = asyncio.create_task(transport.send(WRITE, 5))
        await asyncio.sleep(0.05)
        gated.gate.set()
        await asyncio.gather(first, second)
        (_, for_first), (_, for_second) = gated.sent
        assert for_first is not None
        assert 59 < for_first <= 60
        assert for_second is not None
        assert 0 < for_second <= 4.95

    asyncio.run(scenario())


def test_a_write_whose_timeout_passes_before_its_turn_was_not_sent() -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=1)
        first = asyncio.create_task(transport.send(READ))
        await until(lambda: gated.sent)
        with pytest.raises(RequestTimeoutError, match=r"PutItem: .* all 1 threads were busy; nothing was sent"):
            await transport.send(WRITE, 0.01)
        gated.gate.set()
        await first
        await transport.send(READ)
        assert [request for request, _ in gated.sent] == [READ, READ]

    asyncio.run(scenario())


async def cancelled_write(transport: AsyncThreadTransport, ready: Callable[[], object]) -> BaseException | None:
    """Cancel a write when it is where it should be, and return what is known of it."""

    def write() -> Any:
        yield from ask(WRITE)

    writing = asyncio.create_task(AsyncDriver(transport).run(write()))
    await asyncio.sleep(0)
    await until(ready)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await writing
    return cancelled.value.__cause__


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_a_write_that_is_cancelled_under_way_frees_its_thread_when_it_ends(timeout: float | None) -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=1)
        assert isinstance(await cancelled_write(transport, lambda: gated.sent), OutcomeUnknownError)
        after = asyncio.create_task(transport.send(READ, timeout))
        gated.gate.set()
        await after

    asyncio.run(scenario())


def test_a_write_that_is_cancelled_before_its_turn_is_never_sent() -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=1)
        first = asyncio.create_task(transport.send(READ))
        await until(lambda: gated.sent)
        known = await cancelled_write(transport, lambda: True)
        assert type(known) is NoAnswerError
        assert "nothing was sent" in str(known)
        gated.gate.set()
        await first
        await transport.send(READ)
        assert [request for request, _ in gated.sent] == [READ, READ]

    asyncio.run(scenario())


def test_an_answer_after_its_event_loop_was_closed_is_dropped() -> None:
    gated = Gated()
    transport = AsyncThreadTransport(gated)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(transport.send(WRITE), 0.05))
    gated.gate.set()
    transport.close()
    assert soon(lambda: pool_threads() == [])


def test_the_threads_end_when_the_transport_is_closed_or_forgotten_and_start_again() -> None:
    transport = AsyncThreadTransport(open_gate())
    for _ in range(2):
        asyncio.run(transport.send(READ))
        assert pool_threads() != []
        transport.close()
        assert soon(lambda: pool_threads() == [])
    asyncio.run(transport.send(READ))
    del transport
    gc.collect()
    assert soon(lambda: pool_threads() == [])


def test_what_waits_for_its_turn_when_the_transport_is_closed_is_still_sent() -> None:
    async def scenario() -> None:
        gated = Gated()
        transport = AsyncThreadTransport(gated, max_threads=2)
        sending = [asyncio.create_task(transport.send(READ)) for _ in range(10)]
        await until(lambda: len(gated.sent) == 2)
        transport.close()
        gated.gate.set()
        await asyncio.gather(*sending)

    asyncio.run(scenario())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    transport = AsyncThreadTransport(open_gate())
    asyncio.run(transport.send(READ))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(asyncio.wait_for(transport.send(READ), 5))
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


HANGING = """
import asyncio, threading
from dynamo_document_builder.transports.async_threads import AsyncThreadTransport
from dynamo_document_builder.wire.request import Request

class Hangs:
    def send(self, request, timeout=None, /):
        threading.Event().wait()

transport = AsyncThreadTransport(Hangs())
try:
    asyncio.run(asyncio.wait_for(transport.send(Request("PutItem", b"{}")), 0.1))
except TimeoutError:
    print("gave up")
"""


def test_a_request_that_hangs_does_not_keep_the_interpreter_from_ending() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", HANGING], check=False, capture_output=True, text=True, timeout=20
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "gave up\n", "")
