"""The sides of `begins_with` and `contains`, checked and encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from dynamo_document_builder.expressions.json_values.undecoded import natural
from dynamo_document_builder.expressions.tree.comparison_sides import (
    Side,
    check_comparable,
    encoded_as_stored,
    encoded_by_own_type,
    is_same,
    side,
    unsized_side,
    wire_type_of,
)
from dynamo_document_builder.schema.type_guards import is_list, is_set, is_tuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.schema.kinds.base import Kind

_TEXTS: Final = frozenset({"S", "B"})
_HOLDERS: Final = frozenset({"S", "B", "SS", "NS", "BS", "L"})


def begins_with_sides(out: Rendering, operand: Any, prefix: Any) -> tuple[Side, ...]:
    """Return the sides of `begins_with`. Problems are added to *out*."""
    sides = (unsized_side(out, operand, "begins_with"), unsized_side(out, prefix, "begins_with"))
    if _is_twice(out, *sides, "begins_with"):
        return sides
    wanted, words = _TEXTS, "text or bytes"
    for one in sides:
        if one.is_value:
            words = type(one.node).__name__
            if not isinstance(one.node, (str, bytes)):
                out.add_problem(f"begins_with takes str or bytes, not {words}")
                return sides
            wanted = frozenset({"B" if isinstance(one.node, bytes) else "S"})
    attributes = [one for one in sides if not one.is_value]
    problem = f"it cannot begin with {words}"
    if [one for one in attributes if not out.check_wire_types(one.node, one.kind, wanted, problem)]:
        return sides
    if len(attributes) > 1:
        check_comparable(out, *attributes)
    location = str(attributes[0].node) if attributes else "a value"
    return tuple(encoded_by_own_type(out, one, location) for one in sides)


def contains_sides(out: Rendering, operand: Any, part: Any) -> tuple[Side, ...]:
    """Return the sides of `contains`. Problems are added to *out*."""
    holder, inner = unsized_side(out, operand, "contains"), side(out, part)
    if holder.is_value:
        return _holding_value(out, holder, inner), encoded_as_stored(out, inner, None, "=")
    is_twice = _is_twice(out, holder, inner, "contains")
    if is_twice or not out.check_wire_types(
        holder.node, holder.kind, _HOLDERS, "contains takes text, bytes, a list or a set"
    ):
        return holder, inner
    kind = holder.kind
    if kind is not None and (kind.is_set or kind.is_list):
        element = Side(holder.node, kind=kind.element())
        if not inner.is_value:
            check_comparable(out, element, inner)
        return holder, encoded_as_stored(out, inner, element, "=")
    if not inner.is_value:
        if kind is not None and kind.wire_types and kind.wire_types <= _TEXTS:
            check_comparable(out, holder, inner)
        return holder, inner
    if kind is not None and not _is_part(inner.node, kind.wire_types):
        out.add_type_failure(str(holder.node), kind.expected, inner.node)
        return holder, inner
    return holder, encoded_as_stored(out, inner, Side(holder.node), "=")


def _is_part(value: object, wire_types: frozenset[str]) -> bool:
    """Return True if a value can be a part of an attribute with these wire types."""
    if not wire_types or not wire_types <= _TEXTS:
        return True
    own = natural(value)
    return (isinstance(own, str) and "S" in wire_types) or (isinstance(own, bytes) and "B" in wire_types)


def _holding_value(out: Rendering, holder: Side, inner: Side) -> Side:
    """Return the side of a value that is searched, its elements encoded as the attribute is stored."""
    kind = inner.kind
    location = str(inner.node) if not inner.is_value else "a value"
    text = _elements(out, holder.node, kind, location) if kind is not None else out.text(None, holder.node, location)
    if text and wire_type_of(text) not in _HOLDERS:
        text = out.add_problem(
            f"contains looks into text, bytes, a list or a set, not into {type(holder.node).__name__}"
        )
    return replace(holder, text=text)


def _elements(out: Rendering, value: Any, kind: Kind, location: str) -> str:
    if is_list(value) or is_tuple(value):
        return f'{{"L":[{",".join(_each(out, value, kind, location))}]}}'
    if is_set(value) and value:
        texts = sorted(set(_each(out, value, kind, location)))
        wire_types = {wire_type_of(text) for text in texts if text}
        if len(wire_types) > 1 or not wire_types <= {"S", "N", "B"}:
            return out.add_problem(f"{location}: a set has elements of one type only: text, numbers or bytes")
        return f'{{"{"".join(wire_types)}S":[{",".join(text[5:-1] for text in texts)}]}}'
    return out.text(None, value, location)


def _each(out: Rendering, values: Iterable[Any], kind: Kind, location: str) -> list[str]:
    return [out.text(kind, value, location, "=") for value in values]


def _is_twice(out: Rendering, left: Side, right: Side, function: str) -> bool:
    """Return True, and add a problem, if both arguments are the same attribute."""
    if is_same(left, right):
        out.add_problem(f"{function} takes two different attributes, not {str(left.node)!r} twice")
        return True
    return False
