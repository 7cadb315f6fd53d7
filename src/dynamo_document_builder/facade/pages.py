"""Iterators over the pages of a read and over their items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar, cast

from attrs import define, field

from dynamo_document_builder.facade.remaining_pages import PageRead, Remaining, check_has_items, exhausted, page_with

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import GeneratorType

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)
C = TypeVar("C", bound=PageRead)

DEFAULT_AT_ONCE: Final = 8
"""The default number of concurrent requests: fewer than the ten connections of a boto3 client."""
THREAD_NAME_PREFIX: Final = "dynamo_document_builder.pages"
"""The prefix of the names of threads that read segments."""


class HasItems(Protocol[T_co]):
    """A page with items."""

    @property
    def items(self) -> Iterable[T_co]:
        """The items of the page."""
        ...


@define(eq=False)
class Reading(Generic[P]):
    """The state of reading pages, shared by iterators over pages and iterators over items."""

    remaining: Remaining[Any, P]
    begin: Callable[[], Generator[P]]
    """Returns a generator of the remaining pages."""
    run: GeneratorType[P, None, None] | None = None
    current: P | None = None
    """The page whose items are being iterated over."""
    items: Iterator[Any] = field(factory=partial(iter, ()))
    """The items of the current page that have not been returned yet."""
    is_closed: bool = False

    def page(self) -> P:
        """Return the next page, or the remaining items of the current one. A page that failed is requested again."""
        if self.current is not None and (items := list(self.items)):
            return page_with(self.current, items)
        if self.remaining and self._has_ended:
            self.run = cast("GeneratorType[P, None, None]", self.begin())
        if self.run is None:
            raise StopIteration
        return next(self.run)

    @property
    def is_over(self) -> bool:
        """True after the last page was returned. False for closed pages, which are empty from then on."""
        return self._has_ended and not self.remaining and not self.is_closed

    @property
    def _has_ended(self) -> bool:
        return self.run is None or self.run.gi_frame is None  # a generator that raised an error has ended

    def close(self) -> None:
        """Stop reading."""
        self.is_closed = not self.is_over
        if self.run is not None:
            self.run.close()
        self.remaining.clear()


@define(eq=False, repr=False)
class Pages(Iterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when you iterate to it; you can stop early.

    After an error, the next call of `next` requests the same page again: no page is skipped or returned twice.
    The pages are not stored. Iterating a second time, after the end, raises a `UsageError`.

    Example:
        >>> for page in users.paginate(Query(key={"user_id": "u1"}, page_size=100)):
        ...     print(page.count, page.cursor)
        1 None
        >>> [user.name for user in users.paginate(Query(key={"user_id": "u1"})).items()]
        ['Alice']

    """

    _reading: Reading[P_co] = field()

    def __iter__(self) -> Self:
        if self._reading.is_over:
            raise exhausted("paginate")
        return self

    def __next__(self) -> P_co:
        return self._reading.page()

    def items(self: Pages[HasItems[T]]) -> Iterator[T]:
        """
        Return an iterator over the items of the remaining pages.

        A second call continues after the last item that was returned. After an error, the next call of `next` requests
        the same page again.

        Raises:
            UsageError: the pages were read to their end, or the read has `count_only=True`.

        """
        check_has_items(self._reading.remaining)
        return iter(Items(self._reading))

    def close(self) -> None:
        """Stop reading: no further page is requested."""
        self._reading.close()


@define(eq=False, repr=False)
class Items(Iterator[T]):
    """The items of all pages."""

    _reading: Reading[HasItems[T]]

    def __iter__(self) -> Self:
        if self._reading.is_over:
            raise exhausted("paginate")
        return self

    def __next__(self) -> T:
        reading = self._reading
        while True:
            for item in reading.items:
                found: T = item
                return found
            reading.current = reading.page()
            reading.items = iter(reading.current.items)

    def close(self) -> None:
        """Stop reading: no further page is requested."""
        self._reading.close()


def pages_of(starts: tuple[C, ...], read: Callable[[C], P], at_once: int | None) -> Pages[P]:
    """Return the pages of one read, or of several concurrent reads, at most *at_once* at a time."""
    remaining: Remaining[C, P] = Remaining(deque(starts))
    if len(starts) == 1:
        return Pages(Reading(remaining, partial(_sequential, remaining, read)))
    return Pages(
        Reading(remaining, partial(_concurrent, remaining, read, min(at_once or DEFAULT_AT_ONCE, len(starts))))
    )


def _sequential(remaining: Remaining[C, P], read: Callable[[C], P]) -> Generator[P]:
    while remaining.reads:
        page = read(remaining.reads[0])
        remaining.follow(remaining.reads.popleft(), page)
        yield page


def _concurrent(remaining: Remaining[C, P], read: Callable[[C], P], at_once: int) -> Generator[P]:
    """Read pages in threads. At most *at_once* pages are being read or wait to be returned."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415  lazy import: only parallel scans need it
    from contextvars import copy_context  # noqa: PLC0415  lazy import: only parallel scans need it

    while remaining.pages:
        yield remaining.pages.popleft()
    pending: dict[Future[P], C] = {}
    pool = ThreadPoolExecutor(at_once, thread_name_prefix=THREAD_NAME_PREFIX)
    try:
        while remaining.reads or pending:
            while remaining.reads and len(pending) < at_once:
                command = remaining.reads.popleft()
                pending[pool.submit(copy_context().run, read, command)] = command
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                page = future.result()  # a failed read stays pending, and is queued again below
                remaining.follow(pending.pop(future), page)
                yield page
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for future, command in pending.items():
            if future.cancelled() or future.exception() is not None:
                remaining.reads.appendleft(command)
            else:
                remaining.pages.append(future.result())
                remaining.follow(command, future.result())
