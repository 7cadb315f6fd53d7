"""
The driver: the only code that waits. Everything a flow yields is answered here.

`drive_async` does the same for callers that await.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import uuid4

from msgspec import Struct

from dynamo_document_builder.errors import OutcomeUnknownError, RequestTimeoutError
from dynamo_document_builder.wire import logs
from dynamo_document_builder.wire.deadlines import Stops, started
from dynamo_document_builder.wire.flow import Effect, Flow, NewToken, Pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Limits
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class Transport(Protocol):
    """
    Carries one request and returns its answer.

    `timeout` is in seconds; when it passes, or the connection breaks, a transport raises `NoAnswerError` if nothing
    can have been written and `OutcomeUnknownError` otherwise. What DynamoDB refuses is a `ServiceError`.
    """

    def send(self, request: Request, timeout: float | None = None, /) -> Response: ...


def new_uuid() -> str:
    """Return a random UUID as an idempotency token."""
    return str(uuid4())


class Driver(Struct, frozen=True, eq=False):
    """Answers a flow's effects with a transport. Time and chance can be replaced."""

    transport: Transport
    clock: Callable[[], float] = time.monotonic
    make_token: Callable[[], str] = new_uuid
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform
    """Gives a random number between two."""

    def run(self, flow: Flow[R], limits: Limits = NO_LIMITS) -> R:
        """Play a flow to its end and return its result."""
        until = started(limits, self.clock)
        try:
            step = resume(flow)
            while not isinstance(step, Done):
                try:
                    answer = self._sent(step, until) if isinstance(step, Request) else self._answer(step, until)
                except Exception as error:  # noqa: BLE001  every error belongs to the flow, which may refine it
                    step = resume(flow, error=error)
                else:
                    step = resume(flow, answer)
            return step.result
        finally:  # Ctrl-C closes the flow too, so its own `finally` blocks run
            flow.close()

    def _answer(self, effect: NewToken | Pause, until: Stops) -> str | None:
        if isinstance(effect, NewToken):
            return self.make_token()
        wait = self.jitter(0.0, effect.at_most)
        logs.waiting(wait)
        for seconds in until.naps(wait):
            self.sleep(seconds)
        return None

    def _sent(self, request: Request, until: Stops) -> Response:
        timeout = until.time_for(request)
        since = logs.begun()
        try:
            response = self.transport.send(request, timeout)
        except Exception as error:
            logs.failed(request, error, since)
            raise
        if since is not None:
            logs.answered(request, response, since)
        return response


def first_request(flow: Flow[object]) -> Request:
    """Play a flow up to its first request and return that, unsent: a dry run, pure and repeatable."""
    try:
        step = resume(flow)
        while isinstance(step, (NewToken, Pause)):
            step = resume(flow)
        if isinstance(step, Request):
            return step
    finally:
        flow.close()
    raise RuntimeError("the flow ended without a request")


def lost_answer(request: Request, why: str) -> RequestTimeoutError | OutcomeUnknownError:
    """Return the error for a deadline that passed after the request was sent."""
    if request.writes:
        return OutcomeUnknownError(
            f"{request.operation}: {why} after it was sent; whether it was applied is unknown",
            operation=request.operation,
        )
    return RequestTimeoutError(f"{request.operation}: {why}; it only reads", operation=request.operation)


class Done(Struct, Generic[R], frozen=True):
    """The end of a flow."""

    result: R


def resume(flow: Flow[R], answer: object = None, error: Exception | None = None) -> Effect | Done[R]:
    """Play a flow up to what it asks for next, or to its end."""
    try:
        return flow.send(answer) if error is None else flow.throw(error)
    except StopIteration as stop:  # only the flow's own return: no transport code runs in here
        result: R = stop.value
        return Done(result)
