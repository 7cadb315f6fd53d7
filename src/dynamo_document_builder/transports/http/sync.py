"""The direct transport: no SDK between a request and its socket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.transports.http.exchange import Exchange, LostError, concluded
from dynamo_document_builder.transports.http.parser import Answer
from dynamo_document_builder.transports.http.sync_connection import Connection
from dynamo_document_builder.transports.http.sync_pool import Pool
from dynamo_document_builder.transports.http.wiring import Wiring, of_client, stand_alone

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.retries import RetryMode
    from dynamo_document_builder.wire.request import Request, Response


class HttpTransport:
    """
    Carries requests over sockets of its own: several times cheaper than through an SDK, and quicker to start.

    `HttpTransport()` takes what it is not given from the environment, as the SDKs do: keys, region, endpoint, retries.
    As long as the environment has keys and a region, no SDK is loaded. `HttpTransport.from_client(client)` does as a
    boto3 client is configured: its credentials and their refresh, endpoint, timeouts, retries, user agent, and its
    event handlers, so that moto and Stubber work. What it cannot honour it refuses, and says what to use instead:
    proxies, adaptive retries, other signatures, client certificates, traced clients.

    Requests are tried again as botocore does it, but a signature refused for the time of the local clock, or for a
    token that has expired, is made anew and sent once more. An answer that does not have its checksum is never a
    result. Connections are kept, ten unless told otherwise, and never shared with a forked process. One transport
    serves any number of threads.

    It needs the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: it cannot be configured so.

    Example:
        >>> transport = HttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000")
        >>> people = Table("people", transport=transport)
        >>> people.close()

    """

    __slots__ = ("__weakref__", "_pool", "_sleep", "_wiring")

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
        returns such. *ssl_context* replaces the one that verifies hosts by the authorities of the system.
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
        transport = cls.__new__(cls)
        transport._begin(of_client(client, ssl_context))  # noqa: SLF001  its own
        return transport

    def _begin(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pool = Pool(self._connect, wiring.patience.pool_size)
        self._sleep: Callable[[float], None] = time.sleep

    def _connect(self, deadline: float | None) -> Connection:
        trust = self._wiring.trust
        if trust is None:
            return self._connected(None, deadline)
        context = trust.context
        try:
            return self._connected(context, deadline)
        except LostError as error:
            if not trust.may_learn(error.__cause__, context):
                raise
        trust.learn()
        return self._connected(trust.context, deadline)

    def _connected(self, context: ssl.SSLContext | None, deadline: float | None) -> Connection:
        wiring = self._wiring
        limit = wiring.patience.connect_timeout
        if deadline is not None:
            limit = max(min(limit, deadline - time.monotonic()), 0.001)
        return Connection(wiring.endpoint, wiring.patience, context, limit)

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """
        Send a request and return its answer, or raise one of the library's errors.

        `timeout` bounds all of it, retries and their pauses included.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        begun = wiring.begin(request)
        if begun is not None and begun.answer is not None:
            return concluded(begun, begun.answer)
        exchange = Exchange(wiring.sender, request, begun)
        while True:
            wait = self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + wait >= deadline:
                raise exchange.out_of_time(timeout or 0.0)
            self._sleep(wait)

    def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        data = exchange.next()
        if isinstance(data, Answer):
            return exchange.answered(data)
        try:
            connection = self._pool.take(deadline)
            try:
                answer = connection.exchange(data, deadline)
            except BaseException:  # Ctrl-C too: what is left of the answer must not meet the next request
                connection.close()
                raise
        except LostError as error:
            return exchange.lost(error)
        self._pool.give_back(connection)
        return exchange.answered(answer)

    def close(self) -> None:
        """Close the idle connections. Sending again opens new ones."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"HttpTransport({self._wiring.endpoint.header!r}, region={self._wiring.region!r})"

    def __reduce__(self) -> Any:
        raise UsageError("an HttpTransport has connections, and cannot be pickled: make one in each process")
