"""The driver for callers that await: it plays the same flows by the same rules as `drive`, and blocks nobody."""

from __future__ import annotations

import random
import time
from asyncio import CancelledError, sleep
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import AbortedError, DocumentBuilderError
from dynamo_document_builder.wire import logs
from dynamo_document_builder.wire.deadlines import Stops, started
from dynamo_document_builder.wire.driver import Done, lost_answer, new_uuid, resume
from dynamo_document_builder.wire.flow import Effect, Flow, NewToken, Pause
from dynamo_document_builder.wire.limits import NO_LIMITS, Limits
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

R = TypeVar("R")


class AsyncTransport(Protocol):
    """
    Carries one request and returns its answer, as a `Transport` does, with the same errors.

    A cancelled `send` drops its connection. If it knows that the request never left, the `CancelledError` that it
    raises has that, a `NoAnswerError`, as its `__cause__`.
    """

    async def send(self, request: Request, timeout: float | None = None, /) -> Response: ...  # noqa: ASYNC109  as a Transport


class AsyncDriver(Struct, frozen=True, eq=False):
    """Answers a flow's effects with an async transport. Time and chance can be replaced."""

    transport: AsyncTransport
    clock: Callable[[], float] = time.monotonic
    make_token: Callable[[], str] = new_uuid
    sleep: Callable[[float], Awaitable[Any]] = sleep
    jitter: Callable[[float, float], float] = random.uniform
    """Gives a random number between two."""

    async def run(self, flow: Flow[R], limits: Limits = NO_LIMITS) -> R:
        """Play a flow to its end and return its result."""
        until = started(limits, self.clock)
        try:
            step = resume(flow)
            while not isinstance(step, Done):
                try:
                    answer = await (self._sent(step, until) if isinstance(step, Request) else self._answer(step, until))
                except CancelledError as cancelled:
                    _explain(cancelled, step, flow)
                    raise
                except Exception as error:  # noqa: BLE001  every error belongs to the flow, which may refine it
                    step = resume(flow, error=error)
                else:
                    step = resume(flow, answer)
            return step.result
        finally:
            flow.close()

    async def _answer(self, effect: NewToken | Pause, until: Stops) -> str | None:
        if isinstance(effect, NewToken):
            return self.make_token()
        wait = self.jitter(0.0, effect.at_most)
        logs.waiting(wait)
        for seconds in until.naps(wait):
            await self.sleep(seconds)
        return None

    async def _sent(self, request: Request, until: Stops) -> Response:
        seconds = until.time_for(request)
        since = logs.begun()
        try:
            response = await self.transport.send(request, seconds)
        except Exception as error:
            logs.failed(request, error, since)
            raise
        if since is not None:
            logs.answered(request, response, since)
        return response


def _explain(cancelled: CancelledError, effect: Effect, flow: Flow[Any]) -> None:
    """Say as its cause, and in a note, what is known of what was cancelled; asyncio needs the very error it threw."""
    error = _what_happened(effect, cancelled.__cause__)
    if error is not None:
        cancelled.__cause__ = _refined(error, flow)
        cancelled.add_note(str(cancelled.__cause__))


def _what_happened(effect: Effect, known: BaseException | None) -> DocumentBuilderError | None:
    if isinstance(known, DocumentBuilderError):
        return known
    if isinstance(effect, Pause):
        return AbortedError("nothing was sent again: it was cancelled while waiting")
    if isinstance(effect, Request) and effect.writes:
        return lost_answer(effect, "it was cancelled")
    return None


def _refined(error: DocumentBuilderError, flow: Flow[Any]) -> DocumentBuilderError:
    """Return an error as the flow tells it, with the command and its token; whatever else it wants is not done."""
    try:
        resume(flow, error=error)
    except DocumentBuilderError as refined:
        return refined
    finally:
        error.__context__ = None  # the cancellation, whose cause this becomes
    return error
