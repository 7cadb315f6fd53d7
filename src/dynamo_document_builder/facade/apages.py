"""Pages for callers that await: each is read when it is asked for, and none is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import define, field

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.facade.pages import MAX_AT_ONCE, Continued, HasItems

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Collection

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
C = TypeVar("C", bound=Continued)

Read: TypeAlias = Callable[[C], Coroutine[Any, Any, P]]


@define(eq=False, repr=False)
class AsyncPages(AsyncIterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when it is asked for; stop whenever you have seen enough.

    A loop that is left early leaves nothing behind but a read of several segments, whose last requests end with
    `aclose`, or soon after nobody refers to the pages any more.
    """

    _pages: AsyncGenerator[P_co] = field()

    async def __anext__(self) -> P_co:
        return await self._pages.__anext__()

    async def items(self: AsyncPages[HasItems[T]]) -> AsyncGenerator[T]:
        """Go through the items of the pages that are left."""
        async for page in self:
            for item in page.items:
                yield item

    async def aclose(self) -> None:
        """End reading now: nothing more is requested, and what is under way is cancelled."""
        await self._pages.aclose()


def apages_of(starts: tuple[C, ...], read: Read[C, P], at_once: int | None) -> AsyncPages[P]:
    """Return the pages of one read, or of several side by side, at most *at_once* at a time."""
    if at_once is not None and not (type(at_once) is int and at_once > 0):
        raise UsageError("apaginate(at_once=...): a whole number of requests, 1 or more")
    if len(starts) == 1:
        return AsyncPages(_one_by_one(starts[0], read))
    return AsyncPages(_side_by_side(starts, read, min(at_once or MAX_AT_ONCE, len(starts))))


async def _one_by_one(start: C, read: Read[C, P]) -> AsyncGenerator[P]:
    command: C | None = start
    while command is not None:
        page = await read(command)
        yield page
        command = command.after(page)


async def _side_by_side(starts: tuple[C, ...], read: Read[C, P], at_once: int) -> AsyncGenerator[P]:
    """Read pages in tasks; so many are under way or waiting to be taken, and no more."""
    from asyncio import FIRST_COMPLETED, create_task, wait  # noqa: PLC0415  for parallel scans only

    waiting = deque(starts)
    under_way: dict[Task[P], C] = {}
    try:
        while waiting or under_way:
            while waiting and len(under_way) < at_once:
                command = waiting.popleft()
                under_way[create_task(read(command))] = command
            done, _ = await wait(under_way, return_when=FIRST_COMPLETED)
            for task in done:
                page = task.result()
                following = under_way.pop(task).after(page)
                if following is not None:
                    waiting.append(following)
                yield page
    finally:
        await _end(under_way)


async def _end(tasks: Collection[Task[Any]]) -> None:
    """Cancel tasks and wait for their end, whatever that is."""
    from asyncio import gather  # noqa: PLC0415  for parallel scans only

    for task in tasks:
        task.cancel()
    await gather(*tasks, return_exceptions=True)
