"""A connection of the async transport: opens it, sends a request and reads its answer."""

from __future__ import annotations

import select
import socket
import time
from asyncio import Future, Protocol, TimerHandle, get_running_loop, timeout_at, wrap_future
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.transports.http.addresses import addresses_of, connect_deadline, open_socket, with_timeouts
from dynamo_document_builder.transports.http.answers import BrokenAnswerError
from dynamo_document_builder.transports.http.exchange import AttemptLostError
from dynamo_document_builder.transports.http.parser import AnswerReader
from dynamo_document_builder.transports.threads.daemon_pool import run_in_thread

if TYPE_CHECKING:
    import ssl

    from dynamo_document_builder.transports.http.addresses import Address
    from dynamo_document_builder.transports.http.answers import Answer
    from dynamo_document_builder.transports.http.configuration.wiring import Route, Wiring


class Connection(Protocol):
    """
    A connection to an endpoint. Only one request may use it at a time; bytes that are not its answer close it.

    Most requests are answered long before their time-out. So a timer that is already running is used again: when it
    fires, it checks the current time-out, and is set again if that is later.
    """

    def __init__(self, read_timeout: float) -> None:
        self.is_open = False
        self.made_at = time.monotonic()
        self._loop = get_running_loop()
        self._reader = AnswerReader()
        self._transport: Any = None
        self._poll: select.poll | None = None
        self._ended: Future[None] = self._loop.create_future()
        self._answer: Future[Answer] | None = None
        self._read_timeout = read_timeout
        self._deadline: float | None = None
        self._due = self._rings = 0.0
        self._timer: TimerHandle | None = None

    async def exchange(self, data: bytes, deadline: float | None) -> Answer:
        """Send a request and return its answer. If the caller is cancelled, it must `drop` the connection."""
        if deadline is not None and time.monotonic() >= deadline:
            raise AttemptLostError("no answer came in time", unsent=True, timed_out=True)
        answer: Future[Answer] = self._loop.create_future()
        self._answer = answer
        self._deadline = deadline
        self._reader.start()
        self._await_more()
        self._transport.write(data)
        if self._transport.is_closing():  # no byte was sent: it was closed before, or the kernel refused the bytes
            self._answer = None
            raise AttemptLostError("the connection was closed before the request was sent", unsent=True)
        try:
            return await answer
        finally:
            self._answer = None

    @property
    def is_fresh(self) -> bool:
        """True if nothing came since the last answer. It polls, as the loop may not have seen the end of it yet."""
        return self.is_open and not (self._poll is not None and self._poll.poll(0))

    def drop(self) -> None:
        """Close the connection at once."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()

    async def closed(self) -> None:
        """Wait until a connection that was dropped is closed."""
        await self._ended

    def keep_alive(self) -> None:
        """Turn on TCP keep-alive probes."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    # The callbacks of the event loop:

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.is_open = True
        if hasattr(select, "poll"):  # not on Windows
            self._poll = select.poll()
            self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer is None or answer.done():  # surplus bytes
            self.drop()
            return
        try:
            complete = self._reader.feed(data)
        except BrokenAnswerError as error:
            self._lose(AttemptLostError(str(error)))
            return
        if complete:
            self.is_open = self._reader.can_be_reused
            answer.set_result(self._reader.answer())
        else:
            self._await_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self.drop()
        answer = self._answer
        if exc is None and answer is not None and not answer.done() and self._reader.finish():
            answer.set_result(self._reader.answer())
        why = exc or "the connection was closed before the answer was whole"
        self._lose(AttemptLostError(str(why) or type(why).__name__))
        if not self._ended.done():
            self._ended.set_result(None)

    def _lose(self, error: AttemptLostError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _await_more(self) -> None:
        self._due = time.monotonic() + self._read_timeout
        if self._deadline is not None and self._deadline < self._due:
            self._due = self._deadline
        if self._timer is not None and self._rings > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self._rings = self._due
        self._timer = self._loop.call_later(max(self._due - time.monotonic(), 0.0), self._look)

    def _look(self) -> None:
        self._timer = None
        if self._answer is None:
            return
        if time.monotonic() < self._due:
            self._set_timer()
        else:
            self._lose(AttemptLostError("no answer came in time", timed_out=True))


async def connected(wiring: Wiring, route: Route, deadline: float | None) -> Connection:
    """Open a connection to the endpoint of a route."""
    settings, trust = wiring.config.settings, route.trust
    until = connect_deadline(settings, deadline)
    context = None if trust is None else trust.context
    try:
        connection = await _connected(route, context, settings.read_timeout, until)
    except AttemptLostError as error:
        if trust is None or context is None or not trust.may_need_all(error.__cause__, context):
            raise
        await wrap_future(run_in_thread(trust.load_all))
        connection = await _connected(route, trust.context, settings.read_timeout, until)
    if settings.keep_alive:
        connection.keep_alive()
    return connection


async def _connected(route: Route, context: ssl.SSLContext | None, read_timeout: float, until: float) -> Connection:
    endpoint, loop = route.endpoint, get_running_loop()
    try:
        async with timeout_at(loop.time() + until - time.monotonic()):
            # In a daemon thread: a resolver cannot be interrupted, and the loop waits for its own threads when it ends.
            addresses = await wrap_future(run_in_thread(lambda: addresses_of(endpoint)))
            opened = await _open_first(addresses, until)
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(read_timeout),
                    sock=opened,
                    ssl=context,
                    server_hostname=None if context is None else endpoint.host,
                )
            except BaseException:
                opened.close()
                raise
    except TimeoutError as error:
        raise AttemptLostError(f"no connection to {endpoint.host} in time", unsent=True, timed_out=True) from error
    except OSError as error:  # includes TLS errors; no byte of the request was sent
        raise AttemptLostError(f"no connection to {endpoint.host}: {error}", unsent=True) from error
    return connection


async def _open_first(addresses: list[Address], until: float) -> socket.socket:
    loop, failure = get_running_loop(), OSError("it has no address")
    for (family, address), seconds in with_timeouts(addresses, until):
        try:
            opened = open_socket(family)
        except OSError as error:  # the system does not support the address family
            failure = error
            continue
        try:
            opened.settimeout(0)
            async with timeout_at(loop.time() + seconds):
                await loop.sock_connect(opened, address)
        except OSError as error:
            opened.close()
            failure = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise failure
