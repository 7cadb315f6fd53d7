"""
Items of any shape, and conditions on them, out of a seed.

All values of a seed come from one small palette: what is compared is often equal, or nearly so, or of another type.
"""

from __future__ import annotations

import json
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from dynamo_document_builder import (
    and_,
    attr,
    begins_with,
    between,
    contains,
    exists,
    is_in,
    item_exists,
    item_not_exists,
    not_,
    not_exists,
    or_,
    size,
    stored,
    type_is,
)
from dynamo_document_builder.wire.json.untyped import untyped_text

if TYPE_CHECKING:
    from random import Random

    from dynamo_document_builder import Condition

Item = dict[str, Any]


@frozen(kw_only=True)
class Doc:
    """Anything may be in it, under names that expressions would trip over."""

    doc_id: Any
    a: Any = field(default=None, metadata=stored(alias="size"))
    b: Any = field(default=None, metadata=stored(alias="a.b"))
    c: Any = field(default=None, metadata=stored(alias="c"))


STORED_NAMES = ("size", "a.b", "c")
MEMBERS = ("x", "S")
FIELDS = tuple(attr(name) for name in "abc")
INNER = tuple(attr(name, *steps) for name in "abc" for steps in [(0,), (1,), ("x",), ("S",), (0, "x")])

MANY_DIGITS = 12345678901234567890123456789012345678
TEXTS = ("", "a", "ab", "b", "é", "\uffff", "\U0001f600", "a\U0001f600", "1")
NUMBERS = (0, 1, 2, -1, Decimal("0.1"), MANY_DIGITS, MANY_DIGITS + 1, Decimal("1E-130"), Decimal("9.9E125"))
BLOBS = (b"", b"a", b"ab", b"\xff", b"a\x00", b"1")
FLAGS = (True, False, None)
ORDERED = (TEXTS, NUMBERS, BLOBS)
TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")
SIGNS = (eq, ne, lt, le, gt, ge)


def few(random: Random, some: Any, most: int = 2) -> list[Any]:
    return random.sample(some, random.randint(1, min(most, len(some))))


def value(random: Random, family: Any, depth: int = 0) -> Any:
    """Return a value made of a few scalars."""
    shape = random.choice(["scalar", "scalar", "scalar", "set", "list", "map"] if depth < 2 else ["scalar"])
    if shape == "scalar":
        return random.choice(family if random.random() < 0.8 else FLAGS)
    if shape == "set":
        return set(few(random, family))
    if shape == "list":
        return [value(random, family, depth + 1) for _ in range(random.randint(0, 2))]
    return {name: value(random, family, depth + 1) for name in random.sample(MEMBERS, random.randint(0, 2))}


@frozen
class Palette:
    """What the items and the conditions of a seed are made of."""

    scalars: tuple[list[Any], ...]
    """A few texts, a few numbers, a few blobs; most values are made of the first of these."""
    values: list[Any]

    def item(self, random: Random, doc_id: str) -> Item | None:
        """Return an item in DynamoDB JSON, here and there none at all."""
        if random.random() < 0.1:
            return None
        named = {name: random.choice(self.values) for name in STORED_NAMES if random.random() < 0.9}
        whole = untyped_text({"PK": doc_id, "SK": "META", "doc_id": doc_id, **named})
        wire: Item = json.loads(whole, object_hook=lambda node: spelled(random, node))["M"]
        return wire

    def one(self, random: Random) -> Any:
        return random.choice(self.values)

    def ordered(self, random: Random, most: int = 1) -> list[Any]:
        scalars = self.scalars[0] if random.random() < 0.8 else random.choice(self.scalars)
        return sorted(random.choices(scalars, k=most), key=lambda one: one.encode() if isinstance(one, str) else one)

    def part(self, random: Random) -> Any:
        """Return what is inside a value, or might be."""
        whole = self.one(random)
        if random.random() < 0.2:
            return random.choice(FLAGS)
        if isinstance(whole, (list, set, frozenset)) and whole:
            return random.choice(list(whole))
        if isinstance(whole, (str, bytes)):
            return whole[random.randint(0, 1) :]
        return random.choice(random.choice(self.scalars))


