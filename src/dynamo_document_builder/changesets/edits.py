"""A staged edit: the item as it was read, and the item to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from dynamo_document_builder.changesets.item_values import is_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel

Place: TypeAlias = tuple[str, str]
"""The table and the encoded key of an item."""


@frozen(kw_only=True)
class Edit:
    """The change of one item. A move to another key deletes one item and puts another."""

    entity: EntityModel[Any]
    base: Any = None
    """The item as it was read; `None` if it did not exist."""
    mine: Any = None
    """The item to write; `None` to delete it."""

    @property
    def kind(self) -> str:
        """The kind of change: `Add`, `Edit`, `Delete` or `Move`."""
        if self.base is None:
            return "Add"
        if self.mine is None:
            return "Delete"
        return "Move" if self.moves else "Edit"

    @property
    def moves(self) -> bool:
        """True if the item gets another key."""
        return self.base is not None and self.mine is not None and self._key(self.base) != self._key(self.mine)

    @property
    def places(self) -> tuple[Place, ...]:
        """The table and key of each item that the edit writes."""
        items = [item for item in (self.base, self.mine) if item is not None]
        return tuple(dict.fromkeys((self.entity.table.name, self._key(item)) for item in items))

    @property
    def key(self) -> Mapping[str, Any] | None:
        """The key of the item in the caller's terms; before a move, the old key."""
        return self.entity.shown_key(self.mine if self.base is None else self.base)

    @property
    def changes_nothing(self) -> bool:
        """True if the item to write is the same as the item that was read."""
        if self.base is None or self.mine is None:
            return self.base is self.mine
        return not self.moves and is_same(self.entity, self.base, self.mine)

    def _key(self, item: Any) -> str:
        return self.entity.encode_key(item)


def operations(edits: Iterable[Edit]) -> list[tuple[int, bool]]:
    """Return, for each operation, the index of its edit and whether it puts an item that must not exist yet."""
    found: list[tuple[int, bool]] = []
    for index, edit in enumerate(edits):
        found += [(index, edit.base is None)] + ([(index, True)] if edit.moves else [])
    return found
