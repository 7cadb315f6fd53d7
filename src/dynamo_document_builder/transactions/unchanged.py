"""What must be true of an item for it to be what was read: its version, or everything that could be seen of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.conditions import Comparison, Condition, Exists, ItemExists, all_of
from dynamo_document_builder.expressions.paths import Path
from dynamo_document_builder.expressions.rendering import Rendering
from dynamo_document_builder.expressions.stored_values import AsStored, find
from dynamo_document_builder.model.rest_paths import extra_paths, paths_of
from dynamo_document_builder.schema.codec import codec_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.expressions.stored_values import Wire
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.projections import Projection


def unchanged(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any] | None) -> Condition:
    """Return a condition that is true of an item as long as it is what was read; *item* is that, as it is stored."""
    if item is None:
        return ItemExists(present=False)
    out = Rendering(entity.scope)
    leaves = [same_value(path, item, out) for path in _watched(entity, projection, item)]
    if not any(leaf.implies_item() for leaf in leaves):  # one that was deleted since would pass for it
        leaves.append(ItemExists())
    return all_of(tuple(leaves))


def same_value(path: Path, item: Mapping[str, Any], out: Rendering) -> Condition:
    """Return a condition that is true as long as a path holds what it holds in an item."""
    resolved = out.resolve(path)
    wire: Wire | None = None if resolved is None else find(item, resolved.segments)
    if wire is None:
        return Exists(path, present=False)
    return Comparison(path, "=", AsStored(json.dumps(wire, ensure_ascii=False, separators=(",", ":"))))


def _watched(entity: EntityModel[Any], projection: Projection | None, item: Mapping[str, Any]) -> Iterable[Path]:
    """Return the paths that tell whether an item is the same: one, where a version that changes with it was read."""
    fields, roles = entity.codec.fields, entity.codec.roles
    if roles is not None and roles.version is not None and roles.version.stored in item:
        return [Path((roles.version.name,))]
    if isinstance(projection, tuple):
        return [_whole(path) for path in projection]
    seen = fields if projection is None else codec_of(projection).fields
    stored = {info.stored for info in seen.values() if not info.key_only}.difference(entity.table.key_names)
    extras = extra_paths(entity, item) if projection is None else []
    return [
        *(path for info in fields.values() if info.stored in stored for path in paths_of(entity, info, item)),
        *extras,
    ]


def _whole(path: Path) -> Path:
    if any(isinstance(segment, int) for segment in path.segments):
        raise UsageError(
            f"{str(path)!r} is an element of a list, whose place says nothing once the list changes: "
            "read the whole list where the item is to be written"
        )
    return path
