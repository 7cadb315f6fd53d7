"""
Reads that count: by DynamoDB where its own count is right, by the keys of the items where it would count others too.

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
    from dynamo_document_builder.paging.keys.clauses import Selection
    from dynamo_document_builder.paging.sources.foreign_items import Ownership
    from dynamo_document_builder.paging.sources.source import Source

    ByKey: TypeAlias = tuple[tuple[str, ...], Callable[[bytes | Raw], bool]]
    """The attributes to read beside the key, and what tells whether an item counts."""


def counted_by_key(source: Source, index: IndexPart | None, selection: Selection) -> ByKey | None:
    """Return how items are counted by what is read of each; `None` where DynamoDB's own count is right."""
    own, is_meant = source.ownership(index), selection.is_meant
    if own is not None and is_meant is None and _is_settled(own, selection):
        own = None
    if own is None and is_meant is None:
        return None
    attributes = () if own is None else own.attributes

    def counts(raw: bytes | Raw) -> bool:
        return (is_meant is None or is_meant(sort_key(raw, selection.sort_attribute))) and (
            own is None or own.is_own(raw)
        )

    return attributes, counts


def sort_key(raw: bytes | Raw, attribute: str) -> str:
    """Return the text of a sort key."""
    stored = stored_values((attribute,))(raw)
    return "" if stored is None else stored[0][1]


def _is_settled(own: Ownership, selection: Selection) -> bool:
    """Tell whether the key condition alone says that an item is read here."""
    equal: dict[str, Any] = {one.attribute: one.values[0] for one in selection.clauses if one.operator == "="}
    if not equal.keys() >= {*own.attributes}:
        return False
    members = [f"{quote(name)}:{equal[name]}" for name in own.attributes]
    return own.is_own(f"{{{','.join(members)}}}".encode())
