"""What is left of a read of pages: it outlives an error, so that the next request asks for the page that failed."""

from __future__ import annotations

from collections import deque
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import define, field
from msgspec.structs import replace

from dynamo_document_builder.errors import UsageError

P = TypeVar("P")
C = TypeVar("C", bound="Continued")


class Continued(Protocol):
    """A read of one page, that knows what to read after it."""

    @property
    def count_only(self) -> bool:
        """Whether the page has a count, and no items."""
        ...

    def __after__(self, page: Any, /) -> Self | None:
        """Return what to read after a page, `None` if that was the last."""
        ...


@define(eq=False)
class Left(Generic[C, P]):
    """Reads of one page each that are still to be made, and pages that nobody has taken yet."""

    reads: deque[C]
    pages: deque[P] = field(factory=deque[P])
    """Those that were read side by side with one that failed."""

    def __bool__(self) -> bool:
        return bool(self.reads or self.pages)

    def follow(self, read: C, page: P) -> None:
        """Add what to read after a page."""
        following = read.__after__(page)
        if following is not None:
            self.reads.append(following)

    def forget(self) -> None:
        """Leave nothing to be read."""
        self.reads.clear()
        self.pages.clear()


def rest_of(page: P, items: list[Any]) -> P:
    """Return a page with those of its items that are left; all else is as it was, such as what the page cost."""
    whole: Any = page
    rest: P = replace(whole, items=items)
    return rest


def check_items(left: Left[Any, Any]) -> None:
    """Refuse to go through the items of pages that have none."""
    if any(read.count_only for read in left.reads):
        raise UsageError("count_only=True returns no items: add up the counts, as in sum(page.count for page in pages)")


def used_up(verb: str) -> UsageError:
    """Return the error for whoever goes through pages a second time."""
    return UsageError(
        f"nothing is left: these pages were read to their end, and they are not kept. Call {verb}(...) to read them "
        "again, or keep the items in a list the first time"
    )
