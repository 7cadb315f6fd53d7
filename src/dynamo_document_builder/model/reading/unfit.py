"""Stored items that do not fit: what becomes of them in a read of several items, decided here for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import define, field
from msgspec import Struct

from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.errors.texts import describe_item
from dynamo_document_builder.model.options.options import one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msgspec import Raw

    from dynamo_document_builder.errors.findings import FieldFailure

OnUnfit: TypeAlias = Literal["raise", "skip", "collect"]

check_on_unfit: Final = one_of("raise", "skip", "collect", required=True)

ADVICE: Final = 'on_unfit="skip" or "collect" goes on'
"""What the error says of how to read the other items; the command line puts it in its own words."""


class UnfitItem(Struct, frozen=True, kw_only=True):
    """
    A stored item that a read with `on_unfit="collect"` left out of `items`, and why.

    Its text is one line with the key and the fields, without their values.
    """

    table: str
    """The name of the table it is stored in."""
    entity: str
    """The name of the entity it was read as."""
    key: Mapping[str, Any]
    """The key attributes of the table, as Python values."""
    failures: tuple[FieldFailure, ...]
    """Every field that does not fit; of an item under another key than its fields build, the key attribute."""
    item: Mapping[str, Any]
    """The stored item in DynamoDB JSON, as far as it was read: with a projection a part of it."""

    def __str__(self) -> str:
        text = f"{describe_item(self.entity, self.key)}: {'; '.join(map(str, self.failures))}"
        return " ".join(text.split())

    def __repr__(self) -> str:
        """Show all but the item: its fields may not be meant to be shown."""
        shown = [name for name in self.__struct_fields__ if name != "item"]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


@define(eq=False)
class UnfitItems:
    """The items of one read that do not fit. A reader asks for the next step only when it meets one."""

    on_unfit: OnUnfit | None = None
    """`None`: the read has no such option, and the error gives no advice."""
    found: list[UnfitItem] = field(factory=list[UnfitItem])
    """Those that are collected."""

    def of_group(self, on_unfit: OnUnfit) -> UnfitItems:
        """Return the same for one group of the read: the group's own choice, or the whole read's if it made none."""
        return UnfitItems(self.on_unfit if on_unfit == "raise" else on_unfit, self.found)

    def meet(self, error: StoredItemError, cursor: Callable[[], str | None] = lambda: None) -> bool:
        """
        Raise the error, or leave the item out; return whether it was collected.

        *cursor* gives where to go on after the item.
        """
        if self.on_unfit == "collect":
            self.found.append(_unfit_item(error))
            return True
        if self.on_unfit == "skip":
            return False
        raise error.at(cursor(), ADVICE if self.on_unfit == "raise" else "")

    def sparing(self, decode: Callable[[bytes | Raw], Any]) -> Callable[[bytes | Raw], Any]:
        """Return what decodes an item, and gives `None` for one that is left out."""

        def spare(raw: bytes | Raw) -> Any:
            try:
                return decode(raw)
            except StoredItemError as error:
                self.meet(error)
                return None

        return spare


def _unfit_item(error: StoredItemError) -> UnfitItem:
    return UnfitItem(
        table=error.table,
        entity=error.entity,
        key=error.key or {},
        failures=error.failures,
        item=error.item or {},
    )
