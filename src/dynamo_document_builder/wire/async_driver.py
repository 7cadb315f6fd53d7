"""The async driver: runs the same flows as `Driver`, without blocking the event loop."""

from __future__ import annotations

import random
import time
from asyncio import CancelledError, sleep
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import AbortedError, DocumentBuilderError
from dynamo_document_builder.wire import logs
from dynamo_document_builder.wire.driver import Done, new_uuid, resume
from dynamo_document_builder.wire.flow import Effect, Flow, NewToken, Pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Deadline, Limits, start_deadline
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

R = TypeVar("R")


class AsyncTransport(Protocol):
    """Sends requests to DynamoDB without blocking the event loop. Any object with this `send` is an async transport."""

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """
        Send a request and return the answer, with the arguments and errors of `Transport.send`.

        If the task is cancelled, drop the connection and raise the `CancelledError`. Set its `__cause__` to a
        `NoAnswerError` if the request was certainly not sent.
        """
        ...


class AsyncDriver(Struct, frozen=True, eq=False):
    """Runs flows through an async transport. Tests can replace the clock, the tokens, the sleep and the jitter."""

    transport: AsyncTransport
    clock: Callable[[], float] = time.monotonic
    make_token: Callable[[], str] = new_uuid
    sleep: Callable[[float], Awaitable[Any]] = sleep
    jitter: Callable[[float, float], float] = random.uniform
    """Returns a random number between two numbers."""

    async def run(self, flow: Flow[R], limits: Limits = NO_LIMITS) -> R:
        """Run a flow to its end and return its result."""
        until = start_deadline(limits, self.clock)
        try:
            step = resume(flow)
            while not isinstance(step, Done):
                try:
                    answer = await (self._send(step, until) if isinstance(step, Request) else self._answer(step, until))
                except CancelledError as cancelled:
                    _set_cause(cancelled, step, flow)
                    raise
                except Exception as error:  # noqa: BLE001  the flow gets every error, and may refine or handle it
                    step = resume(flow, error=error)
                else:
                    step = resume(flow, answer)
            return step.result
        finally:
            flow.close()

    async def _answer(self, effect: NewToken | Pause, until: Deadline) -> str | None:
        if isinstance(effect, NewToken):
            return self.make_token()
        wait = self.jitter(0.0, effect.at_most)
        logs.log_wait(wait)
        for seconds in until.sleep_parts(wait):
            await self.sleep(seconds)
        return None

    async def _send(self, request: Request, until: Deadline) -> Response:
        seconds = until.remaining(request)
        since = logs.start_time()
        try:
            response = await self.transport.send(request, seconds)
        except Exception as error:
            logs.log_failure(request, error, since)
            raise
        if since is not None:
            logs.log_answer(request, response, since)
        return response


def _set_cause(cancelled: CancelledError, effect: Effect, flow: Flow[Any]) -> None:
    """Add the outcome to a `CancelledError`, as its cause and as a note. asyncio needs the original error object."""
    error = _cancellation_error(effect, cancelled.__cause__)
    if error is not None:
        cancelled.__cause__ = _refined_by_flow(error, flow)
        cancelled.add_note(str(cancelled.__cause__))


def _cancellation_error(effect: Effect, known: BaseException | None) -> DocumentBuilderError | None:
    if isinstance(known, DocumentBuilderError):
        return known
    if isinstance(effect, Pause):
        return AbortedError("nothing was sent again: it was cancelled while waiting")
    if isinstance(effect, Request) and effect.writes:
        return no_answer_error(effect, "it was cancelled after it was sent")
    return None


def _refined_by_flow(error: DocumentBuilderError, flow: Flow[Any]) -> DocumentBuilderError:
    """Return the error as the flow refines it, with the command and its token. Further effects are ignored."""
    try:
        resume(flow, error=error)
    except DocumentBuilderError as refined:
        return refined
    finally:
        error.__context__ = None  # the CancelledError, whose cause this error becomes: avoids a cycle
    return error
