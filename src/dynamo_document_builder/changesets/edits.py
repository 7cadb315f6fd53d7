"""One staged edit: what the item was when it was read, and what it is to become."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from dynamo_document_builder.changesets.item_values import held_in
from dynamo_document_builder.model.managed.fields import managed_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel

Place: TypeAlias = tuple[str, str]
"""The table and the key of an item."""


@frozen(kw_only=True)
class Edit:
    """What becomes of one item, or of two, where it moves to another key."""

    entity: EntityModel[Any]
    base: Any = None
    """The item as it was read; `None`: there was none."""
    mine: Any = None
    """The item as it is to be; `None`: there is to be none."""

    @property
    def kind(self) -> str:
        """What is done: `Add`, `Edit`, `Delete` or `Move`."""
        if self.base is None:
            return "Add"
        if self.mine is None:
            return "Delete"
        return "Move" if self.moves else "Edit"

    @property
    def moves(self) -> bool:
        """Whether the item gets another key."""
        return self.base is not None and self.mine is not None and self._key(self.base) != self._key(self.mine)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it writes."""
        items = [item for item in (self.base, self.mine) if item is not None]
        return tuple(dict.fromkeys((self.entity.table.name, self._key(item)) for item in items))

    @property
    def key(self) -> Mapping[str, Any] | None:
        """The key of the item in the caller's own terms, as it was if it moves."""
        return self.entity.shown_key(self.mine if self.base is None else self.base)

    @property
    def is_nothing(self) -> bool:
        """Whether the stored item is already the edited item."""
        if self.base is None or self.mine is None:
            return self.base is self.mine
        return not self.moves and is_same(self.entity, self.base, self.mine)

    def _key(self, item: Any) -> str:
        return self.entity.encode_key(item)


def operations(edits: Iterable[Edit]) -> list[tuple[int, bool]]:
    """Return the place of the edit of each operation, and whether the operation puts an item where none must be."""
    found: list[tuple[int, bool]] = []
    for place, edit in enumerate(edits):
        found += [(place, edit.base is None)] + ([(place, True)] if edit.moves else [])
    return found


def is_same(entity: EntityModel[Any], one: Any, other: Any) -> bool:
    """Tell whether two items are stored alike; either may be `None`, and managed fields do not count."""
    if one is None or other is None:
        return one is other
    kept = managed_fields(entity)
    return all(held.forms[0] == held.forms[1] for held in held_in(entity, one, other) if held.name not in kept)


def wire_of(entity: EntityModel[Any], item: Any) -> dict[str, Any]:
    """Return an item as it is stored."""
    wire: dict[str, Any] = json.loads(entity.encode(item).text)
    return wire


def item_of(entity: EntityModel[Any], wire: Mapping[str, Any]) -> Any:
    """Return the object for an item as it is stored."""
    return entity.decode(json.dumps(wire).encode())
