"""
Which parts of an item a projection wants, and what has to be asked for to read them.

DynamoDB returns the elements of a list without their indexes, and leaves out those that have none of the wanted parts.
Where all elements are wanted alike, that does no harm. Where they are not, all are asked for as a whole: then the first
that comes has the lowest index, and so on.
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
"""What is left of a value that has none of the wanted parts."""


class Part(Struct):
    """One place in an item: its name in the schema, what is stored there, and which parts of it are wanted."""

    name: str
    kind: Kind | None
    """`None`: anything, such as a key attribute that is no field."""
    may_be_null: bool = False
    whole: bool = False
    inner: dict[str, Part] = field(default_factory=dict[str, "Part"])
    """By stored name."""
    elements: dict[int, Part] = field(default_factory=dict[int, "Part"])
    """By index, of a list."""
    each: Part | None = None
    """What is wanted of any element of a list; `None` where the elements are wanted in different ways."""

    def step(self, segment: Segment) -> Part:
        """Return the place one segment further."""
        if isinstance(segment, int):
            return self.elements.setdefault(segment, Part("", self.kind and self.kind.element()))
        info = None if self.kind is None else self.kind.member(segment)
        if info is None:
            return self.inner.setdefault(segment, Part(segment, None))
        if info.rest:  # what it holds is stored beside the fields
            return Part("", info.kind, inner=self.inner)
        return self.inner.setdefault(info.attribute, Part(segment, info.kind, info.optional))

    def settle(self) -> None:
        """Find out which lists can be read element by element; all that is wanted is known."""
        wanted = [self.elements[index] for index in sorted(self.elements)]
        if wanted and not any(_differ(one, other) for one, other in combinations(wanted, 2)):
            self.each = wanted[0]
            for other in wanted[1:]:
                self.each = _united(self.each, other)
        for part in (*self.inner.values(), *wanted, *([] if self.each is None else [self.each])):
            part.settle()

    def asked(self, place: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Return what is asked for to read a place: itself, or the element of a list that it is in."""
        part: Part | None = self
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

    def left_of(self, wire: Any) -> Any:
        """Return what a projection would leave of a value that came whole: `NOTHING` where it has no wanted part."""
        if self.whole:
            return wire
        tag, stored = split_wire(wire)
        left: Any = None
        if tag == "M" and is_mapping(stored):
            left = {name: found for name, found in self._members_left(stored) if found is not NOTHING}
        elif tag == "L" and is_sequence(stored):
            left = [found for found in self._elements_left(stored) if found is not NOTHING]
        return {tag: left} if left else NOTHING

    def _members_left(self, stored: Any) -> Iterator[tuple[str, Any]]:
        return ((name, part.left_of(stored[name])) for name, part in self.inner.items() if name in stored)

    def _elements_left(self, stored: Sequence[Any]) -> Iterator[Any]:
        there = [(part, stored[index]) for index, part in sorted(self.elements.items()) if index < len(stored)]
        return (value if self.each is None else part.left_of(value) for part, value in there)


def _differ(one: Part, other: Part) -> bool:
    """Tell whether something is wanted whole of one element, and in part of another."""
    if one.whole or other.whole:
        return one.whole is not other.whole
    return any(_differ(one.inner[name], other.inner[name]) for name in one.inner.keys() & other.inner.keys()) or any(
        _differ(mine, theirs) for mine in one.elements.values() for theirs in other.elements.values()
    )


def _united(one: Part, other: Part) -> Part:
    """Return all that is wanted of either of two elements."""
    united = Part(one.name, one.kind, one.may_be_null, one.whole, dict(one.inner), dict(one.elements))
    for name, part in other.inner.items():
        united.inner[name] = _united(united.inner[name], part) if name in united.inner else part
    for index, part in other.elements.items():
        united.elements[index] = _united(united.elements[index], part) if index in united.elements else part
    return united
