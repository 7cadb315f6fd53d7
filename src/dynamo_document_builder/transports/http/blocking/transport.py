"""The direct transport: no SDK between a request and its socket."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.transports.http.addresses import connect_deadline
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.blocking.pool import Pool
from dynamo_document_builder.transports.http.configuration.settings import TransportOptions
from dynamo_document_builder.transports.http.configuration.wiring import (
    Route,
    Wiring,
    wiring_from_client,
    wiring_from_options,
)
from dynamo_document_builder.transports.http.exchange import AttemptLostError, Exchange, stubbed_response
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.blocking.connection import Connection
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.transports.http.configuration.settings import Endpoint
    from dynamo_document_builder.transports.http.retries import RetryMode
    from dynamo_document_builder.wire.request import Request, Response


class HttpTransport:
    """
    Sends requests over sockets of the library's own: several times cheaper than an SDK, and quicker to start.

    `HttpTransport()` is configured as a boto3 client would be: by the environment, and by the files and profiles of
    AWS. It reads the environment without an SDK. It loads botocore where there is a configuration file, or where
    something is set that only botocore knows, such as FIPS endpoints. `HttpTransport.from_client(client)` is
    configured as the client is: credentials and their refresh, endpoints, authorities, timeouts, retries, user agent,
    and event handlers, so that moto and Stubber work. Either refuses what it cannot do, by name: proxies, adaptive
    retries, endpoint discovery, other signatures, client certificates, `verify=False`, traced clients.

    It retries as botocore does. In addition it signs once more where a signature was refused because of the local
    clock, or because of a token that has expired. An answer whose checksum is wrong, or whose body is not a JSON
    object, is never a result: the transport sends again. Connections are kept, ten by default, and never shared with a
    forked process. One transport serves any number of threads.

    It needs the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: it cannot be configured so. A profile or an endpoint that does not work can be known at the
            first request only; nothing was sent then.
        ModuleNotFoundError: the extra `direct` is not installed.

    Example:
        >>> transport = HttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000")
        >>> people = Table("people", transport=transport)
        >>> people.close()

    """

    __slots__ = ("__weakref__", "_open", "_pools", "_sleep", "_wiring")

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

        *credentials* are botocore's, or anything with `access_key`, `secret_key` and `token`, or a function that
        returns such. The function is called in a thread, once a second at most, also where it fails. Both timeouts are
        60 seconds by default, and bound one connection and one silence; the `timeout=` of a send bounds all of it.
        *ssl_context* replaces the one that verifies hosts by the authorities of the system.
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
        transport = cls.__new__(cls)
        transport._begin(lambda: wiring_from_client(client, ssl_context))  # noqa: SLF001  its own
        return transport

    def _begin(self, wired: Callable[[], Wiring]) -> None:
        # Lazy import: it needs the extra `direct`, and naming the class does not.
        from dynamo_document_builder.transports.http.blocking.connection import Connection  # noqa: PLC0415

        self._wiring = wired()
        _ = self._wiring.config  # so that what cannot work is refused here
        self._pools: dict[Endpoint, Pool] = {}
        self._open = Connection
        self._sleep: Callable[[float], None] = time.sleep

    def _connect(self, route: Route, deadline: float | None) -> Connection:
        until = connect_deadline(self._wiring.config.settings, deadline)
        trust = route.trust
        if trust is None:
            return self._connected(route, None, until)
        context = trust.context
        try:
            return self._connected(route, context, until)
        except AttemptLostError as error:
            if not trust.may_need_all(error.__cause__, context):
                raise
        trust.load_all()
        return self._connected(route, trust.context, until)

    def _connected(self, route: Route, context: ssl.SSLContext | None, until: float) -> Connection:
        return self._open(route.endpoint, self._wiring.config.settings, context, until)

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """
        Send a request and return its answer, or raise one of the library's errors.

        `timeout` bounds all of it: loading keys, connecting, retries and their pauses.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        begun = wiring.begin(request)
        if begun is not None and begun.answer is not None:
            return stubbed_response(begun, begun.answer)
        exchange = Exchange(wiring.send_context, request, begun, timeout)
        while True:
            wait = self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + wait >= deadline:
                raise exchange.timeout_error()
            self._sleep(wait)

    def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        wiring = self._wiring
        keys = wiring.credentials.current() or self._keys(exchange, deadline)
        route = wiring.known_route(exchange.request, keys) or wiring.route(exchange.request, keys)
        data = exchange.next_attempt(keys, route.writer)
        if isinstance(data, Answer):
            return exchange.on_answer(data)
        pool = self._pools.get(route.endpoint) or self._new_pool(route)
        try:
            connection = pool.take(deadline)
            try:
                answer = connection.exchange(data, deadline)
            except BaseException:  # Ctrl-C too: what is left of the answer must not meet the next request
                connection.close()
                raise
        except AttemptLostError as error:
            return exchange.on_loss(error)
        pool.give_back(connection)
        return exchange.on_answer(answer)

    def _keys(self, exchange: Exchange, deadline: float | None) -> Credentials:
        # Lazy import: it loads `logging`, and keys of the environment need no thread.
        from dynamo_document_builder.transports.threads.daemon_pool import result_within  # noqa: PLC0415

        try:
            return result_within(
                self._wiring.credentials.load_in_thread(), None if deadline is None else deadline - time.monotonic()
            )
        except StillRunningError:
            raise exchange.timeout_error("credentials") from None
        except Exception as error:
            failure = exchange.credentials_error(error)
            if failure is error:
                raise
            raise failure from error

    def _new_pool(self, route: Route) -> Pool:
        pool = Pool(partial(self._connect, route), self._wiring.config.settings.pool_size)
        return self._pools.setdefault(route.endpoint, pool)

    def close(self) -> None:
        """Close the idle connections. Sending again opens new ones."""
        for pool in list(self._pools.values()):
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"HttpTransport({self._wiring.summary})"

    def __reduce__(self) -> Any:
        raise UsageError("an HttpTransport has connections, and cannot be pickled: make one in each process")
