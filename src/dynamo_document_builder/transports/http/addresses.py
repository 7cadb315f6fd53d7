"""The addresses of a host, and how long to try each."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.transports.http.configuration.settings import ConnectionSettings, Endpoint

Address: TypeAlias = "tuple[int, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]"
_AT_LEAST: Final = 0.25
"""Seconds in which a host far away answers: as long as RFC 8305 has a client wait before it tries the next address."""


def addresses_of(endpoint: Endpoint) -> list[Address]:
    """Look a host up: its addresses, each with its family. This may take as long as the resolver likes."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty, or longer than any
        raise OSError(str(error)) from error
    return [(family, address) for family, _, _, _, address in found]


def open_socket(family: int) -> socket.socket:
    """Return a socket that sends what it is given at once."""
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def connect_deadline(settings: ConnectionSettings, deadline: float | None) -> float:
    """Return when a connection has to be there that is begun now."""
    limit = time.monotonic() + settings.connect_timeout
    return limit if deadline is None else min(limit, deadline)


def with_timeouts(addresses: list[Address], until: float) -> Iterator[tuple[Address, float]]:
    """
    Give each address the seconds to try it, until time is up.

    An equal part of what is left, so that dead addresses leave time for the next; but a quarter of a second, if it is
    left, as parts of a short time would be too short for a host that is far away.
    """
    for tried, address in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        yield address, max(left / (len(addresses) - tried), min(left, _AT_LEAST))
