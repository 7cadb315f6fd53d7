"""Conditions that are true as long as an item has not changed: on its version, or on every attribute that was read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.evaluation.stored_values import WireValue, find
from dynamo_document_builder.expressions.rendering.problems import ExpressionProblemsError
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import Condition, ItemExists, all_of
from dynamo_document_builder.expressions.tree.leaves import Comparison, Exists
from dynamo_document_builder.expressions.tree.paths import Path
from dynamo_document_builder.model.entities.rest_paths import extra_paths, paths_of
from dynamo_document_builder.model.managed.optimistic_lock import Preconditions
from dynamo_document_builder.model.writing.members import condition_members
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.expressions.evaluation.stored_values import Wire
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import Projection


MAX_COMPARED: Final = 150
"""The most comparisons in one condition: each comparison and each AND is an operator, and DynamoDB allows 300."""
_ALWAYS_FIT: Final = 50
"""So few comparisons fit into a condition in any case."""


def too_many_attributes(entity: EntityModel[Any], projection: Projection | None) -> str | None:
    """Return why items cannot be compared, if the read has too many attributes for one condition; else `None`."""
    roles = entity.codec.roles
    if roles is not None and roles.version is not None:
        return None
    count = len(projection) if isinstance(projection, tuple) else len(_read_attributes(entity, projection))
    return _too_many(count) if count > MAX_COMPARED else None


def _too_many(count: int) -> str:
    return (
        f"an item without a version is compared attribute by attribute, and {count} attributes are too many for one "
        "condition of DynamoDB. Add a version field, metadata=stored(version=True), or read fewer attributes, with "
        "projection= of the TransactGet"
    )


def unchanged(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any] | None) -> Condition:
    """Return a condition that is true as long as the stored item equals *item*, which was read, in DynamoDB JSON."""
    if item is None:
        return ItemExists(present=False)
    out = Rendering(entity.scope)
    parts = [same_value(path, item, out) for path in _watched(entity, projection, item)]
    if not any(part.implies_item() for part in parts):  # without it, the condition would be true of a deleted item
        parts.append(ItemExists())
    condition = all_of(tuple(parts))
    if len(parts) > _ALWAYS_FIT and not _fits(entity, condition, len(parts)):
        raise UsageError(_too_many(len(parts)))
    return condition


def _fits(entity: EntityModel[Any], condition: Condition, count: int) -> bool:
    if count > MAX_COMPARED:
        return False
    try:
        condition_members(entity, Preconditions(condition, None))
    except ExpressionProblemsError:
        return False
    return True


def same_value(path: Path, item: Mapping[str, Any], out: Rendering) -> Condition:
    """Return a condition that is true as long as a path has the same value as in *item*."""
    resolved = out.resolve(path)
    wire: Wire | None = None if resolved is None else find(item, resolved.segments)
    if wire is None:
        return Exists(path, present=False)
    return Comparison(path, "=", WireValue(json.dumps(wire, ensure_ascii=False, separators=(",", ":"))))


def _watched(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any]) -> Iterable[Path]:
    """Return the paths to compare: only the version, if it was read; otherwise all that were read."""
    fields, roles = entity.codec.fields, entity.codec.roles
    if roles is not None and roles.version is not None and roles.version.attribute in item:
        return [Path((roles.version.name,))]
    if isinstance(projection, tuple):
        return [_checked_path(path) for path in projection]
    stored = _read_attributes(entity, projection)
    extras = extra_paths(entity, item) if projection is None else []
    return [
        *(path for info in fields.values() if info.attribute in stored for path in paths_of(entity, info, item)),
        *extras,
    ]


def _read_attributes(entity: EntityModel[Any], projection: Any) -> set[str]:
    """Return the attributes that a read of whole items, or of the fields of a class, returns."""
    fields = entity.codec.fields if projection is None else codec_of(projection).fields
    return {info.attribute for info in fields.values() if not info.key_only}.difference(entity.table.key_names)


def _checked_path(path: Path) -> Path:
    if any(isinstance(segment, int) for segment in path.segments):
        raise UsageError(
            f"{str(path)!r} is an element of a list, and its index may change when the list changes: "
            "read the whole list if you write the item"
        )
    return path
