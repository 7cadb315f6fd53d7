"""The idle connections of a blocking transport. The last one used is used next, so that surplus ones can time out."""

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
"""Seconds after which a connection is not used again, so that new addresses of the host are used in time."""


class Pool(Struct, eq=False, weakref=True):
    """The idle connections of one transport. `list.pop` and `list.append` are atomic, so threads need no lock."""

    connect: Callable[[float | None], Connection]
    size: int
    _idle: list[Connection] = field(default_factory=list["Connection"])

    def __post_init__(self) -> None:
        _pools.add(self)
        finalize(self, _close_all, self._idle)

    def take(self, deadline: float | None) -> Connection:
        """Return an idle connection, or a new one."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self.connect(deadline)
            if not connection.has_surplus() and time.monotonic() - connection.made_at < MAX_AGE:
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        """Take back a connection after its answer was read to the end."""
        if connection.can_be_reused and len(self._idle) < self.size:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the idle connections. A later `take` opens a new one."""
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
    # A forked process inherits the sockets of its parent. If both used one, each would read answers of the other.
    for pool in list(_pools):
        pool.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)
