"""
The sides of a condition: attributes, sizes and values.

Checks whether DynamoDB can compare the sides. Encodes each value in the stored form of the attribute that it is
compared with.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.expressions.evaluation.stored_values import WireValue, comparable, compare
from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.rendering.rendering import Rendering, wire_types_of
from dynamo_document_builder.expressions.tree.paths import NODES, Arithmetic, IfNotExists, Path, SizeOf, Value
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.schema.kinds.base import Kind

BOUNDS: Final = (">=", "<=")
"""The operators by which `BETWEEN` compares with its two values."""
MIRRORED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""For each operator, the operator after the two sides are swapped."""
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
    """The node of the tree, or the plain value."""
    segments: tuple[Segment, ...] = ()
    """The stored path of an attribute. Empty for a value, and for an attribute that the schema does not have."""
    kind: Kind | None = None
    """The type of the attribute in the schema; `None` for any type."""
    is_value: bool = False
    sized: bool = False
    """True for the size of an attribute or value."""
    text: str = ""
    """A value in DynamoDB JSON. Empty if the value was refused."""

    @property
    def wire_types(self) -> frozenset[str] | None:
        """The wire types that this side can have, `None` for any."""
        if self.sized:
            return _NUMBER
        return frozenset({wire_type_of(self.text)}) if self.is_value and self.text else wire_types_of(self.kind)

    def render(self, out: Rendering) -> str:
        """Return the text of this side in the expression."""
        inner = self._wire(out) if self.is_value else out.path_text(self.segments)
        return f"size({inner})" if self.sized else inner

    def _wire(self, out: Rendering) -> str:
        return self.text and out.wire_value(self.text)


def wire_type_of(text: str) -> str:
    """Return the wire type of a value in DynamoDB JSON: `N` for `{"N":"1"}`."""
    return text[2 : text.index('"', 2)]


def side(out: Rendering, node: Any) -> Side:
    """Return one side of a condition, with its path resolved. Problems are added to *out*."""
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
            out.add_problem(f"a condition compares attributes and values, as in ref('limit'); {found} only in updates")
            return Side(node)
        case _:
            return Side(node, is_value=True)


def _sized(out: Rendering, node: SizeOf, inner: Side) -> Side:
    if inner.is_value:
        inner = encoded_by_own_type(out, inner, str(node))
        if inner.text and wire_type_of(inner.text) not in SIZED:
            out.add_problem(f"size takes text, bytes, a set, a list or a map, not {type(inner.node).__name__}")
        return replace(inner, node=node, sized=True)
    out.check_wire_types(inner.node, inner.kind, SIZED, "it has no size")
    return replace(inner, node=node, kind=None, sized=True)


def unsized_side(out: Rendering, node: Any, function: str) -> Side:
    """Return a side of a function that does not accept `size(...)`."""
    if isinstance(node, SizeOf):
        out.add_problem(f"{function} takes an attribute; {node} is a number to compare with, as in size(...) > 2")
    return side(out, node)


def attribute_side(out: Rendering, node: Any, function: str) -> Side:
    """Return the side of a function that accepts only an attribute."""
    if isinstance(node, Value):
        out.add_problem(f"{function} takes an attribute, not {node}")
    return unsized_side(out, node, function)


def encoded_by_own_type(out: Rendering, one: Side, location: str) -> Side:
    """Return a side with its text set if it is a value, encoded by its Python type."""
    return replace(one, text=out.text(None, one.node, location)) if one.is_value and not one.sized else one


def comparison_sides(out: Rendering, operand: Any, given: Sequence[Any], operators: Sequence[str]) -> tuple[Side, ...]:
    """
    Return the sides of a comparison, the operand first.

    *operators* holds, for each given value, the operator by which the operand is compared with it. Values are encoded
    in the stored form of the *reference*, which is the first side that is an attribute or a size.
    """
    left = side(out, operand)
    rights = [side(out, node) for node in given]
    reference = next((one for one in (left, *rights) if one.sized or not one.is_value), None)
    _check_attributes(out, left, rights, reference)
    by_order = not EQUALITIES.issuperset(operators)
    if by_order and not _have_order(out, (left, *rights)):
        return (left, *rights)
    if left.is_value:  # a value with more precision than the stored form can be rounded for one comparison only
        operators = [MIRRORED[operator] for operator in operators] if len(operators) == 1 else ["="] * len(operators)
        left = encoded_as_stored(out, left, reference, operators[0], by_order=by_order)
    pairs = zip(rights, operators, strict=True)
    return (left, *[encoded_as_stored(out, one, reference, operator, by_order=by_order) for one, operator in pairs])


def _check_attributes(out: Rendering, left: Side, rights: Sequence[Side], reference: Side | None) -> None:
    if any(is_same(left, one) for one in rights):
        out.add_problem(f"{str(left.node)!r} is compared with itself, which DynamoDB refuses")
    for one in rights:
        if one.is_value or one is reference or reference is None or is_same(left, one):
            continue
        check_comparable(out, reference, one)


def is_same(one: Side, other: Side) -> bool:
    """Return True if two sides are the same attribute or its size. DynamoDB refuses to compare such sides."""
    return bool(one.segments) and one.segments == other.segments and one.sized == other.sized


