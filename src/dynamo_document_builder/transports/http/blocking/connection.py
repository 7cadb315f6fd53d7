"""A connection of the blocking transport: sends a request and reads its answer."""

from __future__ import annotations

import select
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.transports.http.addresses import addresses_of, open_socket, with_timeouts
from dynamo_document_builder.transports.http.answers import BrokenAnswerError
from dynamo_document_builder.transports.http.exchange import AttemptLostError
from dynamo_document_builder.transports.http.parser import AnswerReader
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, run_with_timeout

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from dynamo_document_builder.transports.http.addresses import Address
    from dynamo_document_builder.transports.http.answers import Answer
    from dynamo_document_builder.transports.http.configuration.settings import ConnectionSettings, Endpoint

_CHUNK: Final = 64 * 1024
"""Bytes. More than a TLS record, so that `recv` leaves no decrypted bytes behind, which `poll` does not see."""

_SOON: Final = 0.001
"""Seconds: a time-out of zero would make the socket non-blocking."""


class Connection:
    """
    A connection to an endpoint. Only one thread may use it at a time.

    The socket is non-blocking, and this class polls it. A socket with a time-out would poll before every `send` and
    `recv`, and release the interpreter lock each time.
    """

    __slots__ = (
        "_has_sent",
        "_no_room",
        "_nothing_to_read",
        "_read_timeout_ms",
        "_readable",
        "_reader",
        "_socket",
        "_tls",
        "has_surplus",
        "made_at",
    )

    def __init__(
        self, endpoint: Endpoint, settings: ConnectionSettings, tls: ssl.SSLContext | None, until: float
    ) -> None:
        self._socket = _connect_socket(endpoint, settings, tls, until)
        self._tls = tls is not None
        self._has_sent = False
        """True if a byte of the current request was sent."""
        self._socket.settimeout(0)
        self._nothing_to_read, self._no_room = _blocking_errors(tls)
        self._readable = _poller(self._socket)
        self.has_surplus = partial(self._readable, 0)
        """Returns events since the last answer: surplus bytes, or the end of the connection."""
        self._read_timeout_ms = settings.read_timeout * 1000
        self._reader = AnswerReader()
        self.made_at = time.monotonic()

    @property
    def can_be_reused(self) -> bool:
        reader = self._reader
        return reader.is_complete and reader.keeps_alive and not reader.has_surplus

    def exchange(self, data: bytes, deadline: float | None) -> Answer:
        """Send a request and read its answer."""
        self._has_sent = False
        try:
            self._send(data, deadline)
            return self._answer(deadline)
        except TimeoutError as error:
            raise AttemptLostError("no answer came in time", unsent=not self._has_sent, timed_out=True) from error
        except (OSError, BrokenAnswerError) as error:
            raise AttemptLostError(str(error) or type(error).__name__, unsent=not self._has_sent) from error

    def _send(self, data: bytes, deadline: float | None) -> None:
        if deadline is not None and time.monotonic() >= deadline:
            raise TimeoutError
        sent = 0
        while sent < len(data):
            try:
                sent += self._socket.send(memoryview(data)[sent:] if sent else data)
                self._has_sent = True
            except self._no_room:
                self._has_sent |= self._tls  # a part of a TLS record may have been sent
                self._wait_for_room(deadline)
            except self._nothing_to_read:
                self._wait_for_more(deadline)

    def _answer(self, deadline: float | None) -> Answer:
        reader = self._reader
        reader.start()
        while True:
            self._wait_for_more(deadline)
            try:
                data = self._socket.recv(_CHUNK)
            except self._nothing_to_read:  # only a part of a TLS record has come
                continue
            except self._no_room:
                self._wait_for_room(deadline)
                continue
            if not data and not reader.finish():
                raise ConnectionResetError("the connection was closed before the answer was whole")
            if not data or reader.feed(data):
                return reader.answer()

    def _wait_for_more(self, deadline: float | None) -> None:
        if not self._readable(self._milliseconds(deadline)):
            raise TimeoutError

    def _wait_for_room(self, deadline: float | None) -> None:
        if not _poller(self._socket, to_write=True)(self._milliseconds(deadline)):
            raise TimeoutError

    def _milliseconds(self, deadline: float | None) -> float:
        """Return the time-out of the next poll."""
        if deadline is None:
            return self._read_timeout_ms
        return min(max(deadline - time.monotonic(), 0.0) * 1000, self._read_timeout_ms)

    def close(self) -> None:
        self._socket.close()


def _blocking_errors(tls: ssl.SSLContext | None) -> tuple[type[OSError], type[OSError]]:
    """Return the exceptions for "nothing to read" and "no room to write". With TLS, any call can raise both."""
    if tls is None:
        return BlockingIOError, BlockingIOError
    import ssl  # noqa: PLC0415  lazy import: an endpoint without TLS does not need it

    return ssl.SSLWantReadError, ssl.SSLWantWriteError


def _poller(opened: socket.socket, *, to_write: bool = False) -> Callable[[float], Iterable[object]]:
    """Return a function that waits some milliseconds for the socket; its result is empty if the time-out passed."""
    if not hasattr(select, "poll"):  # Windows
        reading, writing = ([], [opened]) if to_write else ([opened], [])
        return lambda milliseconds: select.select(reading, writing, (), milliseconds / 1000)[to_write]
    poll = select.poll()
    poll.register(opened, select.POLLOUT if to_write else select.POLLIN)
    return poll.poll


def _connect_socket(
    endpoint: Endpoint, settings: ConnectionSettings, tls: ssl.SSLContext | None, until: float
) -> socket.socket:
    try:
        plain = _open_first(_resolve(endpoint, until), until)
    except (TimeoutError, StillRunningError) as error:
        raise _timeout_error(endpoint) from error
    except OSError as error:
        raise AttemptLostError(f"no connection to {endpoint.host}: {error}", unsent=True) from error
    try:
        if settings.keep_alive:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if tls is None:
            return plain
        plain.settimeout(max(until - time.monotonic(), _SOON))
        return tls.wrap_socket(plain, server_hostname=endpoint.host)
    except TimeoutError as error:
        plain.close()
        raise _timeout_error(endpoint) from error
    except OSError as error:  # includes TLS errors; no byte of the request was sent
        plain.close()
        raise AttemptLostError(f"no TLS with {endpoint.host}: {error}", unsent=True) from error
    except BaseException:
        plain.close()
        raise


def _timeout_error(endpoint: Endpoint) -> AttemptLostError:
    return AttemptLostError(f"no connection to {endpoint.host} in time", unsent=True, timed_out=True)


def _resolve(endpoint: Endpoint, until: float) -> list[Address]:
    try:
        return run_with_timeout(
            until - time.monotonic(), lambda: addresses_of(endpoint)
        )  # a resolver cannot be interrupted
    except RuntimeError:  # Python starts no threads while it shuts down
        return addresses_of(endpoint)


def _open_first(addresses: list[Address], until: float) -> socket.socket:
    failure = OSError("it has no address")
    for (family, address), seconds in with_timeouts(addresses, until):
        try:
            opened = open_socket(family)
        except OSError as error:  # the system does not support the address family
            failure = error
            continue
        try:
            opened.settimeout(seconds)
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise failure
