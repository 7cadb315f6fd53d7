"""Keys that two entities of one table can both build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.model.keys.collisions import collision

if TYPE_CHECKING:
    from dynamo_document_builder.model.entity_model import EntityModel


def clash(one: EntityModel[Any], other: EntityModel[Any]) -> str | None:
    """Return a primary key that both entities can build, as text; `None` if there is none, or it is not known."""
    pairs = list(zip(one.plan.primary, other.plan.primary, strict=True))
    found = list[str]()
    for mine, theirs in pairs:
        if mine.template is None or theirs.template is None:
            return None
        key = collision(mine.template, theirs.template)
        if key is None:
            return None
        found.append(f"{mine.attribute}={key!r}")
    return " ".join(found)
