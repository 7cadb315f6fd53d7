"""One connection that blocks: bytes out, one answer in."""

from __future__ import annotations

import select
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.transports.direct.answers import AnswerReader, BrokenAnswerError
from dynamo_document_builder.transports.direct.exchange import LostError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from dynamo_document_builder.transports.direct.answers import Answer
    from dynamo_document_builder.transports.direct.settings import Endpoint, Patience

_CHUNK: Final = 64 * 1024


class Connection:
    """A connection to the endpoint; whoever has it has it alone."""

    __slots__ = ("_read_timeout", "_reader", "_socket", "made_at", "surprises")

    def __init__(self, endpoint: Endpoint, patience: Patience, tls: ssl.SSLContext | None, limit: float) -> None:
        self._socket = _connected(endpoint, patience, tls, limit)
        self._read_timeout = patience.read_timeout
        self._socket.settimeout(self._read_timeout)
        self._reader = AnswerReader()
        self.surprises = _watching(self._socket)
        """Gives what came since the last answer: the end of the connection, or what nobody asked for."""
        self.made_at = time.monotonic()

    @property
    def can_be_reused(self) -> bool:
        return self._reader.can_be_reused

    def exchange(self, data: bytes, deadline: float | None) -> Answer:
        """Send a request and read its answer."""
        try:
            self._send(data, deadline)
            return self._answer(deadline)
        except TimeoutError as error:
            raise LostError("no answer came in time", timed_out=True) from error
        except (OSError, BrokenAnswerError) as error:
            raise LostError(str(error) or type(error).__name__) from error

    def _send(self, data: bytes, deadline: float | None) -> None:
        if deadline is not None:
            self._limit(deadline)
        self._socket.sendall(data)

    def _answer(self, deadline: float | None) -> Answer:
        reader = self._reader
        reader.start()
        while True:
            if deadline is not None:
                self._limit(deadline)
            data = self._socket.recv(_CHUNK)
            if not data:
                raise ConnectionResetError("the connection was closed before the answer was whole")
            if reader.feed(data):
                if deadline is not None:
                    self._socket.settimeout(self._read_timeout)
                return reader.answer()

    def _limit(self, deadline: float) -> None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._socket.settimeout(min(remaining, self._read_timeout))

    def close(self) -> None:
        self._socket.close()


def _watching(opened: socket.socket) -> Callable[[], Iterable[object]]:
    """Return what tells, without waiting, whether a socket has something to read: anything it returns says yes."""
    if not hasattr(select, "poll"):  # Windows
        return lambda: select.select([opened], (), (), 0)[0]
    poll = select.poll()
    poll.register(opened, select.POLLIN)
    return partial(poll.poll, 0)


def _connected(endpoint: Endpoint, patience: Patience, tls: ssl.SSLContext | None, limit: float) -> socket.socket:
    try:
        plain = socket.create_connection((endpoint.host, endpoint.port), timeout=limit)
    except TimeoutError as error:
        raise LostError(f"no connection to {endpoint.host} in time", unsent=True, timed_out=True) from error
    except OSError as error:
        raise LostError(f"no connection to {endpoint.host}: {error}", unsent=True) from error
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if patience.keep_alive:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return plain if tls is None else tls.wrap_socket(plain, server_hostname=endpoint.host)
    except OSError as error:  # those of TLS are OSErrors too; nothing of the request has left
        plain.close()
        raise LostError(f"no TLS with {endpoint.host}: {error}", unsent=True) from error
    except BaseException:
        plain.close()
        raise
