"""
Evaluation of projections.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.testing.memory.storage.values import Item, Wire


def projected(item: Item, paths: Iterable[tuple[Segment, ...]]) -> Item:
    """Return the parts of an item at some paths, in their maps and lists. Lists keep the order of their elements."""
    wanted: dict[Segment, Any] = {}
    for path in paths:
        inner = wanted
        for segment in path:
            inner = inner.setdefault(segment, {})
    return _members(item, wanted)


def _members(members: dict[str, Wire], wanted: dict[Segment, Any]) -> dict[str, Wire]:
    found: dict[str, Wire] = {}
    for name, inner in wanted.items():
        part = _part(members.get(name), inner) if isinstance(name, str) else None
        if part is not None:
            found[name] = part  # type: ignore[index]
    return found


def _part(wire: Wire | None, wanted: dict[Segment, Any]) -> Wire | None:
    if wire is None or not wanted:
        return wire
    if "M" in wire:
        members = _members(wire["M"], wanted)
        return {"M": members} if members else None
    if "L" in wire:
        elements = wire["L"]
        places = sorted(place for place in wanted if isinstance(place, int) and place < len(elements))
        parts = [part for place in places if (part := _part(elements[place], wanted[place])) is not None]
        return {"L": parts} if parts else None
    return None
