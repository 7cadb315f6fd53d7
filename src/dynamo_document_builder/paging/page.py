"""A page of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors import StoredItemError
    from dynamo_document_builder.model.commands.results import ConsumedCapacity
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.wire.request import ResponseMetadata

S_co = TypeVar("S_co", covariant=True)


class Page(Struct, Generic[S_co], frozen=True, kw_only=True):
    """One page of items, and the cursor of the next page."""

    items: list[S_co]
    """The items of the page, in order."""
    scanned_count: int
    """The number of items that were read before the filter; they determine the cost."""
    counted: int = 0
    """The number of items that a read with `count_only=True` counted."""
    cursor: str | None = None
    """The cursor of the next page, for `start=`; `None` after the last page. An empty page can have a cursor."""
    unknown_items: tuple[Mapping[str, Any], ...] = ()
    """Items of other entities as Python values, with `on_unknown="collect"`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Items that do not fit the schema, with `on_unfit="collect"`."""
    response_metadata: ResponseMetadata
    """The metadata of the last response."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per request, if requested with `return_consumed_capacity`."""

    def __repr__(self) -> str:
        """Return the page as text, without items of other entities: their fields may be secret."""
        hidden = {"unknown_items"} if self.counted else {"unknown_items", "counted"}
        shown = [name for name in self.__struct_fields__ if name not in hidden]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    @property
    def count(self) -> int:
        """The number of items in `items`, `unknown_items` and `unfit`; with `count_only=True`, the count."""
        return self.counted + len(self.items) + len(self.unknown_items) + len(self.unfit)


class UnknownItem(Struct, frozen=True):
    """An item of another entity than those that are read."""

    attributes: dict[str, Any]
    refusal: StoredItemError | None = None
    """The error to raise, with `on_unknown="raise"`."""
