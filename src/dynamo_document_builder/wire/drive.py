"""The drivers: the only code that waits. Everything a flow yields is answered here."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.errors import AbortedError, OutcomeUnknownError, RequestTimeoutError
from dynamo_document_builder.wire.flow import Effect, Flow, NewToken, Pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Abort, Limits
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

ABORT_SEEN_WITHIN: Final = 0.05
"""Seconds after which a pause notices that its abort signal was set."""


class Transport(Protocol):
    """
    Carries one request and returns its answer.

    `timeout` is in seconds; when it passes, or the connection breaks, a transport raises `NoAnswerError` if nothing
    can have been written and `OutcomeUnknownError` otherwise. What DynamoDB refuses is a `ServiceError`.
    """

    def send(self, request: Request, timeout: float | None = None, /) -> Response: ...


def fresh_token() -> str:
    """Return 128 random bits as text: what a UUID would be, without loading its module at every cold start."""
    return os.urandom(16).hex()


def uniform(low: float, high: float) -> float:
    """Return a random number between two: what `random.uniform` would, without loading its module at a cold start."""
    return low + (high - low) * int.from_bytes(os.urandom(6)) / (1 << 48)


@frozen(eq=False, repr=False)
class Driver:
    """Answers a flow's effects with a transport. Time and chance can be replaced."""

    transport: Transport
    clock: Callable[[], float] = time.monotonic
    make_token: Callable[[], str] = fresh_token
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = uniform
    """Gives a random number between two."""

    def run(self, flow: Flow[R], limits: Limits = NO_LIMITS) -> R:
        """Play a flow to its end and return its result."""
        deadline = None if limits.timeout is None else self.clock() + limits.timeout
        with closing(flow):  # Ctrl-C closes the flow too, so its `finally` blocks run
            step = _resume(flow)
            while not isinstance(step, _Done):
                try:
                    answer = self._answer(step, limits.abort, deadline)
                except Exception as error:  # noqa: BLE001  every error belongs to the flow, which may refine it
                    step = _resume(flow, error=error)
                else:
                    step = _resume(flow, answer)
            return step.result

    def _answer(self, effect: Effect, abort: Abort | None, deadline: float | None) -> Response | str | None:
        if isinstance(effect, NewToken):
            return self.make_token()
        if isinstance(effect, Pause):
            self._pause(self.jitter(0.0, effect.at_most), abort, deadline)
            return None
        if abort is not None and abort.is_set():
            raise AbortedError(f"{effect.operation} was not sent: its abort signal is set")
        return self.transport.send(effect, self._remaining(effect, deadline))

    def _remaining(self, request: Request, deadline: float | None) -> float | None:
        if deadline is None:
            return None
        remaining = deadline - self.clock()
        if remaining <= 0:
            raise RequestTimeoutError(
                f"{request.operation} was not sent: its timeout had passed", operation=request.operation
            )
        return remaining

    def _pause(self, seconds: float, abort: Abort | None, deadline: float | None) -> None:
        # Whoever would wake up too late to send anything is told now.
        if deadline is not None and self.clock() + seconds >= deadline:
            raise RequestTimeoutError("nothing was sent again: the timeout would have passed while waiting")
        if abort is None:
            self.sleep(seconds)
        else:
            self._pause_unless(abort, seconds)

    def _pause_unless(self, abort: Abort, seconds: float) -> None:
        while not abort.is_set():
            if seconds <= 0:
                return
            part = min(seconds, ABORT_SEEN_WITHIN)
            self.sleep(part)
            seconds -= part
        raise AbortedError("nothing was sent again: the abort signal is set")


def first_request(flow: Flow[object]) -> Request:
    """Play a flow up to its first request and return that, unsent: a dry run, pure and repeatable."""
    with closing(flow):
        step = _resume(flow)
        while isinstance(step, (NewToken, Pause)):
            step = _resume(flow)
        if isinstance(step, Request):
            return step
    raise RuntimeError("the flow ended without a request")


def lost_answer(request: Request, why: str) -> RequestTimeoutError | OutcomeUnknownError:
    """Return the error for a deadline that passed after the request was sent."""
    if request.writes:
        return OutcomeUnknownError(
            f"{request.operation}: {why} after it was sent; whether it was applied is unknown",
            operation=request.operation,
        )
    return RequestTimeoutError(f"{request.operation}: {why}; it only reads", operation=request.operation)


class _Done(Struct, Generic[R], frozen=True):
    result: R


def _resume(flow: Flow[R], answer: object = None, error: Exception | None = None) -> Effect | _Done[R]:
    try:
        return flow.send(answer) if error is None else flow.throw(error)
    except StopIteration as stop:  # only the flow's own return: no transport code runs in here
        result: R = stop.value
        return _Done(result)
