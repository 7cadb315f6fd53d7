"""Async iterators over the pages of a read and over their items."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, cast

from attrs import define, field

from dynamo_document_builder.facade.pages import DEFAULT_AT_ONCE, HasItems
from dynamo_document_builder.facade.remaining_pages import PageRead, Remaining, check_has_items, exhausted, page_with

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Collection
    from types import AsyncGeneratorType

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
C = TypeVar("C", bound=PageRead)

Read: TypeAlias = Callable[[C], Coroutine[Any, Any, P]]


@define(eq=False)
class AsyncReading(Generic[P]):
    """The state of reading pages, shared by iterators over pages and iterators over items."""

    remaining: Remaining[Any, P]
    begin: Callable[[], AsyncGenerator[P]]
    """Returns a generator of the remaining pages."""
    run: AsyncGeneratorType[P, None] | None = None
    current: P | None = None
    """The page whose items are being iterated over."""
    items: Iterator[Any] = field(factory=partial(iter, ()))
    """The items of the current page that have not been returned yet."""
    is_closed: bool = False

    async def page(self) -> P:
        """Return the next page, or the remaining items of the current one. A page that failed is requested again."""
        if self.current is not None and (items := list(self.items)):
            return page_with(self.current, items)
        if self.remaining and self._has_ended:
            self.run = cast("AsyncGeneratorType[P, None]", self.begin())
        if self.run is None:
            raise StopAsyncIteration
        return await self.run.__anext__()

    @property
    def is_over(self) -> bool:
        """True after the last page was returned. False for closed pages, which are empty from then on."""
        return self._has_ended and not self.remaining and not self.is_closed

    @property
    def _has_ended(self) -> bool:
        return self.run is None or self.run.ag_frame is None  # a generator that raised an error has ended

    async def close(self) -> None:
        """Stop reading."""
        self.is_closed = not self.is_over
        if self.run is not None:
            await self.run.aclose()
        self.remaining.clear()


@define(eq=False, repr=False)
class AsyncPages(AsyncIterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when you iterate to it; you can stop early.

    After an error, the next call of `anext` requests the same page again: no page is skipped or returned twice.
    The pages are not stored. Iterating a second time, after the end, raises a `UsageError`.
    If you leave a loop over the pages of several segments early, some requests may still be running. `aclose` cancels
    them; otherwise they end soon after the last reference to the pages is gone.
    """

    _reading: AsyncReading[P_co] = field()

    def __aiter__(self) -> Self:
        if self._reading.is_over:
            raise exhausted("apaginate")
        return self

    async def __anext__(self) -> P_co:
        return await self._reading.page()

    def items(self: AsyncPages[HasItems[T]]) -> AsyncGenerator[T]:
        """
        Return an iterator over the items of the remaining pages.

        A second call continues after the last item that was returned. After an error, the next call of `anext` requests
        the same page again.

        Raises:
            UsageError: the pages were read to their end, or the read has `count_only=True`.

        """
        check_has_items(self._reading.remaining)
        return aiter(AsyncItems(self._reading))

    async def aclose(self) -> None:
        """Stop reading: no further page is requested, and running requests are cancelled."""
        await self._reading.close()


@define(eq=False, repr=False)
class AsyncItems(AsyncGenerator[T]):
    """The items of all pages."""

    _reading: AsyncReading[HasItems[T]]

    def __aiter__(self) -> Self:
        if self._reading.is_over:
            raise exhausted("apaginate")
        return self

    async def __anext__(self) -> T:
        reading = self._reading
        while True:
            for item in reading.items:
                found: T = item
                return found
            reading.current = await reading.page()
            reading.items = iter(reading.current.items)

    async def asend(self, value: None) -> T:  # noqa: ARG002  part of the generator protocol
        """Return the next item, as `anext` does."""
        return await self.__anext__()

    async def athrow(self, *error: Any) -> T:
        """Stop reading and raise the error."""
        await self.aclose()
        return await super().athrow(*error)  # pyright: ignore[reportAbstractUsage]  # raises the error

    async def aclose(self) -> None:
        """Stop reading: no further page is requested, and running requests are cancelled."""
        await self._reading.close()


def apages_of(starts: tuple[C, ...], read: Read[C, P], at_once: int | None) -> AsyncPages[P]:
    """Return the pages of one read, or of several concurrent reads, at most *at_once* at a time."""
    remaining: Remaining[C, P] = Remaining(deque(starts))
    if len(starts) == 1:
        return AsyncPages(AsyncReading(remaining, partial(_sequential, remaining, read)))
    return AsyncPages(
        AsyncReading(remaining, partial(_concurrent, remaining, read, min(at_once or DEFAULT_AT_ONCE, len(starts))))
    )


async def _sequential(remaining: Remaining[C, P], read: Read[C, P]) -> AsyncGenerator[P]:
    while remaining.reads:
        page = await read(remaining.reads[0])
        remaining.follow(remaining.reads.popleft(), page)
        yield page


async def _concurrent(remaining: Remaining[C, P], read: Read[C, P], at_once: int) -> AsyncGenerator[P]:
    """Read pages in tasks. At most *at_once* pages are being read or wait to be returned."""
    from asyncio import FIRST_COMPLETED, create_task, wait  # noqa: PLC0415  lazy import: only parallel scans need it

    while remaining.pages:
        yield remaining.pages.popleft()
    pending: dict[Task[P], C] = {}
    try:
        while remaining.reads or pending:
            while remaining.reads and len(pending) < at_once:
                command = remaining.reads.popleft()
                pending[create_task(read(command))] = command
            done, _ = await wait(pending, return_when=FIRST_COMPLETED)
            for task in done:
                page = task.result()  # a failed read stays pending, and is queued again below
                remaining.follow(pending.pop(task), page)
                yield page
    finally:
        await _cancel(pending)
        for task, command in pending.items():
            if task.cancelled() or task.exception() is not None:
                remaining.reads.appendleft(command)
            else:
                remaining.pages.append(task.result())
                remaining.follow(command, task.result())


async def _cancel(tasks: Collection[Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended; their errors are ignored."""
    from asyncio import gather  # noqa: PLC0415  lazy import: only parallel scans need it

    for task in tasks:
        task.cancel()
    await gather(*tasks, return_exceptions=True)
