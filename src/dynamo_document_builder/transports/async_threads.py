"""Runs a blocking transport in a small pool of threads, so that it does not block the event loop."""

from __future__ import annotations

import asyncio
import os
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final

from attrs import Factory, define, field

from dynamo_document_builder.errors import DefinitionError, NoAnswerError, OutcomeUnknownError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.transports.threads.daemon_pool import ClosedError, DaemonPool
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dynamo_document_builder.wire.driver import Transport
    from dynamo_document_builder.wire.request import Request, Response

CONNECTIONS: Final = 10
"""The default number of connections of a boto3 client."""


def _connections(transport: Any) -> int:
    client = getattr(transport, "client", None)
    config = getattr(getattr(client, "meta", None), "config", None)
    connections: int = getattr(config, "max_pool_connections", CONNECTIONS)
    return connections


_AS_CONNECTIONS: Any = Factory(lambda self: _connections(self.transport), takes_self=True)


def _check_transport(_: object, __: object, value: Any) -> None:
    if not callable(getattr(value, "send", None)):
        raise DefinitionError(
            f"AsyncThreadTransport takes a transport, such as BotocoreTransport(client), not {given_type(value)}"
        )


def _check_threads(_: object, __: object, value: Any) -> None:
    if not (type(value) is int and value > 0):
        raise DefinitionError("AsyncThreadTransport(max_threads=...): must be a whole number, 1 or more")


@define
class AsyncThreadTransport:
    """
    Sends requests through a blocking transport, in threads. `asend` uses it with a boto3 client.

    At most *max_threads* requests are in progress at once. The default is the number of connections of the client
    (`max_pool_connections`, 10 by default). Further requests wait for a thread; their `timeout` includes this wait. A
    request sees the context variables of its caller.

    If a caller is cancelled while its request waits for a thread, the request is never sent. If the request is in
    progress, it keeps its thread until it ends, and the outcome of a write is unknown.

    A transport can be used by any number of event loops.
    """

    transport: Transport = field(validator=_check_transport)
    """The blocking transport."""
    max_threads: int = field(kw_only=True, eq=False, validator=_check_threads, default=_AS_CONNECTIONS)
    """The number of requests in progress at once. Default: the number of connections of the client."""
    _pool: DaemonPool | None = field(default=None, init=False, eq=False, repr=False)
    _process: int = field(default=0, init=False, eq=False, repr=False)

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Send a request in a thread and return its answer, with the errors of the blocking transport."""
        until = None if timeout is None else time.monotonic() + timeout
        work = self._submit(request, until)
        try:
            return await self._answer(work, request, timeout)
        except asyncio.CancelledError as cancelled:
            if work.cancel():
                raise cancelled from no_answer_error(
                    request, "it was cancelled while it waited for a thread", unsent=True
                )
            raise

    async def _answer(self, work: Future[Response], request: Request, timeout: float | None) -> Response:  # noqa: ASYNC109
        answer = asyncio.wrap_future(work)
        if timeout is not None:
            await _settled(answer, timeout)
            if work.cancel():
                raise self._late(request)
        return await answer

    def _submit(self, request: Request, until: float | None) -> Future[Response]:
        context = copy_context()
        while True:
            try:
                return self._open_pool().submit(lambda: context.run(self._send, request, until))
            except ClosedError:  # another thread has just closed the pool
                continue

    def _open_pool(self) -> DaemonPool:
        if self._pool is None or self._process != os.getpid():  # a fork has no threads
            self._pool, self._process = DaemonPool(self.max_threads), os.getpid()
        return self._pool

    def _send(self, request: Request, until: float | None) -> Response:
        remaining = None if until is None else until - time.monotonic()
        if remaining is not None and remaining <= 0:
            raise self._late(request)
        return self.transport.send(request, remaining)

    def _late(self, request: Request) -> NoAnswerError | OutcomeUnknownError:
        why = f"its timeout passed while all {self.max_threads} threads were busy"
        return no_answer_error(request, why, unsent=True, timed_out=True)

    def close(self) -> None:
        """End each thread after its current request. A later `send` starts new threads."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


async def _settled(answer: asyncio.Future[Any], seconds: float) -> None:
    """Wait until a future is done, for so many seconds at most. The caller reads its result or error."""
    try:
        await asyncio.wait((answer,), timeout=seconds)
    except asyncio.CancelledError:
        answer.cancel()
        raise
