"""The sides of a condition: what each is, whether DynamoDB compares them, and how each stands in the expression."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.expressions.evaluation.stored_values import AsStored, compare, stored
from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.rendering.rendering import Rendering, tags_of
from dynamo_document_builder.expressions.tree.paths import NODES, Arithmetic, IfNotExists, Path, SizeOf, Value
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.schema.kinds.base import Kind

BOUNDS: Final = (">=", "<=")
"""How `BETWEEN` compares with its two values."""
MIRRORED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""How the right side of a comparison compares with the left."""
MAX_CHOICES: Final = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""
ORDERED: Final = frozenset({"S", "N", "B"})
SIZED: Final = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})
_LISTS: Final = frozenset({"L"})
_SETS: Final = frozenset({"SS", "NS", "BS"})
_NUMBER: Final = frozenset({"N"})
_NUMBERS: Final = (int, float, Decimal)
_FOR_UPDATES: Final[dict[type, str]] = {
    IfNotExists: "DynamoDB takes ref() with a default, and if_not_exists(),",
    Arithmetic: "DynamoDB takes + and -",
}


class Side(Struct, frozen=True):
    """One side of a condition: an attribute, the size of something, or a value."""

    node: Any
    """As it was given."""
    segments: tuple[Segment, ...] = ()
    """Where an attribute is stored; empty for a value, and for an attribute that the schema lacks."""
    kind: Kind | None = None
    """What may be stored there; `None`: anything."""
    is_value: bool = False
    sized: bool = False
    text: str = ""
    """A value in DynamoDB JSON; empty for what is refused."""

    @property
    def tags(self) -> frozenset[str] | None:
        """The stored types it can have, `None` for any."""
        if self.sized:
            return _NUMBER
        return frozenset({tag_in(self.text)}) if self.is_value and self.text else tags_of(self.kind)

    def placed(self, out: Rendering) -> str:
        """Return what stands in the expression."""
        inner = self._wire(out) if self.is_value else out.path_text(self.segments)
        return f"size({inner})" if self.sized else inner

    def _wire(self, out: Rendering) -> str:
        return self.text and out.wire_value(self.text)


def tag_in(text: str) -> str:
    """Return the type of a value in DynamoDB JSON."""
    return text[2 : text.index('"', 2)]


def side(out: Rendering, node: Any) -> Side:
    """Look at one side of a condition; what is wrong with it is noted."""
    match node:
        case Side():
            return node
        case Path():
            resolved = out.resolve(node)
            return Side(node) if resolved is None else Side(node, resolved.segments, resolved.kind)
        case SizeOf(of=of):
            return _sized(out, node, side(out, of))
        case Value(value=value):
            return Side(value, is_value=True)
        case _ if isinstance(node, NODES):
            found = _FOR_UPDATES.get(type(node), "DynamoDB takes append and prepend")
            out.problem(f"a condition compares attributes and values, as in ref('limit'); {found} only in updates")
            return Side(node)
        case _:
            return Side(node, is_value=True)


def _sized(out: Rendering, node: SizeOf, inner: Side) -> Side:
    if inner.is_value:
        inner = as_given(out, inner, str(node))
        if inner.text and tag_in(inner.text) not in SIZED:
            out.problem(f"size takes text, bytes, a set, a list or a map, not {type(inner.node).__name__}")
        return replace(inner, node=node, sized=True)
    out.can_be(inner.node, inner.kind, SIZED, "it has no size")
    return replace(inner, node=node, kind=None, sized=True)


def unsized(out: Rendering, node: Any, function: str) -> Side:
    """Look at a side of a function that takes no size."""
    if isinstance(node, SizeOf):
        out.problem(f"{function} takes an attribute; {node} is a number to compare with, as in size(...) > 2")
    return side(out, node)


def attribute(out: Rendering, node: Any, function: str) -> Side:
    """Look at the one side of a function that takes attributes only."""
    if isinstance(node, Value):
        out.problem(f"{function} takes an attribute, not {node}")
    return unsized(out, node, function)


def as_given(out: Rendering, one: Side, about: str) -> Side:
    """Return a side with its text, if it is a value: its own type says how it is stored."""
    return replace(one, text=out.text(None, one.node, about)) if one.is_value and not one.sized else one


def compared(out: Rendering, operand: Any, given: Sequence[Any], signs: Sequence[str]) -> tuple[Side, ...]:
    """Return the sides of a comparison, the operand first; the signs say how it is compared with each of the others."""
    left = side(out, operand)
    rights = [side(out, node) for node in given]
    judge = next((one for one in (left, *rights) if one.sized or not one.is_value), None)
    _check_attributes(out, left, rights, judge)
    by_order = not EQUALITIES.issuperset(signs)
    if by_order and not _have_order(out, (left, *rights)):
        return (left, *rights)
    if left.is_value:  # a value finer than what is stored cannot be rounded for several comparisons at once
        signs = [MIRRORED[sign] for sign in signs] if len(signs) == 1 else ["="] * len(signs)
        left = encoded(out, left, judge, signs[0], by_order=by_order)
    others = [encoded(out, one, judge, sign, by_order=by_order) for one, sign in zip(rights, signs, strict=True)]
    return (left, *others)


