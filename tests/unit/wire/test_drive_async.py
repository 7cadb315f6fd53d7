"""The async driver: the answers and the rules of the other one, and what it says when its task is cancelled."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder.errors import (
    AbortedError,
    ConditionFailedError,
    NoAnswerError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
)
from dynamo_document_builder.wire.async_driver import AsyncDriver
from dynamo_document_builder.wire.flow import Flow, ask, new_token, pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Limits
from dynamo_document_builder.wire.request import Request, Response
from tests.unit.wire.test_drive import FIRST, SECOND, Clock, Fused, Script, again_after, answered, both

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


@frozen
class AsyncScript:
    """What a `Script` says, said one turn of the event loop later."""

    script: Script

    async def send(self, request: Request, seconds: float | None = None, /) -> Response:
        await asyncio.sleep(0)
        return self.script.send(request, seconds)


@frozen
class Silent:
    """A transport that never answers, and says when it was asked."""

    asked: list[Request] = field(factory=list[Request])
    known: Exception | None = None
    """What it knows of a request that is cancelled."""

    async def send(self, request: Request, _seconds: float | None = None, /) -> Response:
        self.asked.append(request)
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as cancelled:
            raise cancelled from self.known
        raise AssertionError


def driver(*answers: Any, **parts: Any) -> AsyncDriver:
    return AsyncDriver(AsyncScript(Script(list(answers))), **parts)


def script_of(driver: AsyncDriver) -> Script:
    assert isinstance(driver.transport, AsyncScript)
    return driver.transport.script


def run(driver: AsyncDriver, flow: Flow[Any], limits: Limits = NO_LIMITS) -> Any:
    return asyncio.run(driver.run(flow, limits))


def test_a_flow_gets_its_answers_in_order_and_its_result_comes_back() -> None:
    through = driver(*answered(b"1", b"2"))
    assert run(through, both()) == (b"1", b"2")
    assert script_of(through).sent == [(FIRST, None), (SECOND, None)]


def test_a_flow_may_end_without_asking_anything() -> None:
    def nothing() -> Flow[str]:
        return "done"
        yield

    assert run(driver(), nothing()) == "done"


def test_a_transports_error_is_thrown_into_the_flow_which_may_refine_it() -> None:
    def refines() -> Flow[None]:
        try:
            yield from ask(SECOND)
        except ServiceError as error:
            raise ConditionFailedError("in the caller's terms") from error

    cause = ServiceError("in DynamoDB's")
    with pytest.raises(ConditionFailedError, match="in the caller's terms") as failed:
        run(driver(cause), refines())
    assert failed.value.__cause__ is cause


def test_an_error_that_no_flow_wants_is_the_callers() -> None:
    error = ServiceError("no")
    with pytest.raises(ServiceError) as refusal:
        run(driver(error), both())
    assert refusal.value is error


def test_each_new_token_is_made_once() -> None:
    tokens = iter(["t1", "t2"])

    def with_token() -> Flow[str | None]:
        token = yield from new_token()
        yield from ask(FIRST)
        return token

    assert run(driver(*answered(b""), make_token=lambda: next(tokens)), with_token()) == "t1"
    assert list(tokens) == ["t2"]


@frozen
class Slept:
    """What a driver waits with: it notes how long, and moves the clock."""

    clock: Clock
    parts: list[float] = field(factory=list[float])

    async def __call__(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.parts.append(seconds)
        self.clock.advance(seconds)


def patient(*answers: Any, share: float = 1.0) -> tuple[AsyncDriver, Slept]:
    """Give a driver whose jitter is a fixed share of the longest pause."""
    slept = Slept(Clock())
    return driver(*answers, clock=slept.clock, sleep=slept, jitter=lambda low, high: low + (high - low) * share), slept


@pytest.mark.parametrize(("share", "slept"), [(1.0, 4.0), (0.25, 1.0), (0.0, 0.0)])
def test_a_pause_is_a_random_part_of_what_was_asked(share: float, slept: float) -> None:
    through, waited = patient(*answered(b"1", b"2"), share=share)
    assert run(through, again_after(4)) == b"2"
    assert waited.parts == [slept]


def test_a_pause_lets_others_run() -> None:
    async def both_at_once() -> list[bytes]:
        return await asyncio.gather(*(driver(*answered(b"1", b"2")).run(again_after(0.01)) for _ in range(100)))

    assert asyncio.run(asyncio.wait_for(both_at_once(), 5)) == [b"2"] * 100


def test_a_deadline_is_shared_by_all_requests_and_pauses_of_a_flow() -> None:
    through, waited = patient(*answered(b"1", b"2"))
    run(through, again_after(3), Limits(timeout=5))
    assert waited.parts == [3]
    assert script_of(through).timeouts == [5, 2]


@pytest.mark.parametrize("timeout", [3, 4])
def test_a_pause_that_the_deadline_would_cut_off_ends_at_once(timeout: float) -> None:
    through, waited = patient(*answered(b"1"))
    with pytest.raises(RequestTimeoutError, match="nothing was sent again"):
        run(through, again_after(4), Limits(timeout=timeout))
    assert waited.parts == []


def test_a_request_after_the_deadline_is_not_sent() -> None:
    clock = Clock()
    through = driver(lambda: clock.advance(5), clock=clock)
    with pytest.raises(RequestTimeoutError, match="PutItem was not sent"):
        run(through, both(), Limits(timeout=5))
    assert script_of(through).timeouts == [5]


def test_an_abort_before_the_second_request_keeps_it_from_being_sent() -> None:
    through = driver(*answered(b"1"))
    with pytest.raises(AbortedError, match="PutItem was not sent"):
        run(through, both(), Limits(abort=Fused([False, True])))
    assert len(script_of(through).sent) == 1


def test_an_abort_signal_ends_a_pause_soon() -> None:
    through, waited = patient(*answered(b"1"))
    with pytest.raises(AbortedError, match="nothing was sent again"):
        run(through, again_after(4), Limits(abort=Fused([False, False, False, True])))
    assert waited.parts == [0.05, 0.05]


@pytest.mark.parametrize("make", [asyncio.Event, threading.Event])
def test_an_event_set_by_another_task_ends_a_pause(make: Callable[[], Any]) -> None:
    async def scenario() -> None:
        event = make()
        through = driver(*answered(b"1"), jitter=lambda _, high: high)
        sending = asyncio.create_task(through.run(again_after(60), Limits(abort=event)))
        await asyncio.sleep(0.01)
        event.set()
        with pytest.raises(AbortedError, match="nothing was sent again"):
            await asyncio.wait_for(sending, 5)

    asyncio.run(scenario())


def tidy(events: list[str], request: Request) -> Flow[None]:
    try:
        yield from ask(request)
    except OutcomeUnknownError as error:
        events.append("told")
        raise error.with_command("the command", "t1") from error.__cause__
    finally:
        events.append("closed")


async def cancelled_while(sending: Coroutine[Any, Any, Any], ready: Callable[[], object]) -> asyncio.CancelledError:
    """Cancel a send as soon as it is where it should be, and return what it raises."""
    task = asyncio.create_task(sending)
    while not ready():  # noqa: ASYNC110  it is a list that fills
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await task
    assert task.cancelled()
    return cancelled.value


def test_a_cancelled_write_says_that_its_outcome_is_unknown_and_whose_it_is() -> None:
    events: list[str] = []
    transport = Silent()
    sending = AsyncDriver(transport).run(tidy(events, SECOND))
    cancelled = asyncio.run(cancelled_while(sending, lambda: transport.asked))
    unknown = cancelled.__cause__
    assert isinstance(unknown, OutcomeUnknownError)
    assert (unknown.command, unknown.idempotency_token, unknown.operation) == ("the command", "t1", "PutItem")
    assert cancelled.__notes__ == [str(unknown)]
    assert "whether it was applied is unknown" in str(unknown)
    assert unknown.__context__ is None
    assert events == ["told", "closed"]


def test_a_cancelled_read_says_no_more_and_closes_its_flow() -> None:
    events: list[str] = []
    transport = Silent()
    sending = AsyncDriver(transport).run(tidy(events, FIRST))
    cancelled = asyncio.run(cancelled_while(sending, lambda: transport.asked))
    assert cancelled.__cause__ is None
    assert events == ["closed"]


def test_a_write_that_never_left_is_not_called_unknown() -> None:
    events: list[str] = []
    transport = Silent(known=NoAnswerError("it was not sent"))
    sending = AsyncDriver(transport).run(tidy(events, SECOND))
    cancelled = asyncio.run(cancelled_while(sending, lambda: transport.asked))
    assert cancelled.__cause__ is transport.known
    assert cancelled.__notes__ == ["it was not sent"]
    assert events == ["closed"]


def test_a_cancelled_pause_says_that_nothing_was_sent_again() -> None:
    waiting: list[float] = []

    async def sleep(seconds: float) -> None:
        waiting.append(seconds)
        await asyncio.sleep(60)

    sending = driver(*answered(b"1"), sleep=sleep).run(again_after(60))
    cancelled = asyncio.run(cancelled_while(sending, lambda: waiting))
    assert isinstance(cancelled.__cause__, AbortedError)
    assert cancelled.__notes__ == ["nothing was sent again: it was cancelled while waiting"]


def test_what_a_flow_wants_after_its_cancellation_is_not_done() -> None:
    def stubborn() -> Flow[None]:
        while True:
            try:
                yield from ask(SECOND)
            except OutcomeUnknownError:
                yield from pause(1)

    transport = Silent()
    cancelled = asyncio.run(cancelled_while(AsyncDriver(transport).run(stubborn()), lambda: transport.asked))
    assert isinstance(cancelled.__cause__, OutcomeUnknownError)
    assert transport.asked == [SECOND]


def test_a_timeout_of_asyncio_keeps_what_is_known() -> None:
    async def scenario() -> None:
        async with asyncio.timeout(0.01):
            await AsyncDriver(Silent()).run(tidy([], SECOND))

    with pytest.raises(TimeoutError) as late:
        asyncio.run(scenario())
    assert isinstance(late.value.__cause__, asyncio.CancelledError)
    assert isinstance(late.value.__cause__.__cause__, OutcomeUnknownError)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_what_stops_the_program_closes_the_flow_and_passes(stop: type[BaseException]) -> None:
    events: list[str] = []
    coroutine = driver(stop()).run(tidy(events, SECOND))
    coroutine.send(None)
    with pytest.raises(stop):
        coroutine.send(None)
    assert events == ["closed"]


def test_a_coroutine_that_is_dropped_closes_its_flow() -> None:
    events: list[str] = []
    coroutine = driver(*answered(b"1")).run(tidy(events, SECOND))
    coroutine.send(None)
    coroutine.close()
    assert events == ["closed"]
