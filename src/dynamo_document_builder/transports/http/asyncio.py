"""The direct transport for callers that await: no SDK and no threads between a request and its socket."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, CancelledError, Future, get_running_loop, shield, sleep, timeout, to_thread
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.facts import named
from dynamo_document_builder.transports.faults import no_answer
from dynamo_document_builder.transports.http.asyncio_connection import Connection
from dynamo_document_builder.transports.http.asyncio_pool import Pool
from dynamo_document_builder.transports.http.credentials import KEPT_SECONDS, from_environment
from dynamo_document_builder.transports.http.exchange import Exchange, LostError, concluded
from dynamo_document_builder.transports.http.parser import Answer
from dynamo_document_builder.transports.http.wiring import Wiring, of_client, stand_alone

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from dynamo_document_builder.transports.http.retries import RetryMode
    from dynamo_document_builder.wire.request import Request, Response

NEVER: Final = float("inf")


@define(eq=False, init=False, repr=False)
class AsyncHttpTransport:
    """
    What `HttpTransport` is, for callers that await: the same requests, retries and errors, on the event loop itself.

    At most *pool_size* requests are under way at once in an event loop; the others wait in line, as part of their
    `timeout`. One transport serves any number of event loops, asyncio's or uvloop's, each with connections of its own.
    They are closed by `aclose`, by the end of their event loop, or when the transport is forgotten.

    A cancelled request drops its connection. One that had not left then says so by the `NoAnswerError` that is the
    cause of the `CancelledError`; any other write is of unknown outcome.

    It needs the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: it cannot be configured so.

    Example:
        >>> async def main():
        ...     async with AsyncHttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000") as transport:
        ...         people = Table("people", transport=transport)

    """

    _wiring: Wiring
    _pools: dict[AbstractEventLoop, Pool]
    _preparations: dict[AbstractEventLoop, Future[None]]
    _prepared_until: float
    _sleep: Callable[[float], Awaitable[object]]

    def __init__(
        self,
        *,
        region: str | None = None,
        endpoint_url: str | None = None,
        credentials: Any = None,
        connect_timeout: float = 60.0,
        read_timeout: float = 60.0,
        max_attempts: int | None = None,
        retry_mode: RetryMode | None = None,
        pool_size: int = 10,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """
        Read what is not given from the environment.

        *credentials* are botocore's, or anything with `access_key`, `secret_key` and `token`, or a function that
        returns such; it is called in a thread. *ssl_context* replaces the one that verifies hosts by the authorities
        of the system.
        """
        self._begin(
            stand_alone(
                region,
                endpoint_url,
                credentials,
                ssl_context,
                connect_timeout=connect_timeout,
                read_timeout=read_timeout,
                max_attempts=max_attempts,
                retry_mode=retry_mode,
                pool_size=pool_size,
            )
        )

    @classmethod
    def from_client(cls, client: Any, *, ssl_context: ssl.SSLContext | None = None) -> Self:
        """Return a transport that does as a boto3 client is configured; a client with `verify=` needs *ssl_context*."""
        return cls._of(of_client(client, ssl_context))

    @classmethod
    def like(cls, transport: Any) -> Self:
        """Return a transport that does as an `HttpTransport` does; they share keys, clock and retry quota."""
        wiring = getattr(transport, "_wiring", None)
        if not isinstance(wiring, Wiring):
            raise DefinitionError(f"AsyncHttpTransport.like(...): an HttpTransport, not {named(transport)}")
        return cls._of(wiring)

    @classmethod
    def _of(cls, wiring: Wiring) -> Self:
        transport = cls.__new__(cls)
        transport._begin(wiring)  # noqa: SLF001  its own
        return transport

    def _begin(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pools = {}
        self._preparations = {}
        self._prepared_until = 0.0
        self._sleep = sleep

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """
        Send a request and return its answer, or raise one of the library's errors.

        `timeout` bounds all of it, retries and their pauses included.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        begun = wiring.begin(request)
        if begun is not None and begun.answer is not None:
            return concluded(begun, begun.answer)
        if time.monotonic() >= self._prepared_until:
            await self._prepare(request, timeout)
        exchange = Exchange(wiring.sender, request, begun)
        while True:
            wait = await self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + wait >= deadline:
                raise exchange.out_of_time(timeout or 0.0)
            try:
                await self._sleep(wait)
            except CancelledError as cancelled:
                raise cancelled from exchange.given_up()

    async def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        try:
            answer = await self._exchanged(exchange, deadline)
        except LostError as error:
            return exchange.lost(error)
        return exchange.answered(answer)

    async def _exchanged(self, exchange: Exchange, deadline: float | None) -> Answer:
        data = exchange.next()
        if isinstance(data, Answer):
            return data
        pool = self._pool_here()
        connection = pool.take_idle() or await _taken(pool, exchange, deadline)
        try:
            answer = await connection.exchange(data, deadline)
        except BaseException:  # cancelled, too: what is left of the answer must not meet the next request
            pool.drop(connection)
            raise
        pool.give_back(connection)
        return answer

    def _pool_here(self) -> Pool:
        loop = get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            for other in list(self._pools):  # other threads have loops, too
                if other.is_closed():
                    self._pools.pop(other, None)
            pool = self._pools[loop] = Pool(partial(_connect, self._wiring), self._wiring.patience.pool_size)
        return pool

    async def _prepare(self, request: Request, seconds: float | None) -> None:
        """Have done in a thread what may block: look for keys, learn from a client, load authorities."""
        loop = get_running_loop()
        work = self._preparations.get(loop)
        if work is None:
            work = self._preparations[loop] = loop.run_in_executor(None, copy_context().run, self._look_up)
            work.add_done_callback(lambda _: self._preparations.pop(loop, None))
        try:
            async with timeout(seconds):
                await shield(work)
        except CancelledError as cancelled:
            raise cancelled from no_answer(request, "it was cancelled before it was signed", unsent=True)
        except TimeoutError as error:
            why = f"no keys were found within {seconds} seconds"
            raise no_answer(request, why, unsent=True, timed_out=True) from error

    def _look_up(self) -> None:
        begin, wiring = time.monotonic(), self._wiring
        _ = wiring.sender, wiring.trust
        wiring.credentials.current()
        self._prepared_until = NEVER if wiring.credentials.load is from_environment else begin + KEPT_SECONDS

    async def aclose(self) -> None:
        """Close the idle connections, and those in use when they have their answers. Sending again opens new ones."""
        pool = self._pools.pop(get_running_loop(), None)
        if pool is not None:
            await pool.aclose()
        self.close()

    def close(self) -> None:
        """Do what `aclose` does, without waiting for it."""
        while self._pools:
            loop, pool = self._pools.popitem()
            with suppress(RuntimeError):  # a loop that is closed has closed them
                loop.call_soon_threadsafe(pool.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncHttpTransport({self._wiring.endpoint.header!r}, region={self._wiring.region!r})"

    def __reduce__(self) -> Any:
        raise UsageError("an AsyncHttpTransport has connections, and cannot be pickled: make one in each process")


async def _taken(pool: Pool, exchange: Exchange, deadline: float | None) -> Connection:
    try:
        return await pool.take(deadline)
    except CancelledError as cancelled:
        if exchange.attempts > 1:
            raise
        why = "it was cancelled while it waited for a connection"
        raise cancelled from no_answer(exchange.request, why, unsent=True)


async def _connect(wiring: Wiring, deadline: float | None) -> Connection:
    trust = wiring.trust
    if trust is None:
        return await _connected(wiring, None, deadline)
    context = trust.context
    try:
        return await _connected(wiring, context, deadline)
    except LostError as error:
        if not trust.may_learn(error.__cause__, context):
            raise
    await to_thread(trust.learn)
    return await _connected(wiring, trust.context, deadline)


async def _connected(wiring: Wiring, context: ssl.SSLContext | None, deadline: float | None) -> Connection:
    endpoint, patience = wiring.endpoint, wiring.patience
    limit = patience.connect_timeout
    if deadline is not None:
        limit = min(limit, deadline - time.monotonic())
    try:
        async with timeout(limit):
            _, connection = await get_running_loop().create_connection(
                lambda: Connection(patience.read_timeout), endpoint.host, endpoint.port, ssl=context
            )
    except TimeoutError as error:
        raise LostError(f"no connection to {endpoint.host} in time", unsent=True, timed_out=True) from error
    except OSError as error:  # those of TLS are OSErrors too; nothing of the request has left
        raise LostError(f"no connection to {endpoint.host}: {error}", unsent=True) from error
    if patience.keep_alive:
        connection.keep_alive()
    return connection