def _check_attributes(out: Rendering, left: Side, rights: Sequence[Side], judge: Side | None) -> None:
    if any(is_same(left, one) for one in rights):
        out.problem(f"{str(left.node)!r} is compared with itself, which DynamoDB refuses")
    for one in rights:
        if one.is_value or one is judge or judge is None or is_same(left, one):
            continue
        check_comparable(out, judge, one)


def is_same(one: Side, other: Side) -> bool:
    """Tell whether two sides are one attribute, or the size of one: DynamoDB wants the first to differ from all."""
    return bool(one.segments) and one.segments == other.segments and one.sized == other.sized


def check_comparable(out: Rendering, one: Side, other: Side) -> None:
    """Note why two attributes, or their sizes, can never be equal."""
    left, right = one.tags, other.tags
    if left is not None and right is not None and not left & right:
        out.problem(f"{str(one.node)!r} and {str(other.node)!r} are stored as different types and are never equal")
    elif (
        one.kind
        and other.kind
        and one.kind.storage_form
        and other.kind.storage_form
        and one.kind.storage_form != other.kind.storage_form
    ):
        out.problem(
            f"{str(one.node)!r} and {str(other.node)!r} are stored in different forms, which DynamoDB cannot compare"
        )


def _have_order(out: Rendering, sides: Sequence[Side]) -> bool:
    """Say whether all attributes can be compared by order; of those that cannot, note why."""
    return [one for one in sides if not _has_order(out, one)] == []


def _has_order(out: Rendering, one: Side) -> bool:
    if one.is_value or one.sized:
        return True
    if not out.can_be(one.node, one.kind, ORDERED, "it has no order to compare by"):
        return False
    if one.kind is not None and one.kind.unordered:
        out.problem(f"{str(one.node)!r} is {one.kind.expected}, {one.kind.unordered}")
        return False
    return True


def encoded(out: Rendering, one: Side, judge: Side | None, sign: str, *, by_order: bool = False) -> Side:
    """Return a side with its text, if it is a value: as what it is compared with is stored."""
    if not one.is_value or one.sized:
        return one
    if isinstance(one.node, Undecoded):
        return _decoded(out, one, judge, sign, by_order=by_order)
    text = out.text(None, one.node, "a value") if judge is None else _text(out, one.node, judge, sign)
    if text and by_order and tag_in(text) not in ORDERED:
        about = "a value" if judge is None else repr(str(judge.node))
        text = out.problem(f"{about} is compared by order with a value stored as {tag_in(text)}, which has no order")
    return replace(one, text=text)


def _decoded(out: Rendering, one: Side, judge: Side | None, sign: str, *, by_order: bool) -> Side:
    """Return the side of a value in JSON, read as what it is compared with is stored."""
    try:
        value = one.node.decoded(None if judge is None else judge.kind)
    except MisfitError as error:
        out.refuse("a value" if judge is None else str(judge.node), error.failures)
        return one
    return encoded(out, replace(one, node=value), judge, sign, by_order=by_order)


def _text(out: Rendering, value: Any, judge: Side, sign: str) -> str:
    about = str(judge.node)
    if judge.sized and (not isinstance(value, _NUMBERS) or isinstance(value, bool)) and type(value) is not AsStored:
        return out.problem(f"{about} is compared with int, not {type(value).__name__}")
    if value is None and judge.tags is not None and "NULL" not in judge.tags:
        return out.problem(f"{about!r} is compared with None, which is never stored: use exists() or not_exists()")
    if value is None and sign not in EQUALITIES:
        return out.problem(f"{about!r} is compared by order with None, which has no order")
    return out.text(judge.kind, value, about, sign)


def choices(out: Rendering, operand: Side, values: tuple[Any, ...], collection: type | None) -> tuple[Any, ...]:
    """
    Return the values that an attribute may be one of; *collection* is what they were given in, if in one.

    Where the attribute holds nothing but such collections, the whole is the only choice.
    """
    found = values if collection is None else _unpacked(out, operand, values, collection)
    if not 1 <= len(found) <= MAX_CHOICES:
        out.problem(f"is_in takes 1 to {MAX_CHOICES} values, not {len(found)}")
    return found


def _unpacked(out: Rendering, operand: Side, values: tuple[Any, ...], collection: type) -> tuple[Any, ...]:
    own, tags = _SETS if collection is set else _LISTS, operand.tags
    if tags is not None and tags <= own:
        return (cast("Any", collection(values)),)
    is_known = operand.is_value or bool(operand.segments)
    if is_known and (tags is None or tags & own):
        out.problem(
            f"{str(operand.node)!r} may hold a {collection.__name__} itself: write is_in(*values) if it is one of the "
            "values, or equals(values) if it is all of them"
        )
    return values


def check_range(out: Rendering, sides: Sequence[Side]) -> None:
    """Note that no value can be in a range, by what DynamoDB compares with."""
    operand, low, high = sides
    if not (low.is_value and low.text and high.is_value and high.text) or low.sized or high.sized:
        return
    about = "a value" if operand.is_value else repr(str(operand.node))
    if tag_in(low.text) != tag_in(high.text):
        out.problem(
            f"{about} is compared with a range from a value stored as {tag_in(low.text)} to one stored as "
            f"{tag_in(high.text)}; DynamoDB takes two of one type"
        )
    elif compare(">", stored(json.loads(low.text)), stored(json.loads(high.text))):
        out.problem(f"{about} is compared with a range whose low end is above its high end, as stored")