def check_comparable(out: Rendering, one: Side, other: Side) -> None:
    """Add a problem if two attributes, or their sizes, can never be equal."""
    left, right = one.wire_types, other.wire_types
    if left is not None and right is not None and not left & right:
        out.add_problem(f"{str(one.node)!r} and {str(other.node)!r} are stored as different types and are never equal")
    elif (
        one.kind
        and other.kind
        and one.kind.storage_form
        and other.kind.storage_form
        and one.kind.storage_form != other.kind.storage_form
    ):
        out.add_problem(
            f"{str(one.node)!r} and {str(other.node)!r} are stored in different forms, which DynamoDB cannot compare"
        )


def _have_order(out: Rendering, sides: Sequence[Side]) -> bool:
    """Return True if all attributes have an order. Add a problem for each that has none."""
    return [one for one in sides if not _has_order(out, one)] == []


def _has_order(out: Rendering, one: Side) -> bool:
    if one.is_value or one.sized:
        return True
    if not out.check_wire_types(one.node, one.kind, ORDERED, "it has no order"):
        return False
    if one.kind is not None and one.kind.unordered:
        out.add_problem(f"{str(one.node)!r} is {one.kind.expected}, {one.kind.unordered}")
        return False
    return True


def encoded_as_stored(
    out: Rendering, one: Side, reference: Side | None, operator: str, *, by_order: bool = False
) -> Side:
    """Return a side with its text set if it is a value, encoded in the stored form of *reference*, its other side."""
    if not one.is_value or one.sized:
        return one
    if isinstance(one.node, Undecoded):
        return _decoded(out, one, reference, operator, by_order=by_order)
    text = out.text(None, one.node, "a value") if reference is None else _text(out, one.node, reference, operator)
    if text and by_order and wire_type_of(text) not in ORDERED:
        location = "a value" if reference is None else repr(str(reference.node))
        text = out.add_problem(
            f"{location} is compared by order with a value stored as {wire_type_of(text)}, which has no order"
        )
    return replace(one, text=text)


def _decoded(out: Rendering, one: Side, reference: Side | None, operator: str, *, by_order: bool) -> Side:
    """Return the side of a value in JSON, decoded by the type of the side it is compared with."""
    try:
        value = one.node.decoded(None if reference is None else reference.kind)
    except MisfitError as error:
        out.add_failures("a value" if reference is None else str(reference.node), error.failures)
        return one
    return encoded_as_stored(out, replace(one, node=value), reference, operator, by_order=by_order)


def _text(out: Rendering, value: Any, reference: Side, operator: str) -> str:
    location = str(reference.node)
    if (
        reference.sized
        and (not isinstance(value, _NUMBERS) or isinstance(value, bool))
        and type(value) is not WireValue
    ):
        return out.add_problem(f"{location} is compared with int, not {type(value).__name__}")
    if value is None and reference.wire_types is not None and "NULL" not in reference.wire_types:
        return out.add_problem(
            f"{location!r} is compared with None, which is never stored: use exists() or not_exists()"
        )
    if value is None and operator not in EQUALITIES:
        return out.add_problem(f"{location!r} is compared by order with None, which has no order")
    return out.text(reference.kind, value, location, operator)


def is_in_choices(out: Rendering, operand: Side, values: tuple[Any, ...], collection: type | None) -> tuple[Any, ...]:
    """
    Return the values of `is_in`. *collection* is the type of the collection they were given in, if any.

    For an attribute that can only hold such a collection, the collection itself is the only value.
    """
    found = values if collection is None else _unpacked(out, operand, values, collection)
    if not 1 <= len(found) <= MAX_CHOICES:
        out.add_problem(f"is_in takes 1 to {MAX_CHOICES} values, not {len(found)}")
    return found


def _unpacked(out: Rendering, operand: Side, values: tuple[Any, ...], collection: type) -> tuple[Any, ...]:
    own, wire_types = _SETS if collection is set else _LISTS, operand.wire_types
    if wire_types is not None and wire_types <= own:
        return (cast("Any", collection(values)),)
    is_known = operand.is_value or bool(operand.segments)
    if is_known and (wire_types is None or wire_types & own):
        out.add_problem(
            f"{str(operand.node)!r} may hold a {collection.__name__} itself: write is_in(*values) if it is one of the "
            "values, or equals(values) if it is all of them"
        )
    return values


def check_range(out: Rendering, sides: Sequence[Side]) -> None:
    """Add a problem if the range of `between` can contain no value."""
    operand, low, high = sides
    if not (low.is_value and low.text and high.is_value and high.text) or low.sized or high.sized:
        return
    location = "a value" if operand.is_value else repr(str(operand.node))
    if wire_type_of(low.text) != wire_type_of(high.text):
        out.add_problem(
            f"{location} is compared with a range from a value stored as {wire_type_of(low.text)} to one stored as "
            f"{wire_type_of(high.text)}; DynamoDB takes two of one type"
        )
    elif compare(">", comparable(json.loads(low.text)), comparable(json.loads(high.text))):
        out.add_problem(f"{location} is compared with a range whose low end is above its high end, as stored")
