"""
The tree of requested paths of a projection, and the paths to request from DynamoDB.

DynamoDB returns list elements without their indexes and omits elements that have none of the requested parts. That is
harmless if the same parts are requested of every element. Otherwise the library requests the elements whole, because
then they come back in the order of their indexes.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from dynamo_document_builder.schema.type_guards import split_wire
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.schema.kinds.base import Kind

NOTHING: Final = object()
"""The projection of a value that has none of the requested parts."""


class ProjectedPart(Struct):
    """One node of the tree: a name in the schema, the kind of its values, and the requested parts below it."""

    name: str
    kind: Kind | None
    """`None` for a value without a field, such as a key attribute."""
    may_be_null: bool = False
    whole: bool = False
    """True if the whole value is requested."""
    inner: dict[str, ProjectedPart] = field(default_factory=dict[str, "ProjectedPart"])
    """The requested members of a map, by stored name."""
    elements: dict[int, ProjectedPart] = field(default_factory=dict[int, "ProjectedPart"])
    """The requested elements of a list, by index."""
    each: ProjectedPart | None = None
    """The parts requested of every element of a list; `None` if they differ between elements."""

    def step(self, segment: Segment) -> ProjectedPart:
        """Return the node of the next path segment, and create it if necessary."""
        if isinstance(segment, int):
            return self.elements.setdefault(segment, ProjectedPart("", self.kind and self.kind.element()))
        info = None if self.kind is None else self.kind.member(segment)
        if info is None:
            return self.inner.setdefault(segment, ProjectedPart(segment, None))
        if info.rest:  # its entries are stored as attributes of the item
            return ProjectedPart("", info.kind, inner=self.inner)
        return self.inner.setdefault(info.attribute, ProjectedPart(segment, info.kind, info.optional))

    def resolve_lists(self) -> None:
        """Set `each` in the lists whose elements have the same requested parts. Call it after adding all paths."""
        wanted = [self.elements[index] for index in sorted(self.elements)]
        if wanted and not any(_differ(one, other) for one, other in combinations(wanted, 2)):
            self.each = wanted[0]
            for other in wanted[1:]:
                self.each = _united(self.each, other)
        for part in (*self.inner.values(), *wanted, *([] if self.each is None else [self.each])):
            part.resolve_lists()

    def requested_path(self, place: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Return the path to request: *place* itself, or a whole list element that contains it."""
        part: ProjectedPart | None = self
        for position, segment in enumerate(place, 1):
            if part is None or part.whole:
                break
            if not isinstance(segment, int):
                part = part.inner.get(segment)
            elif part.each is None:
                return place[:position]
            else:
                part = part.elements.get(segment)
        return place

    def project(self, wire: Any) -> Any:
        """Return the requested parts of a whole value, or `NOTHING` if the value has none of them."""
        if self.whole:
            return wire
        tag, stored = split_wire(wire)
        projected: Any = None
        if tag == "M" and is_mapping(stored):
            projected = {name: found for name, found in self._members(stored) if found is not NOTHING}
        elif tag == "L" and is_sequence(stored):
            projected = [found for found in self._projected_elements(stored) if found is not NOTHING]
        return {tag: projected} if projected else NOTHING

    def _members(self, stored: Any) -> Iterator[tuple[str, Any]]:
        return ((name, part.project(stored[name])) for name, part in self.inner.items() if name in stored)

    def _projected_elements(self, stored: Sequence[Any]) -> Iterator[Any]:
        there = [(part, stored[index]) for index, part in sorted(self.elements.items()) if index < len(stored)]
        return (value if self.each is None else part.project(value) for part, value in there)


def _differ(one: ProjectedPart, other: ProjectedPart) -> bool:
    """Return True if a value is requested whole in one element and in part in the other."""
    if one.whole or other.whole:
        return one.whole is not other.whole
    return any(_differ(one.inner[name], other.inner[name]) for name in one.inner.keys() & other.inner.keys()) or any(
        _differ(mine, theirs) for mine in one.elements.values() for theirs in other.elements.values()
    )


def _united(one: ProjectedPart, other: ProjectedPart) -> ProjectedPart:
    """Return a node with the requested parts of both elements."""
    united = ProjectedPart(one.name, one.kind, one.may_be_null, one.whole, dict(one.inner), dict(one.elements))
    for name, part in other.inner.items():
        united.inner[name] = _united(united.inner[name], part) if name in united.inner else part
    for index, part in other.elements.items():
        united.elements[index] = _united(united.elements[index], part) if index in united.elements else part
    return united
