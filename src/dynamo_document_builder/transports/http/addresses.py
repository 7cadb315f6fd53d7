"""Resolves the addresses of a host, and divides the time to connect among them."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.transports.http.configuration.settings import ConnectionSettings, Endpoint

Address: TypeAlias = "tuple[int, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]"
_AT_LEAST: Final = 0.25
"""Seconds, enough for a distant host to answer: the delay of RFC 8305 before a client tries the next address."""


def addresses_of(endpoint: Endpoint) -> list[Address]:
    """Return the addresses of a host, each with its address family. The resolver has no time-out."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part of the host name is empty or too long
        raise OSError(str(error)) from error
    return [(family, address) for family, _, _, _, address in found]


def open_socket(family: int) -> socket.socket:
    """Return a new socket that sends small packets without delay."""
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def connect_deadline(settings: ConnectionSettings, deadline: float | None) -> float:
    """Return the time until which a connection must be open that starts now."""
    limit = time.monotonic() + settings.connect_timeout
    return limit if deadline is None else min(limit, deadline)


def with_timeouts(addresses: list[Address], until: float) -> Iterator[tuple[Address, float]]:
    """
    Yield each address with the seconds to try it; raise `TimeoutError` when the time is over.

    Each address gets an equal part of the remaining time, so that an unreachable address leaves time for the next one.
    The part is at least a quarter of a second, if that much time remains, so that a distant host can answer.
    """
    for tried, address in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        yield address, max(left / (len(addresses) - tried), min(left, _AT_LEAST))
