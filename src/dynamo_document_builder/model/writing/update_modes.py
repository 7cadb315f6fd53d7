"""Modes of an update: its condition says that the item exists, that it does not, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition

Mode: TypeAlias = Literal["update", "create", "upsert"]
"""Whether the condition says that the item exists, that it does not, or neither."""


def mode_of(condition: Condition | None, key_names: tuple[str, ...]) -> Mode:
    """Return the mode of an update with this condition."""
    if condition is None:
        return "upsert"
    if condition.implies_item():
        return "update"
    return "create" if condition.implies_no_item(key_names) else "upsert"
