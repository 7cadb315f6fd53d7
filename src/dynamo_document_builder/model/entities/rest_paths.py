"""
Paths of what an item holds: one for a field, or one for each attribute where the field is for the rest.

What a class keeps without a field for it, the extras of pydantic, has such paths too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.tree.paths import Extra, Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo


def paths_of(entity: EntityModel[Any], info: FieldInfo, stored: Mapping[str, Any]) -> list[Path]:
    """Return the paths of the attributes that an item has of a field."""
    if not info.rest:
        return [Path((info.name,))]
    return [Path((info.name, name)) for name in _beside(entity, stored)]


def extra_paths(entity: EntityModel[Any], stored: Mapping[str, Any]) -> list[Path]:
    """Return the paths of the attributes that an item has without a field for them, where its class keeps these."""
    if not any(member.kind.layout.adapter.keeps_extras for member in entity.codec.members):
        return []
    return [Path((Extra(name),)) for name in _beside(entity, stored)]


def _beside(entity: EntityModel[Any], stored: Mapping[str, Any]) -> list[str]:
    known = {field.attribute for field in entity.codec.fields.values() if not field.rest}
    beside = {*known, *entity.plan.attributes, *entity.table.key_names, entity.table.entity_attribute}
    return [name for name in stored if name not in beside]
