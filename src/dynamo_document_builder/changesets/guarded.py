"""The operations of an edit, each of which depends on what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.changesets.edits import Edit, item_of, wire_of
from dynamo_document_builder.changesets.smallest import smallest_changes
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.commands.update import Update
from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.expressions.conditions import Comparison, Condition, Exists, ItemExists, all_of, any_of
from dynamo_document_builder.expressions.rendering import Rendering
from dynamo_document_builder.expressions.stored_values import AsStored
from dynamo_document_builder.model.rest_paths import extra_paths, paths_of
from dynamo_document_builder.schema.members import value_of
from dynamo_document_builder.transactions.unchanged import same_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.write_command import WriteCommand
    from dynamo_document_builder.schema.kinds.base import FieldInfo

_NULL: Final = '{"NULL":true}'


def writes_of(edit: Edit, stored: Mapping[str, Any] | None = None) -> tuple[WriteCommand[Any], ...]:
    """
    Return what an edit writes, in order.

    *stored* is the item as it is stored, in DynamoDB JSON, where that is known to differ from what a put would store.
    """
    entity, base, mine = edit.entity, edit.base, edit.mine
    if base is None:
        return (_added(mine),)
    guard = _guard(edit, wire_of(entity, base) if stored is None else stored)
    if mine is None:
        return (Delete(base, condition=guard),)
    if edit.moves:
        return Delete(base, condition=guard), _added(mine)
    return (Update(base, updates=smallest_changes(entity, base, mine), condition=guard),)


def _added(item: Any) -> Put[Any]:
    # Wherever it comes from, here it is a new item: what version it had elsewhere is not what must be stored here.
    return Put(item, condition=ItemExists(present=False), check_version=False)


def _guard(edit: Edit, wire: Mapping[str, Any]) -> Condition | None:
    """Return what must be true of the item; nothing, where its version says it all, as the write checks that itself."""
    entity, base = edit.entity, edit.base
    roles = entity.codec.roles
    if roles is not None and roles.version is not None:
        return None
    out = Rendering(entity.scope)
    # What no field has, and the edit brings, must not have been brought by others.
    touched = wire if edit.mine is None or edit.moves else {**wire, **wire_of(entity, edit.mine)}
    parts: list[Condition] = []
    for info in entity.codec.fields.values():
        if info.key_only or info.stored in entity.table.key_names:
            continue
        # An item that was stored before the field was there reads as this one: it is the same item, too.
        absent = _may_be_absent(entity, info, wire, base)
        for path in paths_of(entity, info, touched):
            same = same_value(path, wire, out)
            if info.optional and info.stored not in wire:  # what is read as None may be stored as NULL
                same = any_of((same, Comparison(path, "=", AsStored(_NULL))))
            parts.append(any_of((same, Exists(path, present=False))) if absent else same)
    parts.extend(same_value(path, wire, out) for path in extra_paths(entity, touched))
    return all_of((*parts, ItemExists()))


def _may_be_absent(entity: EntityModel[Any], info: FieldInfo, wire: Mapping[str, Any], base: Any) -> bool:
    if not info.may_be_absent or info.stored not in wire:
        return False
    try:
        other = item_of(entity, {name: value for name, value in wire.items() if name != info.stored})
    except StoredItemError:
        return False
    return bool(value_of(other, info.name) == value_of(base, info.name))
