"""The operations of an edit, each with a condition that the item is unchanged since it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.changesets.item_values import reads_the_same_without, wire_of
from dynamo_document_builder.changesets.smallest_update import smallest_changes
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.commands.update import Update
from dynamo_document_builder.expressions.evaluation.stored_values import WireValue
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import Condition, ItemExists, all_of, any_of
from dynamo_document_builder.expressions.tree.leaves import Comparison, Exists
from dynamo_document_builder.model.entities.rest_paths import extra_paths, paths_of
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.transactions.unchanged import same_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.write_command import WriteCommand
    from dynamo_document_builder.schema.kinds.base import FieldInfo

_NULL: Final = '{"NULL":true}'
_LENIENT: Final = 60
"""
The maximum number of fields for which the condition also accepts other common stored forms of the same value.

With more fields, the condition would be too long for DynamoDB. If DynamoDB then refuses the commit, the library sends
it again with conditions on the stored form.
"""


def writes_of(edit: Edit, stored: Mapping[str, Any] | None = None) -> tuple[WriteCommand[Any], ...]:
    """
    Return the operations of an edit, in order.

    *stored* is the stored item in DynamoDB JSON, if it is known to differ from the form that a put writes.
    """
    entity, base, mine = edit.entity, edit.base, edit.mine
    if base is None:
        return (_insert(mine),)
    wire = wire_of(entity, base) if stored is None else stored
    versioned = _has_version(entity, base)
    guard = None if versioned else _guard(edit, wire)
    if mine is None or edit.moves:
        delete = Delete(base, condition=guard, check_version=versioned)
        return (delete,) if mine is None else (delete, _insert(mine))
    changes = smallest_changes(entity, base, mine, wire, exact=stored is not None)
    return (Update(base, updates=changes, condition=guard, check_version=versioned),)


def _insert(item: Any) -> Put[Any]:
    # The item is new under this key, so a version that it had under another key is not checked.
    return Put(item, condition=ItemExists(present=False), check_version=False)


def _guard(edit: Edit, wire: Mapping[str, Any]) -> Condition:
    """Return the condition that every field of an item without a version is unchanged since it was read."""
    entity = edit.entity
    out = Rendering(entity.scope)
    lenient = len(entity.codec.fields) <= _LENIENT
    # If the edit adds attributes without a field, no other writer may have added them.
    touched = wire if edit.mine is None or edit.moves else {**wire, **wire_of(entity, edit.mine)}
    parts: list[Condition] = []
    for info in entity.codec.fields.values():
        if info.key_only or info.attribute in entity.table.key_names:
            continue
        # An item that was stored before its class had the field reads as the same item.
        absent = lenient and _may_be_absent(entity, info, wire)
        for path in paths_of(entity, info, touched):
            same = same_value(path, wire, out)
            if lenient and info.optional and info.attribute not in wire:  # None may be stored as NULL
                same = any_of((same, Comparison(path, "=", WireValue(_NULL))))
            parts.append(any_of((same, Exists(path, present=False))) if absent else same)
    parts.extend(same_value(path, wire, out) for path in extra_paths(entity, touched))
    return all_of((*parts, ItemExists()))


def _has_version(entity: EntityModel[Any], base: Any) -> bool:
    """Return True if the item has a version, so that the write checks the version instead of every field."""
    # Version 0 means that the item was stored before its class had a version, so there is nothing to compare.
    roles = entity.codec.roles
    version = None if roles is None or roles.version is None else value_of(base, roles.version.name)
    return type(version) is int and version > 0


def _may_be_absent(entity: EntityModel[Any], info: FieldInfo, wire: Mapping[str, Any]) -> bool:
    return info.may_be_absent and info.attribute in wire and reads_the_same_without(entity, wire, (info.attribute,))
