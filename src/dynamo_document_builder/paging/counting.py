"""
Count items: DynamoDB counts, or the library counts keys if DynamoDB would include items of other entities.

Both cost the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from dynamo_document_builder.model.keys.stored_keys import stored_values
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Raw

    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.paging.keys.terms import Selection
    from dynamo_document_builder.paging.sources.foreign_items import Ownership
    from dynamo_document_builder.paging.sources.source import Source

    KeyCounter: TypeAlias = tuple[tuple[str, ...], Callable[[bytes | Raw], bool]]
    """The attributes to read in addition to the key, and a function that returns True for an item that counts."""


def key_counter(source: Source, index: IndexPart | None, selection: Selection) -> KeyCounter | None:
    """Return how the library counts items; `None` if DynamoDB's count is right."""
    own, is_selected = source.ownership(index), selection.is_selected
    if own is not None and is_selected is None and _has_own_keys_only(own, selection):
        own = None
    if own is None and is_selected is None:
        return None
    attributes = () if own is None else own.attributes

    def counts(raw: bytes | Raw) -> bool:
        return (is_selected is None or is_selected(sort_key(raw, selection.sort_attribute))) and (
            own is None or own.is_own(raw)
        )

    return attributes, counts


def sort_key(raw: bytes | Raw, attribute: str) -> str:
    """Return the text of a sort key."""
    stored = stored_values((attribute,))(raw)
    return "" if stored is None else stored[0][1]


def _has_own_keys_only(own: Ownership, selection: Selection) -> bool:
    """Return True if the key condition already restricts the read to own items."""
    equal: dict[str, Any] = {one.attribute: one.values[0] for one in selection.terms if one.operator == "="}
    if not equal.keys() >= {*own.attributes}:
        return False
    members = [f"{quote(name)}:{equal[name]}" for name in own.attributes]
    return own.is_own(f"{{{','.join(members)}}}".encode())
