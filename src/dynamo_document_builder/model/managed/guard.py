"""The version an operation is for, and what a refusal says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping


class Guard(Struct, frozen=True):
    """The version of the item that an operation is for."""

    field: str
    attribute: str
    expected: int
    alone: bool
    """Whether it is all that the operation depends on."""
    asked: bool
    """Whether the item is wanted when the condition fails."""

    def stored(self, item: Mapping[str, Any] | None) -> int | None:
        """Return the version of an item in DynamoDB JSON, which need not fit the schema."""
        value = (item or {}).get(self.attribute)
        number = value.get("N") if is_mapping(value) else None
        return int(number) if isinstance(number, str) and number.removeprefix("-").isdecimal() else None

    def refuses(self, item: Mapping[str, Any] | None) -> bool:
        """Whether it was the version that refused an operation; *item* is what came with the refusal."""
        if self.alone or not self.asked:
            return self.alone
        return self.stored(item) != (self.expected or None)
