"""Pages, one after the other or side by side: each is read when it is asked for, and none is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar, cast

from attrs import define, field

from dynamo_document_builder.facade.remaining_pages import Continued, Left, check_items, rest_of, used_up

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import GeneratorType

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)
C = TypeVar("C", bound=Continued)

MAX_AT_ONCE: Final = 8
"""Fewer than the ten connections a boto3 client has."""
THREADS: Final = "dynamo_document_builder.pages"
"""What the names of the threads begin with that read segments."""


class HasItems(Protocol[T_co]):
    """A page."""

    @property
    def items(self) -> Iterable[T_co]:
        """Its items."""
        ...


@define(eq=False)
class Reading(Generic[P]):
    """A read of pages on its way: the pages, and the items of the page that `items` is at."""

    left: Left[Any, P]
    begin: Callable[[], Generator[P]]
    """Returns a generator that reads what is left."""
    run: GeneratorType[P, None, None] | None = None
    begun: P | None = None
    """The page that `items` is at."""
    items: Iterator[Any] = field(factory=partial(iter, ()))
    """What nobody has taken of it yet."""
    is_closed: bool = False

    def page(self) -> P:
        """Return the next page, or what is left of the one that `items` is at; one that failed is read again."""
        if self.begun is not None and (left := list(self.items)):
            return rest_of(self.begun, left)
        if self.left and self._has_ended:
            self.run = cast("GeneratorType[P, None, None]", self.begin())
        if self.run is None:
            raise StopIteration
        return next(self.run)

    @property
    def is_over(self) -> bool:
        """Whether the end was reached and seen; pages that were closed are empty from then on."""
        return self._has_ended and not self.left and not self.is_closed

    @property
    def _has_ended(self) -> bool:
        return self.run is None or self.run.gi_frame is None  # a generator ends with the error that it raises

    def close(self) -> None:
        """End reading now."""
        self.is_closed = not self.is_over
        if self.run is not None:
            self.run.close()
        self.left.forget()


@define(eq=False, repr=False)
class Pages(Iterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when it is asked for; stop whenever you have seen enough.

    After an error the next `next` asks for the same page again: no page is skipped, and none comes twice.
    Pages are given once. Going through them a second time, after their end, is a `UsageError`.

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
            raise used_up("paginate")
        return self

    def __next__(self) -> P_co:
        return self._reading.page()

    def items(self: Pages[HasItems[T]]) -> Iterator[T]:
        """
        Return an iterator over the items of the pages that are left.

        Called again, it continues after the last item that was given. After an error, `next` of it asks for the same
        page again.

        Raises:
            UsageError: nothing is left, because the pages were read to their end; or the read counts only.

        """
        check_items(self._reading.left)
        return iter(Items(self._reading))

    def close(self) -> None:
        """End reading now: nothing more is requested."""
        self._reading.close()


@define(eq=False, repr=False)
class Items(Iterator[T]):
    """The items of pages, one by one."""

    _reading: Reading[HasItems[T]]

    def __iter__(self) -> Self:
        if self._reading.is_over:
            raise used_up("paginate")
        return self

    def __next__(self) -> T:
        reading = self._reading
        while True:
            for item in reading.items:
                found: T = item
                return found
            reading.begun = reading.page()
            reading.items = iter(reading.begun.items)

    def close(self) -> None:
        """End reading now: nothing more is requested."""
        self._reading.close()


def pages_of(starts: tuple[C, ...], read: Callable[[C], P], at_once: int | None) -> Pages[P]:
    """Return the pages of one read, or of several side by side, at most *at_once* at a time."""
    left: Left[C, P] = Left(deque(starts))
    if len(starts) == 1:
        return Pages(Reading(left, partial(_one_by_one, left, read)))
    return Pages(Reading(left, partial(_side_by_side, left, read, min(at_once or MAX_AT_ONCE, len(starts)))))


def _one_by_one(left: Left[C, P], read: Callable[[C], P]) -> Generator[P]:
    while left.reads:
        page = read(left.reads[0])
        left.follow(left.reads.popleft(), page)
        yield page


def _side_by_side(left: Left[C, P], read: Callable[[C], P], at_once: int) -> Generator[P]:
    """Read pages in threads; so many are under way or waiting to be taken, and no more."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415  for parallel scans only
    from contextvars import copy_context  # noqa: PLC0415  the same

    while left.pages:
        yield left.pages.popleft()
    under_way: dict[Future[P], C] = {}
    pool = ThreadPoolExecutor(at_once, thread_name_prefix=THREADS)
    try:
        while left.reads or under_way:
            while left.reads and len(under_way) < at_once:
                command = left.reads.popleft()
                under_way[pool.submit(copy_context().run, read, command)] = command
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                page = future.result()  # one that failed stays under way, and is put back below
                left.follow(under_way.pop(future), page)
                yield page
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for future, command in under_way.items():
            if future.cancelled() or future.exception() is not None:
                left.reads.appendleft(command)
            else:
                left.pages.append(future.result())
                left.follow(command, future.result())
