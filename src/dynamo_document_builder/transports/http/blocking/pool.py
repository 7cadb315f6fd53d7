"""Idle connections: the last one used is used next, so that the others may grow old and be closed by the server."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final
from weakref import WeakSet, finalize

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.blocking.connection import Connection

MAX_AGE: Final = 300.0
"""Seconds after which a connection is not used again, so that a change of the host's addresses is noticed."""


class Pool(Struct, eq=False, weakref=True):
    """The idle connections of one transport. Taking and giving back are single steps, so threads need no lock."""

    connect: Callable[[float | None], Connection]
    size: int
    _idle: list[Connection] = field(default_factory=list["Connection"])

    def __post_init__(self) -> None:
        _pools.add(self)
        finalize(self, _close_all, self._idle)

    def take(self, deadline: float | None) -> Connection:
        """Return a connection that is ready to be used."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self.connect(deadline)
            if not connection.has_surplus() and time.monotonic() - connection.made_at < MAX_AGE:
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        """Take back a connection whose answer has been read to its end."""
        if connection.can_be_reused and len(self._idle) < self.size:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close what is idle. Taking connects anew."""
        _close_all(self._idle)


def _close_all(idle: list[Connection]) -> None:
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread took the last one
            return
        connection.close()


_pools: Final[WeakSet[Pool]] = WeakSet()


def _close_in_child() -> None:
    # A child process has its parent's sockets. Were both to use one, each would read the other's answers.
    for pool in list(_pools):
        pool.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)
