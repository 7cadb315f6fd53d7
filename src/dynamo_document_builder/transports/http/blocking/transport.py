"""The direct transport that blocks: sends requests over its own sockets, without an SDK."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Self

from dynamo_document_builder.transports.http.addresses import connect_deadline
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.blocking.pool import Pool
from dynamo_document_builder.transports.http.direct import DirectTransport
from dynamo_document_builder.transports.http.exchange import AttemptLostError, Exchange, stubbed_response
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.blocking.connection import Connection
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.transports.http.configuration.settings import Endpoint
    from dynamo_document_builder.transports.http.configuration.wiring import Route, Wiring
    from dynamo_document_builder.wire.request import Request, Response


class HttpTransport(DirectTransport):
    """
    Sends requests over its own sockets. It uses several times less CPU than an SDK, and starts faster.

    `HttpTransport()` reads the same configuration as a boto3 client: the environment, and the files and profiles of
    AWS. It reads the environment without an SDK. It imports botocore only if there is a configuration file, or if a
    variable is set that only botocore supports, such as the one for FIPS endpoints.

    `HttpTransport.from_client(client)` copies the configuration of a client: credentials and their refresh, endpoints,
    certificates, timeouts, retries, user agent and event handlers. So moto and Stubber work.

    Both raise a `DefinitionError` for what they do not support: proxies, adaptive retries, endpoint discovery, other
    signatures, client certificates, `verify=False`, and clients that are traced.

    The transport retries as botocore does. It also signs a request again, once, if the local clock is wrong or a token
    has expired. It never returns an answer with a wrong checksum, or whose body is not a JSON object: it retries.

    It keeps idle connections open, ten by default, and shares none with a forked process. A transport can be used by
    any number of threads.

    Install it with the extra `direct`: `pip install 'dynamo-document-builder[direct]'`.

    Raises:
        DefinitionError: The configuration is invalid or not supported. Some errors, such as a profile that does not
            work, are raised by the first request. Nothing was sent.
        ModuleNotFoundError: The extra `direct` is not installed.

    Example:
        >>> transport = HttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000")
        >>> people = Table("people", transport=transport)
        >>> people.close()

    """

    __slots__ = ("_open", "_pools", "_sleep")

    def _wire(self, make_wiring: Callable[[], Wiring]) -> None:
        # lazy import: needs the extra `direct`, which a program that only names the class may not have
        from dynamo_document_builder.transports.http.blocking.connection import Connection  # noqa: PLC0415

        super()._wire(make_wiring)
        _ = self._wiring.config  # loads it now, so that an invalid configuration raises here
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
        Send a request and return its answer, with the errors of `Transport.send`.

        The *timeout* includes loading credentials, connecting, and all retries with their pauses.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        wiring = self._wiring
        hooked = wiring.call_hooks(request)
        if hooked is not None and hooked.answer is not None:
            return stubbed_response(hooked, hooked.answer)
        exchange = Exchange(wiring.send_context, request, hooked, timeout)
        while True:
            delay = self._attempt(exchange, deadline)
            if exchange.response is not None:
                return exchange.response
            if deadline is not None and time.monotonic() + delay >= deadline:
                raise exchange.timeout_error()
            self._sleep(delay)

    def _attempt(self, exchange: Exchange, deadline: float | None) -> float:
        """Make an attempt, and return the seconds to wait before the next one, if there is no response yet."""
        wiring = self._wiring
        keys = wiring.credentials.current() or self._load_keys(exchange, deadline)
        route = wiring.known_route(exchange.request, keys) or wiring.route(exchange.request, keys)
        data = exchange.next_attempt(keys, route.writer)
        if isinstance(data, Answer):
            return exchange.on_answer(data)
        pool = self._pools.get(route.endpoint) or self._new_pool(route)
        try:
            connection = pool.take(deadline)
            try:
                answer = connection.exchange(data, deadline)
            except BaseException:  # also Ctrl-C: the next request must not read the remaining bytes of this answer
                connection.close()
                raise
        except AttemptLostError as error:
            return exchange.on_loss(error)
        pool.give_back(connection)
        return exchange.on_answer(answer)

    def _load_keys(self, exchange: Exchange, deadline: float | None) -> Credentials:
        # lazy import: loads `logging`, 3 ms; credentials from the environment need no thread
        from dynamo_document_builder.transports.threads.daemon_pool import result_within  # noqa: PLC0415

        remaining = None if deadline is None else deadline - time.monotonic()
        try:
            return result_within(self._wiring.credentials.load_in_thread(), remaining)
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
        """Close the idle connections. A later `send` opens new ones."""
        for pool in list(self._pools.values()):
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
