"""
Paths of fields, including the fields that hold undeclared attributes.

A field has one path. A field with `stored(rest=True)`, and the extras of a pydantic model, have one path per undeclared
attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.tree.paths import Extra, Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo


def paths_of(entity: EntityModel[Any], info: FieldInfo, stored: Mapping[str, Any]) -> list[Path]:
    """Return the paths of a field; *stored* is the item in DynamoDB JSON."""
    if not info.rest:
        return [Path((info.name,))]
    return [Path((info.name, name)) for name in _undeclared(entity, stored)]


def extra_paths(entity: EntityModel[Any], stored: Mapping[str, Any]) -> list[Path]:
    """Return the paths of undeclared attributes that the class keeps as extras."""
    if not any(member.kind.layout.adapter.keeps_extras for member in entity.codec.members):
        return []
    return [Path((Extra(name),)) for name in _undeclared(entity, stored)]


def _undeclared(entity: EntityModel[Any], stored: Mapping[str, Any]) -> list[str]:
    known = {field.attribute for field in entity.codec.fields.values() if not field.rest}
    declared = {*known, *entity.plan.attributes, *entity.table.key_names, entity.table.entity_attribute}
    return [name for name in stored if name not in declared]
