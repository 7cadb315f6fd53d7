"""Pages for callers that await: each is read when it is asked for, and none is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, cast

from attrs import define, field

from dynamo_document_builder.facade.pages import MAX_AT_ONCE, HasItems
from dynamo_document_builder.facade.remaining_pages import Continued, Left, check_items, rest_of, used_up

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Collection
    from types import AsyncGeneratorType

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
C = TypeVar("C", bound=Continued)

Read: TypeAlias = Callable[[C], Coroutine[Any, Any, P]]


@define(eq=False)
class AsyncReading(Generic[P]):
    """A read of pages on its way: the pages, and the items of the page that `items` is at."""

    left: Left[Any, P]
    begin: Callable[[], AsyncGenerator[P]]
    """Returns a generator that reads what is left."""
    run: AsyncGeneratorType[P, None] | None = None
    begun: P | None = None
    """The page that `items` is at."""
    items: Iterator[Any] = field(factory=partial(iter, ()))
    """What nobody has taken of it yet."""
    is_closed: bool = False

    async def page(self) -> P:
        """Return the next page, or what is left of the one that `items` is at; one that failed is read again."""
        if self.begun is not None and (left := list(self.items)):
            return rest_of(self.begun, left)
        if self.left and self._has_ended:
            self.run = cast("AsyncGeneratorType[P, None]", self.begin())
        if self.run is None:
            raise StopAsyncIteration
        return await self.run.__anext__()

    @property
    def is_over(self) -> bool:
        """Whether the end was reached and seen; pages that were closed are empty from then on."""
        return self._has_ended and not self.left and not self.is_closed

    @property
    def _has_ended(self) -> bool:
        return self.run is None or self.run.ag_frame is None  # a generator ends with the error that it raises

    async def close(self) -> None:
        """End reading now."""
        self.is_closed = not self.is_over
        if self.run is not None:
            await self.run.aclose()
        self.left.forget()


@define(eq=False, repr=False)
class AsyncPages(AsyncIterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when it is asked for; stop whenever you have seen enough.

    After an error the next `anext` asks for the same page again: no page is skipped, and none comes twice.
    Pages are given once. Going through them a second time, after their end, is a `UsageError`.
    A loop that is left early leaves nothing behind but a read of several segments, whose last requests end with
    `aclose`, or soon after nobody refers to the pages any more.
    """

    _reading: AsyncReading[P_co] = field()

    def __aiter__(self) -> Self:
        if self._reading.is_over:
            raise used_up("apaginate")
        return self

    async def __anext__(self) -> P_co:
        return await self._reading.page()

    def items(self: AsyncPages[HasItems[T]]) -> AsyncGenerator[T]:
        """
        Return an iterator over the items of the pages that are left.

        Called again, it continues after the last item that was given. After an error, `anext` of it asks for the same
        page again.

        Raises:
            UsageError: nothing is left, because the pages were read to their end; or the read counts only.

        """
        check_items(self._reading.left)
        return aiter(AsyncItems(self._reading))

    async def aclose(self) -> None:
        """End reading now: nothing more is requested, and what is under way is cancelled."""
        await self._reading.close()


@define(eq=False, repr=False)
class AsyncItems(AsyncGenerator[T]):
    """The items of pages, one by one."""

    _reading: AsyncReading[HasItems[T]]

    def __aiter__(self) -> Self:
        if self._reading.is_over:
            raise used_up("apaginate")
        return self

    async def __anext__(self) -> T:
        reading = self._reading
        while True:
            for item in reading.items:
                found: T = item
                return found
            reading.begun = await reading.page()
            reading.items = iter(reading.begun.items)

    async def asend(self, value: None) -> T:  # noqa: ARG002  what type checkers know as a generator has it
        """Do what `anext` does."""
        return await self.__anext__()

    async def athrow(self, *error: Any) -> T:
        """End reading, and raise the error."""
        await self.aclose()
        return await super().athrow(*error)  # pyright: ignore[reportAbstractUsage]  # it raises the error

    async def aclose(self) -> None:
        """End reading now: nothing more is requested, and what is under way is cancelled."""
        await self._reading.close()


def apages_of(starts: tuple[C, ...], read: Read[C, P], at_once: int | None) -> AsyncPages[P]:
    """Return the pages of one read, or of several side by side, at most *at_once* at a time."""
    left: Left[C, P] = Left(deque(starts))
    if len(starts) == 1:
        return AsyncPages(AsyncReading(left, partial(_one_by_one, left, read)))
    return AsyncPages(AsyncReading(left, partial(_side_by_side, left, read, min(at_once or MAX_AT_ONCE, len(starts)))))


async def _one_by_one(left: Left[C, P], read: Read[C, P]) -> AsyncGenerator[P]:
    while left.reads:
        page = await read(left.reads[0])
        left.follow(left.reads.popleft(), page)
        yield page


async def _side_by_side(left: Left[C, P], read: Read[C, P], at_once: int) -> AsyncGenerator[P]:
    """Read pages in tasks; so many are under way or waiting to be taken, and no more."""
    from asyncio import FIRST_COMPLETED, create_task, wait  # noqa: PLC0415  for parallel scans only

    while left.pages:
        yield left.pages.popleft()
    under_way: dict[Task[P], C] = {}
    try:
        while left.reads or under_way:
            while left.reads and len(under_way) < at_once:
                command = left.reads.popleft()
                under_way[create_task(read(command))] = command
            done, _ = await wait(under_way, return_when=FIRST_COMPLETED)
            for task in done:
                page = task.result()  # one that failed stays under way, and is put back below
                left.follow(under_way.pop(task), page)
                yield page
    finally:
        await _end(under_way)
        for task, command in under_way.items():
            if task.cancelled() or task.exception() is not None:
                left.reads.appendleft(command)
            else:
                left.pages.append(task.result())
                left.follow(command, task.result())


async def _end(tasks: Collection[Task[Any]]) -> None:
    """Cancel tasks and wait for their end, whatever that is."""
    from asyncio import gather  # noqa: PLC0415  for parallel scans only

    for task in tasks:
        task.cancel()
    await gather(*tasks, return_exceptions=True)