def palette(random: Random) -> Palette:
    scalars = tuple(few(random, family, 3) for family in random.sample(ORDERED, 3))
    values = [value(random, scalars[0]) for _ in range(3)]
    elements = [value(random, scalars[0], 1) for _ in range(2)]
    members = {name: value(random, scalars[0], 1) for name in MEMBERS}
    return Palette(scalars, [*values, random.choice(scalars[1]), elements[: random.randint(1, 2)], members])


def spelled(random: Random, node: Item) -> Item:
    """Write numbers in another way that DynamoDB takes too, here and there."""
    if type(number := node.get("N")) is str:
        return {"N": other_spelling(random, number)}
    if type(numbers := node.get("NS")) is list:
        return {"NS": [other_spelling(random, number) for number in numbers]}
    return node


def other_spelling(random: Random, number: str) -> str:
    if "E" in number or random.random() < 0.5:
        return number
    return f"{number}0" if "." in number else f"{number}.0"


def attribute(random: Random) -> Any:
    return random.choice(FIELDS if random.random() < 0.7 else INNER)


def leaf(random: Random, fields_used: Palette) -> Condition:
    return random.choice(LEAVES)(random, fields_used)


def referring(random: Random, _: Palette) -> Any:
    one, other = (random.choice([*FIELDS, *map(size, FIELDS)]) for _ in range(2))
    # DynamoDB refuses to compare an attribute with itself.
    return item_exists() if repr(one) == repr(other) else random.choice(SIGNS)(one, other)


def containing(random: Random, fields_used: Palette) -> Any:
    whole = attribute(random)
    part = random.choice(FIELDS) if random.random() < 0.3 else fields_used.part(random)
    return item_not_exists() if repr(whole) == repr(part) else contains(whole, part)


def sized(random: Random, _: Palette) -> Any:
    low, high = sorted(random.choices(range(5), k=2))
    whole = size(attribute(random))
    return between(whole, low, high) if random.random() < 0.2 else random.choice(SIGNS)(whole, low)


def among(one: Any, values: list[Any]) -> Condition:
    """Return whether something is one of the values; one list or set alone would be taken for the values themselves."""
    if len(values) == 1 and isinstance(values[0], (list, tuple, set, frozenset)):
        return cast("Condition", one == values[0])
    return is_in(one, *values)


LEAVES: tuple[Any, ...] = (
    referring,
    containing,
    containing,
    sized,
    sized,
    lambda r, p: r.choice([eq, ne])(attribute(r), p.one(r)),
    lambda r, p: r.choice([eq, ne])(attribute(r), p.one(r)),
    lambda r, p: r.choice(SIGNS)(attribute(r), *p.ordered(r)),
    lambda r, p: r.choice(SIGNS)(attribute(r), *p.ordered(r)),
    lambda r, p: between(attribute(r), *p.ordered(r, 2)),
    lambda r, p: among(attribute(r), r.choices(p.values, k=r.randint(1, 3))),
    lambda r, p: begins_with(attribute(r), r.choice(r.choice([TEXTS, BLOBS]))[: r.randint(0, 2)]),
    lambda r, _: r.choice([exists, not_exists])(attribute(r)),
    lambda r, _: type_is(attribute(r), r.choice(TYPES)),
    lambda r, _: r.choice([item_exists, item_not_exists])(),
)


def condition(random: Random, fields_used: Palette, depth: int = 2) -> Condition:
    """Return one clause, or some under AND, OR and NOT."""
    if depth == 0 or random.random() < 0.6:
        return leaf(random, fields_used)
    parts = [condition(random, fields_used, depth - 1) for _ in range(random.randint(1, 3))]
    return random.choice([and_(*parts), or_(*parts), not_(parts[0])])
