"""Pages, one after the other or side by side: each is read when it is asked for, and none is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar

from attrs import define, field

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)
C = TypeVar("C", bound="Continued")

MAX_AT_ONCE: Final = 8
"""Fewer than the ten connections a boto3 client has."""


class Continued(Protocol):
    """A read of one page, that knows what to read after it."""

    def after(self, page: Any, /) -> Self | None:
        """Return what to read after a page, `None` if that was the last."""
        ...


class HasItems(Protocol[T_co]):
    """A page."""

    @property
    def items(self) -> Iterable[T_co]:
        """Its items."""
        ...


@define(eq=False, repr=False)
class Pages(Iterator[P_co], Generic[P_co]):
    """
    The pages of a read, each requested when it is asked for; stop whenever you have seen enough.

    Example:
        >>> for page in users.paginate(Query(key={"user_id": "u1"}, page_size=100)):
        ...     print(page.count, page.cursor)
        1 None
        >>> [user.name for user in users.paginate(Query(key={"user_id": "u1"})).items()]
        ['Alice']

    """

    _pages: Generator[P_co] = field()

    def __next__(self) -> P_co:
        return next(self._pages)

    def items(self: Pages[HasItems[T]]) -> Iterator[T]:
        """Go through the items of the pages that are left."""
        for page in self:
            yield from page.items

    def close(self) -> None:
        """End reading now: nothing more is requested."""
        self._pages.close()


def pages_of(starts: tuple[C, ...], read: Callable[[C], P], at_once: int | None) -> Pages[P]:
    """Return the pages of one read, or of several side by side, at most *at_once* at a time."""
    if at_once is not None and not (type(at_once) is int and at_once > 0):
        raise UsageError("paginate(at_once=...): a whole number of requests, 1 or more")
    if len(starts) == 1:
        return Pages(_one_by_one(starts[0], read))
    return Pages(_side_by_side(starts, read, min(at_once or MAX_AT_ONCE, len(starts))))


def _one_by_one(start: C, read: Callable[[C], P]) -> Generator[P]:
    command: C | None = start
    while command is not None:
        page = read(command)
        yield page
        command = command.after(page)


def _side_by_side(starts: tuple[C, ...], read: Callable[[C], P], at_once: int) -> Generator[P]:
    """Read pages in threads; so many are under way or waiting to be taken, and no more."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415  for parallel scans only
    from contextvars import copy_context  # noqa: PLC0415  the same

    waiting = deque(starts)
    under_way: dict[Future[P], C] = {}
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="dynamo_document_builder")
    try:
        while waiting or under_way:
            while waiting and len(under_way) < at_once:
                command = waiting.popleft()
                under_way[pool.submit(copy_context().run, read, command)] = command
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                command = under_way.pop(future)
                page = future.result()
                following = command.after(page)
                if following is not None:
                    waiting.append(following)
                yield page
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
