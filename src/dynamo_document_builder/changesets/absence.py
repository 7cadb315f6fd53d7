"""Attributes that a stored item may lack, and still be what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.changesets.edits import item_of
from dynamo_document_builder.changesets.item_values import stored_fields
from dynamo_document_builder.errors import StoredItemError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel


def reads_the_same_without(entity: EntityModel[Any], wire: Mapping[str, Any], names: Sequence[str]) -> bool:
    """
    Tell whether an item is read as the same object where an attribute, or a member of one, is not stored.

    That is so of a default: an item that was stored before its field was there reads like one that has it.
    """
    try:
        other = item_of(entity, _without(wire, names))
    except StoredItemError:
        return False
    return stored_fields(entity, other) == stored_fields(entity, item_of(entity, wire))


def _without(wire: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    name, *inner = names
    rest = {other: value for other, value in wire.items() if other != name}
    if inner:
        rest[name] = {"M": _without(wire[name]["M"], inner)}
    return rest
