"""The remaining part of a read of pages. It survives an error, so that the page that failed is requested again."""

from __future__ import annotations

from collections import deque
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import define, field
from msgspec.structs import replace

from dynamo_document_builder.errors import UsageError

P = TypeVar("P")
C = TypeVar("C", bound="PageRead")


class PageRead(Protocol):
    """A read of one page, which can return the read of the next page."""

    @property
    def count_only(self) -> bool:
        """True if the page has a count and no items."""
        ...

    def __after__(self, page: Any, /) -> Self | None:
        """Return the read of the next page; `None` after the last page."""
        ...


@define(eq=False)
class Remaining(Generic[C, P]):
    """Reads of one page each that are still to be sent, and pages that have not been returned yet."""

    reads: deque[C]
    pages: deque[P] = field(factory=deque[P])
    """Pages that concurrent reads returned after one read had failed."""

    def __bool__(self) -> bool:
        return bool(self.reads or self.pages)

    def follow(self, read: C, page: P) -> None:
        """Queue the read of the next page."""
        next_read = read.__after__(page)
        if next_read is not None:
            self.reads.append(next_read)

    def clear(self) -> None:
        """Remove all reads and pages."""
        self.reads.clear()
        self.pages.clear()


def page_with(page: P, items: list[Any]) -> P:
    """Return a page with other items; its other fields are unchanged."""
    original: Any = page
    copied: P = replace(original, items=items)
    return copied


def check_has_items(remaining: Remaining[Any, Any]) -> None:
    """Raise a `UsageError` if the pages only have counts."""
    if any(read.count_only for read in remaining.reads):
        raise UsageError("count_only=True returns no items: add up the counts, as in sum(page.count for page in pages)")


def exhausted(verb: str) -> UsageError:
    """Return the error for iterating over pages a second time."""
    return UsageError(
        f"nothing is left: these pages were read to their end, and pages are not stored. Call {verb}(...) to read them "
        "again, or keep the items in a list the first time"
    )
