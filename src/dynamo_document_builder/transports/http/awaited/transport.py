"""The direct transport for asyncio: sends requests over its own sockets, without an SDK and without threads."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, CancelledError, get_running_loop, sleep, wait, wrap_future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.transports.errors import seconds_text
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.awaited.pool import Pool
from dynamo_document_builder.transports.http.configuration.wiring import Route, Wiring
from dynamo_document_builder.transports.http.direct import DirectTransport
from dynamo_document_builder.transports.http.exchange import AttemptLostError, Exchange, stubbed_response
from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight, run_in_thread
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Future

    from dynamo_document_builder.transports.http.awaited.connection import Connection
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.transports.http.configuration.settings import Endpoint, TransportConfig
    from dynamo_document_builder.wire.request import Request, Response

R = TypeVar("R")


class AsyncHttpTransport(DirectTransport):
    """
    Sends requests over its own sockets without blocking the event loop: the async counterpart of `HttpTransport`.

    It takes the same options, and makes the same requests, retries and errors. In each event loop, at most *pool_size*
    requests are in progress at once. Further requests wait for a connection; their `timeout` includes this wait.

    A transport can be used by any number of event loops, of asyncio or uvloop. Each loop has separate connections.
    `aclose` closes them, and so does the end of the event loop.

    Daemon threads do the work that can block: reading the files of AWS, loading credentials and certificates, and
    resolving host names. The constructor reads the environment only, so a profile that does not work raises a
    `DefinitionError` in the first request.

    A request that is cancelled drops its connection. If it was not sent, the cause of the `CancelledError` is a
    `NoAnswerError`. Any other write that is cancelled may have been applied.

    Install it with the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: The configuration is invalid or not supported. Nothing was sent.
        ModuleNotFoundError: The extra `direct` is not installed.

    Example:
        >>> async def main():
        ...     async with AsyncHttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000") as transport:
        ...         people = Table("people", transport=transport)

    """

    __slots__ = ("_config_load", "_connected", "_pools", "_sleep")

    @classmethod
    def like(cls, transport: Any) -> Self:
        """Return the async counterpart of an `HttpTransport`. Both share credentials, clock and retry quota."""
        wiring = getattr(transport, "_wiring", None)
        if not isinstance(wiring, Wiring):
            raise DefinitionError(f"AsyncHttpTransport.like(...) takes an HttpTransport, not {given_type(transport)}")
        return cls._from_wiring(lambda: wiring)

    def _wire(self, make_wiring: Callable[[], Wiring]) -> None:
        # lazy import: needs the extra `direct`, which a program that only names the class may not have
        from dynamo_document_builder.transports.http.awaited.connection import connected  # noqa: PLC0415

        super()._wire(make_wiring)
        wiring = self._wiring
        self._config_load: SingleFlight[TransportConfig] = SingleFlight(lambda: wiring.config)
        self._pools: dict[tuple[AbstractEventLoop, Endpoint], Pool] = {}
        self._connected: Callable[[Wiring, Route, float | None], Coroutine[Any, Any, Connection]] = connected
        self._sleep: Callable[[float], Awaitable[object]] = sleep

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """
        Send a request and return its answer, with the errors of `Transport.send`.

        The *timeout* includes loading credentials, waiting for a connection, and all retries with their pauses.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        hooked = wiring.call_hooks(request)
        if hooked is not None and hooked.answer is not None:
            return stubbed_response(hooked, hooked.answer)
        if not wiring.is_loaded:
            await self._load_config(request, timeout)
        exchange = Exchange(wiring.send_context, request, hooked, timeout)
        while True:
            delay = await self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + delay >= deadline:
                raise exchange.timeout_error()
            try:
                await self._sleep(delay)
            except CancelledError as cancelled:
                raise cancelled from exchange.cancelled_error()

    async def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        """Make an attempt, and return the seconds to wait before the next one, if there is no response yet."""
        try:
            answer = await self._exchanged(exchange, deadline)
        except AttemptLostError as error:
            return exchange.on_loss(error)
        return exchange.on_answer(answer)

    async def _exchanged(self, exchange: Exchange, deadline: float | None) -> Answer:
        wiring = self._wiring
        keys = wiring.credentials.current() or await self._load_keys(exchange, deadline)
        route = wiring.known_route(exchange.request, keys) or await self._find_route(exchange, keys, deadline)
        data = exchange.next_attempt(keys, route.writer)
        if isinstance(data, Answer):
            return data
        pool = self._pool_for(route)
        connection = pool.take_idle() or await _taken(pool, exchange, deadline)
        try:
            answer = await connection.exchange(data, deadline)
        except BaseException:  # also if cancelled: the next request must not read the remaining bytes of this answer
            pool.drop(connection)
            raise
        pool.give_back(connection)
        return answer

    def _pool_for(self, route: Route) -> Pool:
        key = get_running_loop(), route.endpoint
        pool = self._pools.get(key)
        if pool is None:
            for other in list(self._pools):  # a copy: the event loops of other threads may add pools
                if other[0].is_closed():
                    self._pools.pop(other, None)
            connect = partial(self._connected, self._wiring, route)
            pool = self._pools[key] = Pool(connect, self._wiring.config.settings.pool_size)
        return pool

    async def _load_config(self, request: Request, seconds: float | None) -> None:
        try:
            await _settled(self._config_load.start(), seconds)
        except StillRunningError:
            why = f"no configuration was read within {seconds_text(seconds)}"
            raise no_answer_error(request, why, unsent=True, timed_out=True) from None
        except CancelledError as cancelled:
            raise cancelled from no_answer_error(request, "it was cancelled before it was signed", unsent=True)

    async def _load_keys(self, exchange: Exchange, deadline: float | None) -> Credentials:
        try:
            return await _settled(self._wiring.credentials.load_in_thread(), _remaining(deadline))
        except StillRunningError:
            raise exchange.timeout_error("credentials") from None
        except CancelledError as cancelled:
            raise cancelled from exchange.cancelled_error()
        except Exception as error:
            failure = exchange.credentials_error(error)
            if failure is error:
                raise
            raise failure from error

    async def _find_route(self, exchange: Exchange, keys: Credentials, deadline: float | None) -> Route:
        """Find the route of a request in a thread, because that may load certificates, or call a client."""
        finding = run_in_thread(lambda: self._wiring.route(exchange.request, keys))
        try:
            return await _settled(finding, _remaining(deadline))
        except StillRunningError:
            raise exchange.timeout_error("endpoint") from None
        except CancelledError as cancelled:
            raise cancelled from exchange.cancelled_error()

    async def aclose(self) -> None:
        """
        Close the idle connections now, and the others when their answers are complete.

        A later `send` opens new connections.
        """
        loop = get_running_loop()
        for key in [key for key in self._pools if key[0] is loop]:
            await self._pools.pop(key).aclose()
        self.close()

    def close(self) -> None:
        """Do what `aclose` does, without waiting until the connections are closed."""
        while self._pools:
            (loop, _), pool = self._pools.popitem()
            with suppress(RuntimeError):  # the loop is closed, which has closed the connections
                loop.call_soon_threadsafe(pool.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _remaining(deadline: float | None) -> float | None:
    return None if deadline is None else deadline - time.monotonic()


async def _settled(work: Future[R], seconds: float | None) -> R:
    """
    Return the result of work in another thread.

    Raises:
        StillRunningError: The work is not done after so many seconds. A `TimeoutError` comes from the work itself.

    """
    future = wrap_future(work)
    try:
        await wait((future,), timeout=seconds)
        if not future.done():
            raise StillRunningError
        return future.result()
    finally:
        future.cancel()  # otherwise asyncio logs an error that the work raises later


async def _taken(pool: Pool, exchange: Exchange, deadline: float | None) -> Connection:
    try:
        return await pool.take(deadline)
    except CancelledError as cancelled:
        if exchange.attempts > 1:
            raise
        why = "it was cancelled while it waited for a connection"
        raise cancelled from no_answer_error(exchange.request, why, unsent=True)
