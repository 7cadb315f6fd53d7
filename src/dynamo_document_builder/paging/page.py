"""One page of a read."""

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
    """Items that were found, and where to go on."""

    items: list[S_co]
    """The items of the page, in order."""
    scanned_count: int
    """How many items were read before the filter: what the read units are for."""
    counted: int = 0
    """How many items were counted, of a read with `count_only=True`."""
    cursor: str | None = None
    """Text to go on from, as `start=` of the same read; `None`: there is no more. A page may be empty and have one."""
    unknown_items: tuple[Mapping[str, Any], ...] = ()
    """Items of other entities, as Python values, of a read with `on_unknown="collect"`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Items that do not fit the schema, of a read with `on_unfit="collect"`."""
    response_metadata: ResponseMetadata
    """Of the last request."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per request, if asked for."""

    def __repr__(self) -> str:
        """Show the page without items of others: their classes may have fields that are not to be shown."""
        hidden = {"unknown_items"} if self.counted else {"unknown_items", "counted"}
        shown = [name for name in self.__struct_fields__ if name not in hidden]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    @property
    def count(self) -> int:
        """How many items were returned, in `items`, `unknown_items` and `unfit`, or counted with `count_only=True`."""
        return self.counted + len(self.items) + len(self.unknown_items) + len(self.unfit)


class Unknown(Struct, frozen=True):
    """An item of none of the entities that are read."""

    attributes: dict[str, Any]
    refusal: StoredItemError | None = None
    """The error to raise, of a read with `on_unknown="raise"`."""
