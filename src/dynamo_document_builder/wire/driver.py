"""The blocking driver: runs the flow of a command, and sends its requests through a transport."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import uuid4

from msgspec import Struct

from dynamo_document_builder.wire import logs
from dynamo_document_builder.wire.flow import Effect, Flow, NewToken, Pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Deadline, Limits, start_deadline
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class Transport(Protocol):
    """Sends requests to DynamoDB, and blocks until the answer is there. Any object with this `send` is a transport."""

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """
        Send a request and return the answer.

        Args:
            request: The request to send.
            timeout: Seconds until the transport gives up; `None` for no limit.

        Raises:
            ServiceError: DynamoDB refused the request.
            NoAnswerError: No answer came, and nothing was written: the request only reads, or it was never sent.
            OutcomeUnknownError: No answer came after a write was sent. It may have been applied.

        """
        ...


def new_uuid() -> str:
    """Return a random UUID as an idempotency token."""
    return str(uuid4())


class Driver(Struct, frozen=True, eq=False):
    """Runs flows through a transport. Tests can replace the clock, the tokens, the sleep and the jitter."""

    transport: Transport
    clock: Callable[[], float] = time.monotonic
    make_token: Callable[[], str] = new_uuid
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform
    """Returns a random number between two numbers."""

    def run(self, flow: Flow[R], limits: Limits = NO_LIMITS) -> R:
        """Run a flow to its end and return its result."""
        until = start_deadline(limits, self.clock)
        try:
            step = resume(flow)
            while not isinstance(step, Done):
                try:
                    answer = self._send(step, until) if isinstance(step, Request) else self._answer(step, until)
                except Exception as error:  # noqa: BLE001  the flow gets every error, and may refine or handle it
                    step = resume(flow, error=error)
                else:
                    step = resume(flow, answer)
            return step.result
        finally:  # also after Ctrl-C, so that the `finally` blocks of the flow run
            flow.close()

    def _answer(self, effect: NewToken | Pause, until: Deadline) -> str | None:
        if isinstance(effect, NewToken):
            return self.make_token()
        wait = self.jitter(0.0, effect.at_most)
        logs.log_wait(wait)
        for seconds in until.sleep_parts(wait):
            self.sleep(seconds)
        return None

    def _send(self, request: Request, until: Deadline) -> Response:
        timeout = until.remaining(request)
        since = logs.start_time()
        try:
            response = self.transport.send(request, timeout)
        except Exception as error:
            logs.log_failure(request, error, since)
            raise
        if since is not None:
            logs.log_answer(request, response, since)
        return response


def first_request(flow: Flow[object]) -> Request:
    """Return the first request of a flow without sending it. Equal commands give equal requests."""
    try:
        step = resume(flow)
        while isinstance(step, (NewToken, Pause)):
            step = resume(flow)
        if isinstance(step, Request):
            return step
    finally:
        flow.close()
    raise RuntimeError("the flow ended without a request")


class Done(Struct, Generic[R], frozen=True):
    """The end of a flow."""

    result: R


def resume(flow: Flow[R], answer: object = None, error: Exception | None = None) -> Effect | Done[R]:
    """Resume a flow with an answer or an error, and return its next effect, or its result as `Done`."""
    try:
        return flow.send(answer) if error is None else flow.throw(error)
    except StopIteration as stop:  # raised by the return of the flow: no transport code runs inside it
        result: R = stop.value
        return Done(result)
