"""The direct transport for callers that await: no SDK and no threads between a request and its socket."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, CancelledError, get_running_loop, sleep, wait, wrap_future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.transports.errors import seconds_text
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.awaited.pool import Pool
from dynamo_document_builder.transports.http.configuration.settings import Endpoint, TransportOptions
from dynamo_document_builder.transports.http.configuration.wiring import (
    Route,
    Wiring,
    wiring_from_client,
    wiring_from_options,
)
from dynamo_document_builder.transports.http.exchange import AttemptLostError, Exchange, stubbed_response
from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight, run_in_thread
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Future

    from dynamo_document_builder.transports.http.awaited.connection import Connection
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.transports.http.configuration.settings import TransportConfig
    from dynamo_document_builder.transports.http.retries import RetryMode
    from dynamo_document_builder.wire.request import Request, Response

R = TypeVar("R")


@define(eq=False, init=False, repr=False)
class AsyncHttpTransport:
    """
    Awaits what `HttpTransport` blocks for: the same requests, retries and errors, on the event loop itself.

    At most *pool_size* requests are under way at once in an event loop; the others wait in line, as part of their
    `timeout`. One transport serves any number of event loops, asyncio's or uvloop's, each with connections of its own.
    They are closed by `aclose`, by the end of their event loop, or when the transport is forgotten.

    What may block is left to daemon threads: reading the files of AWS, loading keys and authorities, looking up hosts.
    Making a transport reads the environment only, so a profile that does not work is a `DefinitionError` of the first
    request.

    A cancelled request drops its connection. One that had not left then says so by the `NoAnswerError` that is the
    cause of the `CancelledError`; any other write is of unknown outcome.

    It needs the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: it cannot be configured so.
        ModuleNotFoundError: the extra `direct` is not installed.

    Example:
        >>> async def main():
        ...     async with AsyncHttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000") as transport:
        ...         people = Table("people", transport=transport)

    """

    _wiring: Wiring
    _config_load: SingleFlight[TransportConfig]
    _pools: dict[tuple[AbstractEventLoop, Endpoint], Pool]
    _connected: Callable[[Wiring, Route, float | None], Coroutine[Any, Any, Connection]]
    _sleep: Callable[[float], Awaitable[object]]

    def __init__(
        self,
        *,
        region: str | None = None,
        endpoint_url: str | None = None,
        credentials: Any = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
        retry_mode: RetryMode | None = None,
        pool_size: int = 10,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """
        Take what is given, and all else from the environment and the files of AWS.

        The parameters are those of `HttpTransport`.
        """
        self._begin(
            lambda: wiring_from_options(
                TransportOptions(
                    region=region,
                    endpoint_url=endpoint_url,
                    connect_timeout=connect_timeout,
                    read_timeout=read_timeout,
                    max_attempts=max_attempts,
                    retry_mode=retry_mode,
                    pool_size=pool_size,
                ),
                credentials,
                ssl_context,
            )
        )

    @classmethod
    def from_client(cls, client: Any, *, ssl_context: ssl.SSLContext | None = None) -> Self:
        """Return a transport that is configured as a boto3 client is; *ssl_context* replaces its `verify`."""
        return cls._of(lambda: wiring_from_client(client, ssl_context))

    @classmethod
    def like(cls, transport: Any) -> Self:
        """Return a transport that does as an `HttpTransport` does; they share keys, clock and retry quota."""
        wiring = getattr(transport, "_wiring", None)
        if not isinstance(wiring, Wiring):
            raise DefinitionError(f"AsyncHttpTransport.like(...): an HttpTransport, not {given_type(transport)}")
        return cls._of(lambda: wiring)

    @classmethod
    def _of(cls, wired: Callable[[], Wiring]) -> Self:
        transport = cls.__new__(cls)
        transport._begin(wired)  # noqa: SLF001  its own
        return transport

    def _begin(self, wired: Callable[[], Wiring]) -> None:
        # Lazy import: it needs the extra `direct`, and naming the class does not.
        from dynamo_document_builder.transports.http.awaited.connection import connected  # noqa: PLC0415

        self._wiring = wiring = wired()
        self._config_load = SingleFlight(lambda: wiring.config)
        self._pools = {}
        self._connected = connected
        self._sleep = sleep

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """
        Send a request and return its answer, or raise one of the library's errors.

        `timeout` bounds all of it: loading keys, connecting, waiting in line, retries and their pauses.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        begun = wiring.begin(request)
        if begun is not None and begun.answer is not None:
            return stubbed_response(begun, begun.answer)
        if not wiring.is_loaded:
            await self._load_config(request, timeout)
        exchange = Exchange(wiring.send_context, request, begun, timeout)
        while True:
            wait = await self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + wait >= deadline:
                raise exchange.timeout_error()
            try:
                await self._sleep(wait)
            except CancelledError as cancelled:
                raise cancelled from exchange.cancelled_error()

    async def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        try:
            answer = await self._exchanged(exchange, deadline)
        except AttemptLostError as error:
            return exchange.on_loss(error)
        return exchange.on_answer(answer)

    async def _exchanged(self, exchange: Exchange, deadline: float | None) -> Answer:
        wiring = self._wiring
        keys = wiring.credentials.current() or await self._keys(exchange, deadline)
        route = wiring.known_route(exchange.request, keys) or await self._route(exchange, keys, deadline)
        data = exchange.next_attempt(keys, route.writer)
        if isinstance(data, Answer):
            return data
        pool = self._pool_here(route)
        connection = pool.take_idle() or await _taken(pool, exchange, deadline)
        try:
            answer = await connection.exchange(data, deadline)
        except BaseException:  # cancelled, too: what is left of the answer must not meet the next request
            pool.drop(connection)
            raise
        pool.give_back(connection)
        return answer

    def _pool_here(self, route: Route) -> Pool:
        here = get_running_loop(), route.endpoint
        pool = self._pools.get(here)
        if pool is None:
            for other in list(self._pools):  # other threads have loops, too
                if other[0].is_closed():
                    self._pools.pop(other, None)
            connect = partial(self._connected, self._wiring, route)
            pool = self._pools[here] = Pool(connect, self._wiring.config.settings.pool_size)
        return pool

    async def _load_config(self, request: Request, seconds: float | None) -> None:
        try:
            await _settled(self._config_load.start(), seconds)
        except StillRunningError:
            why = f"no configuration was read within {seconds_text(seconds)}"
            raise no_answer_error(request, why, unsent=True, timed_out=True) from None
        except CancelledError as cancelled:
            raise cancelled from no_answer_error(request, "it was cancelled before it was signed", unsent=True)

    async def _keys(self, exchange: Exchange, deadline: float | None) -> Credentials:
        try:
            return await _settled(self._wiring.credentials.load_in_thread(), _left(deadline))
        except StillRunningError:
            raise exchange.timeout_error("credentials") from None
        except CancelledError as cancelled:
            raise cancelled from exchange.cancelled_error()
        except Exception as error:
            failure = exchange.credentials_error(error)
            if failure is error:
                raise
            raise failure from error

    async def _route(self, exchange: Exchange, keys: Credentials, deadline: float | None) -> Route:
        """Find the route of a request in a thread, because that may load authorities, or ask a client."""
        finding = run_in_thread(lambda: self._wiring.route(exchange.request, keys))
        try:
            return await _settled(finding, _left(deadline))
        except StillRunningError:
            raise exchange.timeout_error("endpoint") from None
        except CancelledError as cancelled:
            raise cancelled from exchange.cancelled_error()

    async def aclose(self) -> None:
        """Close the idle connections, and those in use when they have their answers. Sending again opens new ones."""
        loop = get_running_loop()
        for here in [here for here in self._pools if here[0] is loop]:
            await self._pools.pop(here).aclose()
        self.close()

    def close(self) -> None:
        """Do what `aclose` does, without waiting for it."""
        while self._pools:
            (loop, _), pool = self._pools.popitem()
            with suppress(RuntimeError):  # a loop that is closed has closed them
                loop.call_soon_threadsafe(pool.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncHttpTransport({self._wiring.summary})"

    def __reduce__(self) -> Any:
        raise UsageError("an AsyncHttpTransport has connections, and cannot be pickled: make one in each process")


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else deadline - time.monotonic()


async def _settled(work: Future[R], seconds: float | None) -> R:
    """Wait for work in another thread, so many seconds at most. A `TimeoutError` is one of the work itself."""
    here = wrap_future(work)
    try:
        await wait((here,), timeout=seconds)
        if not here.done():
            raise StillRunningError
        return here.result()
    finally:
        here.cancel()  # so that nobody complains of an error that comes later


async def _taken(pool: Pool, exchange: Exchange, deadline: float | None) -> Connection:
    try:
        return await pool.take(deadline)
    except CancelledError as cancelled:
        if exchange.attempts > 1:
            raise
        why = "it was cancelled while it waited for a connection"
        raise cancelled from no_answer_error(exchange.request, why, unsent=True)
