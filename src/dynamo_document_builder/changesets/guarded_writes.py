"""The operations of an edit, each of which depends on what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.changesets.absence import reads_the_same_without
from dynamo_document_builder.changesets.edits import Edit, wire_of
from dynamo_document_builder.changesets.smallest_update import smallest_changes
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.commands.update import Update
from dynamo_document_builder.expressions.evaluation.stored_values import AsStored
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import (
    Comparison,
    Condition,
    Exists,
    ItemExists,
    all_of,
    any_of,
)
from dynamo_document_builder.model.entities.rest_paths import extra_paths, paths_of
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.transactions.unchanged import same_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.write_command import WriteCommand
    from dynamo_document_builder.schema.kinds.base import FieldInfo

_NULL: Final = '{"NULL":true}'
_LENIENT: Final = 60
"""
Fields of a class up to which a condition allows for the forms that are often stored instead of a put's.

With more fields, the condition would be too long for DynamoDB. DynamoDB then refuses the commit, and the library sends
it again with the form that is stored.
"""


def writes_of(edit: Edit, stored: Mapping[str, Any] | None = None) -> tuple[WriteCommand[Any], ...]:
    """
    Return what an edit writes, in order.

    *stored* is the item as it is stored, in DynamoDB JSON, where that is known to differ from what a put would store.
    """
    entity, base, mine = edit.entity, edit.base, edit.mine
    if base is None:
        return (_added(mine),)
    wire = wire_of(entity, base) if stored is None else stored
    versioned = _has_version(entity, base)
    guard = None if versioned else _guard(edit, wire)
    if mine is None or edit.moves:
        gone = Delete(base, condition=guard, check_version=versioned)
        return (gone,) if mine is None else (gone, _added(mine))
    changes = smallest_changes(entity, base, mine, wire, exact=stored is not None)
    return (Update(base, updates=changes, condition=guard, check_version=versioned),)


def _added(item: Any) -> Put[Any]:
    # Wherever it comes from, here it is a new item: what version it had elsewhere is not what must be stored here.
    return Put(item, condition=ItemExists(present=False), check_version=False)


def _guard(edit: Edit, wire: Mapping[str, Any]) -> Condition:
    """Return what must be true of the item where no version says it all: every field is what was read."""
    entity = edit.entity
    out = Rendering(entity.scope)
    lenient = len(entity.codec.fields) <= _LENIENT
    # Attributes that no field has, and that the edit adds, must not have been added by others.
    touched = wire if edit.mine is None or edit.moves else {**wire, **wire_of(entity, edit.mine)}
    parts: list[Condition] = []
    for info in entity.codec.fields.values():
        if info.key_only or info.attribute in entity.table.key_names:
            continue
        # An item that was stored before the field was there reads as this one: it is the same item, too.
        absent = lenient and _may_be_absent(entity, info, wire)
        for path in paths_of(entity, info, touched):
            same = same_value(path, wire, out)
            if lenient and info.optional and info.attribute not in wire:  # what is read as None may be stored as NULL
                same = any_of((same, Comparison(path, "=", AsStored(_NULL))))
            parts.append(any_of((same, Exists(path, present=False))) if absent else same)
    parts.extend(same_value(path, wire, out) for path in extra_paths(entity, touched))
    return all_of((*parts, ItemExists()))


def _has_version(entity: EntityModel[Any], base: Any) -> bool:
    """Tell whether the version of the item makes the write check that the item is unchanged."""
    # An item of version 0 was stored before its class kept one, so there is nothing to compare.
    roles = entity.codec.roles
    version = None if roles is None or roles.version is None else value_of(base, roles.version.name)
    return type(version) is int and version > 0


def _may_be_absent(entity: EntityModel[Any], info: FieldInfo, wire: Mapping[str, Any]) -> bool:
    return info.may_be_absent and info.attribute in wire and reads_the_same_without(entity, wire, (info.attribute,))
