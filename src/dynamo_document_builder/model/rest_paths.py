"""Paths of what an item holds in a field: one, or one for each attribute where the field is for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.paths import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo


def paths_of(entity: EntityModel[Any], info: FieldInfo, stored: Mapping[str, Any]) -> list[Path]:
    """Return the paths of the attributes that an item has of a field."""
    if not info.rest:
        return [Path((info.name,))]
    known = {field.stored for field in entity.codec.fields.values() if not field.rest}
    beside = {*known, *entity.plan.attributes, *entity.table.key_names, entity.table.entity_attribute}
    return [Path((info.name, name)) for name in stored if name not in beside]
