"""The option `on_unfit=`: handling of stored items that do not fit the schema, in reads of several items."""

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

ADVICE: Final = 'pass on_unfit="skip" or "collect" to read the other items'
"""The advice in the error text. The command line replaces it with its own option."""


class UnfitItem(Struct, frozen=True, kw_only=True):
    """
    A stored item that does not fit the schema, collected by a read with `on_unfit="collect"`.

    `str()` gives one line with the key and the failed fields, without their values.
    """

    table: str
    """The name of the table."""
    entity: str
    """The name of the entity that the read used."""
    key: Mapping[str, Any]
    """The key attributes of the table, as Python values."""
    failures: tuple[FieldFailure, ...]
    """
    Every field that does not fit the schema.

    For an item stored under a different key than its fields build, the key attribute.
    """
    item: Mapping[str, Any]
    """The stored item in DynamoDB JSON; with a projection, only the attributes that were read."""

    def __str__(self) -> str:
        text = f"{describe_item(self.entity, self.key)}: {'; '.join(map(str, self.failures))}"
        return " ".join(text.split())

    def __repr__(self) -> str:
        """Show everything except the item, because its fields may be confidential."""
        shown = [name for name in self.__struct_fields__ if name != "item"]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


@define(eq=False)
class UnfitItems:
    """Handles the items of one read that do not fit the schema."""

    on_unfit: OnUnfit | None = None
    """`None` if the read does not have the option; the error then gives no advice."""
    found: list[UnfitItem] = field(factory=list[UnfitItem])
    """The collected items."""

    def of_group(self, on_unfit: OnUnfit) -> UnfitItems:
        """Return the handler for one group. A group that skips or collects overrides the read's option."""
        return UnfitItems(self.on_unfit if on_unfit == "raise" else on_unfit, self.found)

    def handle(self, error: StoredItemError, cursor: Callable[[], str | None] = lambda: None) -> bool:
        """
        Raise the error, or skip or collect the item; return True if the item was collected.

        *cursor* returns the cursor that continues after the item.
        """
        if self.on_unfit == "collect":
            self.found.append(_unfit_item(error))
            return True
        if self.on_unfit == "skip":
            return False
        raise error.with_cursor(cursor(), ADVICE if self.on_unfit == "raise" else "")

    def decode_or_none(self, decode: Callable[[bytes | Raw], Any]) -> Callable[[bytes | Raw], Any]:
        """Return a decoder that returns `None` for an item that is skipped or collected."""

        def decode_item(raw: bytes | Raw) -> Any:
            try:
                return decode(raw)
            except StoredItemError as error:
                self.handle(error)
                return None

        return decode_item


def _unfit_item(error: StoredItemError) -> UnfitItem:
    return UnfitItem(
        table=error.table,
        entity=error.entity,
        key=error.key or {},
        failures=error.failures,
        item=error.item or {},
    )
