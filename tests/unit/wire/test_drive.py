"""The driver: what a flow yields is answered, what goes wrong is thrown in, and every flow is closed."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder.errors import (
    AbortedError,
    ConditionFailedError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
)
from dynamo_document_builder.wire.driver import Driver, first_request, new_uuid
from dynamo_document_builder.wire.flow import Flow, ask, new_token, pause
from dynamo_document_builder.wire.limits import MAX_TIMEOUT, Limits
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST, SECOND = Request("GetItem", b'{"n":1}'), Request("PutItem", b'{"n":2}')


@frozen
class Script:
    """A transport that says what it is told, and keeps what it was asked."""

    answers: list[Response | BaseException | Callable[[], object]]
    sent: list[tuple[Request, float | None]] = field(factory=list[Any])

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        self.sent.append((request, timeout))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        if not isinstance(answer, Response):
            answer()
            return Response(b"{}")
        return answer

    @property
    def timeouts(self) -> list[float | None]:
        return [timeout for _, timeout in self.sent]


@frozen
class Clock:
    """A clock that moves when it is told to."""

    times: list[float] = field(factory=lambda: [0.0])

    def __call__(self) -> float:
        return self.times[0]

    def advance(self, seconds: float) -> None:
        self.times[0] += seconds


@frozen
class Fused:
    """An abort signal that is set after being looked at so often."""

    looks: list[bool]

    def is_set(self) -> bool:
        return self.looks.pop(0)


def both() -> Flow[tuple[bytes, bytes]]:
    first = yield from ask(FIRST)
    second = yield from ask(SECOND)
    return first.body, second.body


def answered(*bodies: bytes) -> list[Response | BaseException | Callable[[], object]]:
    return [Response(body) for body in bodies]


def test_a_flow_gets_its_answers_in_order_and_its_result_comes_back() -> None:
    transport = Script(answered(b"1", b"2"))
    assert Driver(transport).run(both()) == (b"1", b"2")
    assert transport.sent == [(FIRST, None), (SECOND, None)]


def test_a_flow_may_end_without_asking_anything() -> None:
    def nothing() -> Flow[str]:
        return "done"
        yield

    assert Driver(Script([])).run(nothing()) == "done"


@pytest.mark.parametrize("result", [None, 0, ()])
def test_any_result_is_a_result(result: object) -> None:
    def ends() -> Flow[object]:
        yield from ask(FIRST)
        return result

    assert Driver(Script(answered(b""))).run(ends()) == result


def test_a_transports_error_is_thrown_into_the_flow_where_it_asked() -> None:
    def recovers() -> Flow[bytes]:
        try:
            yield from ask(FIRST)
        except ServiceError:
            return (yield from ask(SECOND)).body
        return b"no error"

    transport = Script([ServiceError("no"), Response(b"2")])
    assert Driver(transport).run(recovers()) == b"2"


def test_a_flow_may_say_what_an_error_means_and_keeps_its_cause() -> None:
    def refines() -> Flow[None]:
        try:
            yield from ask(SECOND)
        except ServiceError as error:
            raise ConditionFailedError("in the caller's terms") from error

    cause = ServiceError("in DynamoDB's")
    with pytest.raises(ConditionFailedError, match="in the caller's terms") as failed:
        Driver(Script([cause])).run(refines())
    assert failed.value.__cause__ is cause


def test_an_error_that_no_flow_wants_is_the_callers() -> None:
    error = ServiceError("no")
    with pytest.raises(ServiceError) as refusal:
        Driver(Script([error])).run(both())
    assert refusal.value is error


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_what_stops_the_program_closes_the_flow_and_passes(stop: type[BaseException]) -> None:
    events: list[str] = []

    def tidy() -> Flow[None]:
        try:
            yield from ask(FIRST)
        except Exception:  # noqa: BLE001
            events.append("caught")
        finally:
            events.append("closed")

    with pytest.raises(stop):
        Driver(Script([stop()])).run(tidy())
    assert events == ["closed"]


def test_a_stop_iteration_from_a_transport_is_not_the_flows_result() -> None:
    def asks() -> Flow[str]:
        yield from ask(FIRST)
        return "result"

    with pytest.raises(RuntimeError) as raised:
        Driver(Script([StopIteration("not a result")])).run(asks())
    assert isinstance(raised.value.__cause__, StopIteration)


def test_each_new_token_is_made_once_and_given_to_the_flow() -> None:
    tokens = iter(["t1", "t2", "t3"])

    def two_tokens() -> Flow[tuple[str | None, str | None]]:
        first = yield from new_token()
        yield from ask(FIRST)
        return first, (yield from new_token())

    driver = Driver(Script(answered(b"")), make_token=lambda: next(tokens))
    assert driver.run(two_tokens()) == ("t1", "t2")
    assert list(tokens) == ["t3"]


def test_a_token_is_one_that_dynamodb_takes() -> None:
    made = {new_uuid() for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {36}


def test_a_token_needs_neither_time_nor_permission() -> None:
    def token_only() -> Flow[str | None]:
        return (yield from new_token())

    driver = Driver(Script([]), clock=Clock(), make_token=lambda: "t")
    assert driver.run(token_only(), Limits(timeout=0, abort=Fused([]))) == "t"


def test_the_first_request_is_found_without_a_token_or_a_transport() -> None:
    given: list[str | None] = []

    def with_token() -> Flow[None]:
        given.append((yield from new_token()))
        yield from ask(SECOND)

    assert first_request(with_token()) == SECOND
    assert given == [None]


def test_a_dry_run_closes_its_flow() -> None:
    closed: list[bool] = []

    def tidy() -> Flow[None]:
        try:
            yield from ask(FIRST)
        finally:
            closed.append(True)

    assert first_request(tidy()) is FIRST
    assert closed == [True]


def test_a_flow_without_a_request_has_no_first_one() -> None:
    with pytest.raises(RuntimeError, match="without a request"):
        first_request(new_token())


def test_a_deadline_is_shared_by_all_requests_of_a_flow() -> None:
    clock = Clock()
    transport = Script([lambda: clock.advance(3), lambda: None])
    Driver(transport, clock=clock).run(both(), Limits(timeout=5))
    assert transport.timeouts == [5, 2]


@pytest.mark.parametrize("timeout", [math.inf, 1e10, 10**400, MAX_TIMEOUT + 1])
def test_a_timeout_that_no_system_can_wait_for_is_no_limit(timeout: float) -> None:
    transport = Script([lambda: None, lambda: None])
    Driver(transport, clock=Clock()).run(both(), Limits(timeout=timeout))
    assert transport.timeouts == [None, None]


def test_the_longest_timeout_is_a_limit() -> None:
    transport = Script([lambda: None, lambda: None])
    Driver(transport, clock=Clock()).run(both(), Limits(timeout=MAX_TIMEOUT))
    assert transport.timeouts == [MAX_TIMEOUT, MAX_TIMEOUT]


@pytest.mark.parametrize("taken", [5, 6])
def test_a_request_after_the_deadline_is_not_sent(taken: float) -> None:
    clock = Clock()
    transport = Script([lambda: clock.advance(taken)])
    with pytest.raises(RequestTimeoutError, match="PutItem was not sent") as late:
        Driver(transport, clock=clock).run(both(), Limits(timeout=5))
    assert late.value.operation == "PutItem"
    assert transport.sent == [(FIRST, 5)]


def test_a_timeout_is_thrown_into_the_flow() -> None:
    def settles() -> Flow[str]:
        try:
            yield from ask(FIRST)
        except RequestTimeoutError:
            return "settled"
        return "answered"

    assert Driver(Script([]), clock=Clock()).run(settles(), Limits(timeout=0)) == "settled"


def test_an_abort_before_the_second_request_keeps_it_from_being_sent() -> None:
    transport = Script(answered(b"1"))
    with pytest.raises(AbortedError, match="PutItem was not sent"):
        Driver(transport).run(both(), Limits(abort=Fused([False, True])))
    assert transport.sent == [(FIRST, None)]


@pytest.mark.parametrize("is_set", [True, False])
def test_a_threading_event_aborts(is_set: bool) -> None:
    event = threading.Event()
    if is_set:
        event.set()
    transport = Script(answered(b"1", b"2"))
    if is_set:
        with pytest.raises(AbortedError):
            Driver(transport).run(both(), Limits(abort=event))
    else:
        Driver(transport).run(both(), Limits(abort=event))
    assert len(transport.sent) == (0 if is_set else 2)


READS = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"]
WRITES = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "FromTheFuture"]


@pytest.mark.parametrize("operation", READS + WRITES)
def test_only_a_lost_write_leaves_the_outcome_unknown(operation: str) -> None:
    error = no_answer_error(Request(operation, b"{}"), "no answer", timed_out=True)
    assert type(error) is (OutcomeUnknownError if operation in WRITES else RequestTimeoutError)
    assert error.operation == operation


@frozen
class Slept:
    """What a driver waits with: it notes how long, and moves the clock."""

    clock: Clock
    parts: list[float] = field(factory=list[float])

    def __call__(self, seconds: float) -> None:
        self.parts.append(seconds)
        self.clock.advance(seconds)


def patient(answers: list[Response | BaseException | Callable[[], object]], share: float = 1.0) -> tuple[Driver, Slept]:
    """Give a driver whose jitter is a fixed share of the longest pause."""
    slept = Slept(Clock())
    driver = Driver(
        Script(answers), clock=slept.clock, sleep=slept, jitter=lambda low, high: low + (high - low) * share
    )
    return driver, slept


def again_after(seconds: float) -> Flow[bytes]:
    yield from ask(FIRST)
    yield from pause(seconds)
    return (yield from ask(SECOND)).body


@pytest.mark.parametrize(("share", "slept"), [(1.0, 4.0), (0.25, 1.0), (0.0, 0.0)])
def test_a_pause_is_a_random_part_of_what_was_asked(share: float, slept: float) -> None:
    driver, waited = patient(answered(b"1", b"2"), share)
    assert driver.run(again_after(4)) == b"2"
    assert waited.parts == [slept]


def test_a_pause_takes_from_the_time_for_what_follows() -> None:
    driver, _ = patient(answered(b"1", b"2"))
    driver.run(again_after(4), Limits(timeout=5))
    assert isinstance(driver.transport, Script)
    assert driver.transport.timeouts == [5, 1]


@pytest.mark.parametrize("timeout", [3, 4])
def test_a_pause_that_the_deadline_would_cut_off_ends_at_once(timeout: float) -> None:
    driver, waited = patient(answered(b"1"))
    with pytest.raises(RequestTimeoutError, match="nothing was sent again"):
        driver.run(again_after(4), Limits(timeout=timeout))
    assert waited.parts == []


def test_what_ends_a_pause_is_thrown_into_the_flow() -> None:
    def settles() -> Flow[str]:
        try:
            yield from pause(4)
        except RequestTimeoutError:
            return "settled"
        return "waited"

    driver, _ = patient([])
    assert driver.run(settles(), Limits(timeout=1)) == "settled"


def test_an_abort_signal_ends_a_pause_soon() -> None:
    driver, waited = patient(answered(b"1"))
    with pytest.raises(AbortedError, match="nothing was sent again"):
        driver.run(again_after(4), Limits(abort=Fused([False, False, False, True])))
    assert waited.parts == [0.05, 0.05]


def test_a_pause_with_an_abort_signal_that_stays_off_is_as_long_as_any() -> None:
    driver, waited = patient(answered(b"1", b"2"))
    assert driver.run(again_after(0.12), Limits(abort=threading.Event())) == b"2"
    assert sum(waited.parts) == pytest.approx(0.12)
    assert max(waited.parts) <= 0.05


def test_an_abort_signal_set_before_a_pause_of_no_time_is_seen() -> None:
    driver, waited = patient(answered(b"1"), share=0.0)
    with pytest.raises(AbortedError, match="nothing was sent again"):
        driver.run(again_after(4), Limits(abort=Fused([False, True])))
    assert waited.parts == []


def test_a_dry_run_does_not_wait() -> None:
    def waits_first() -> Flow[None]:
        yield from pause(1000)
        yield from ask(SECOND)

    assert first_request(waits_first()) == SECOND
