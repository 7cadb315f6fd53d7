"""What must be true of an item for it to be what was read: its version, or everything that could be seen of it."""

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
from dynamo_document_builder.model.managed.preconditions import Preconditions
from dynamo_document_builder.model.writing.members import condition_members
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.expressions.evaluation.stored_values import Wire
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import Projection


MAX_COMPARED: Final = 150
"""Comparisons of one condition: each is an operator, and so is each AND between two, and DynamoDB takes 300."""
_SURELY_FIT: Final = 50


def too_wide(entity: EntityModel[Any], projection: Projection | None) -> str | None:
    """Say why items cannot be compared with what was read of them, if the schema has too many fields for that."""
    roles = entity.codec.roles
    if roles is not None and roles.version is not None:
        return None
    count = len(projection) if isinstance(projection, tuple) else len(_seen(entity, projection))
    return _advice(count) if count > MAX_COMPARED else None


def _advice(count: int) -> str:
    return (
        f"an item without a version is compared attribute by attribute, and {count} attributes are too many for one "
        "condition of DynamoDB. Add a version field, metadata=stored(version=True), or read fewer attributes, with "
        "projection= of the TransactGet"
    )


def unchanged(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any] | None) -> Condition:
    """Return a condition that is true of an item as long as it is what was read; *item* is that, as it is stored."""
    if item is None:
        return ItemExists(present=False)
    out = Rendering(entity.scope)
    leaves = [same_value(path, item, out) for path in _watched(entity, projection, item)]
    if not any(leaf.implies_item() for leaf in leaves):  # one that was deleted since would pass for it
        leaves.append(ItemExists())
    condition = all_of(tuple(leaves))
    if len(leaves) > _SURELY_FIT and not _fits(entity, condition, len(leaves)):
        raise UsageError(_advice(len(leaves)))
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
    """Return a condition that is true as long as a path holds what it holds in an item."""
    resolved = out.resolve(path)
    wire: Wire | None = None if resolved is None else find(item, resolved.segments)
    if wire is None:
        return Exists(path, present=False)
    return Comparison(path, "=", WireValue(json.dumps(wire, ensure_ascii=False, separators=(",", ":"))))


def _watched(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any]) -> Iterable[Path]:
    """Return the paths that tell whether an item is the same: one, where a version that changes with it was read."""
    fields, roles = entity.codec.fields, entity.codec.roles
    if roles is not None and roles.version is not None and roles.version.attribute in item:
        return [Path((roles.version.name,))]
    if isinstance(projection, tuple):
        return [_whole(path) for path in projection]
    stored = _seen(entity, projection)
    extras = extra_paths(entity, item) if projection is None else []
    return [
        *(path for info in fields.values() if info.attribute in stored for path in paths_of(entity, info, item)),
        *extras,
    ]


def _seen(entity: EntityModel[Any], projection: Any) -> set[str]:
    """Return the names of the attributes that a read of whole items, or with the fields of a class, looks at."""
    seen = entity.codec.fields if projection is None else codec_of(projection).fields
    return {info.attribute for info in seen.values() if not info.key_only}.difference(entity.table.key_names)


def _whole(path: Path) -> Path:
    if any(isinstance(segment, int) for segment in path.segments):
        raise UsageError(
            f"{str(path)!r} is an element of a list, whose place says nothing once the list changes: "
            "read the whole list where the item is to be written"
        )
    return path
