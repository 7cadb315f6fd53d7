"""The connections of one event loop, limited in number; further requests wait in a queue."""

from __future__ import annotations

import time
from asyncio import Future, get_running_loop, timeout
from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import define, field

from dynamo_document_builder.transports.http.blocking.pool import MAX_AGE
from dynamo_document_builder.transports.http.exchange import AttemptLostError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from dynamo_document_builder.transports.http.awaited.connection import Connection


@define(eq=False)
class Pool:
    """A pool of connections. The last one used is used next, so that surplus ones can time out."""

    connect: Callable[[float | None], Coroutine[Any, Any, Connection]]
    size: int
    _idle: list[Connection] = field(factory=list["Connection"], init=False)
    _open: int = field(default=0, init=False)
    """The number of connections, including those that are being opened."""
    _line: deque[Future[Connection | None]] = field(factory=deque["Future[Connection | None]"], init=False)
    _guard: AsyncGenerator[None] | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)

    def take_idle(self) -> Connection | None:
        """Return an idle connection, or `None`."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_fresh and time.monotonic() - connection.made_at < MAX_AGE:
                return connection
            self.drop(connection)
        return None

    async def take(self, deadline: float | None) -> Connection:
        """Return a new connection, or wait until another request gives one back."""
        if self._open < self.size:
            self._open += 1
            return await self._connected(deadline)
        connection = await self._turn(deadline)
        return await self._connected(deadline) if connection is None else connection

    async def _turn(self, deadline: float | None) -> Connection | None:
        """Wait in the queue; return a connection, or `None` for the right to open one."""
        turn: Future[Connection | None] = get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with timeout(None if deadline is None else deadline - time.monotonic()):
                return await turn
        except BaseException as error:
            self._leave_line(turn)
            if isinstance(error, TimeoutError):
                why = f"its time passed while all {self.size} connections were busy"
                raise AttemptLostError(why, unsent=True, timed_out=True) from error
            raise

    def _leave_line(self, turn: Future[Connection | None]) -> None:
        if turn in self._line:
            self._line.remove(turn)
        elif not turn.cancelled():  # the connection came just now, when this request no longer waited for it
            self._pass_on(turn.result())

    async def _connected(self, deadline: float | None) -> Connection:
        try:
            if self._guard is None:
                self._guard = _closing(self._idle)
                await anext(self._guard)
            return await self.connect(deadline)
        except BaseException:
            self._pass_on(None)
            raise

    def give_back(self, connection: Connection) -> None:
        """Take back a connection after its answer was read to the end."""
        if connection.is_open and not self._closed:
            self._pass_on(connection)
        else:
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection, so that another one can be opened in its place."""
        connection.drop()
        self._pass_on(None)

    def _pass_on(self, connection: Connection | None) -> None:
        """Give a connection, or the right to open one, to the first request in the queue."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections now, and the others when they are given back."""
        self._closed = True
        for connection in _emptied(self._idle):
            connection.drop()

    async def aclose(self) -> None:
        """Do what `close` does, and wait until the idle connections are closed."""
        self._closed = True
        if self._guard is not None:
            await self._guard.aclose()


def _emptied(idle: list[Connection]) -> list[Connection]:
    connections, idle[:] = idle[:], ()
    return connections


async def _closing(idle: list[Connection]) -> AsyncGenerator[None]:
    """
    Close idle connections when their event loop ends.

    An event loop closes the async generators that were started in it; there is no other hook for its end. It also
    closes a generator that is garbage-collected.
    """
    try:
        yield
    finally:
        connections = _emptied(idle)
        for connection in connections:
            connection.drop()
        for connection in connections:
            await connection.closed()
