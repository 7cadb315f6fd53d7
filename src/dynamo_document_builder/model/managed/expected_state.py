"""The state of the stored item that a write expects: its version, and whether it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.tree.conditions import Condition

Mode: TypeAlias = Literal["update", "create", "upsert"]
"""The effect of an update: its condition implies that the item exists, that it does not exist, or neither."""


class VersionGuard(Struct, frozen=True):
    """The version that the stored item must have."""

    field: str
    attribute: str
    expected: int
    alone: bool
    """True if the operation has no other condition."""
    item_requested: bool
    """True if a failed condition returns the stored item."""

    def stored(self, item: Mapping[str, Any] | None) -> int | None:
        """Return the version of an item in DynamoDB JSON, or `None` if the item has no valid version."""
        value = (item or {}).get(self.attribute)
        number = value.get("N") if is_mapping(value) else None
        return int(number) if isinstance(number, str) and number.removeprefix("-").isdecimal() else None

    def refuses(self, item: Mapping[str, Any] | None) -> bool:
        """Return True if the version made the condition fail; *item* is the stored item that the error returned."""
        if self.alone or not self.item_requested:
            return self.alone
        return self.stored(item) != (self.expected or None)


def mode_of(condition: Condition | None, key_names: tuple[str, ...]) -> Mode:
    """Return the mode of an update with this condition."""
    if condition is None:
        return "upsert"
    if condition.implies_item():
        return "update"
    return "create" if condition.implies_no_item(key_names) else "upsert"
