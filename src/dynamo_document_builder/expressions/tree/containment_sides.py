"""The sides of `begins_with` and `contains`: what begins with what, and what holds what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from dynamo_document_builder.expressions.json_values.undecoded import natural
from dynamo_document_builder.expressions.tree.comparison_sides import (
    Side,
    as_given,
    check_comparable,
    encoded,
    is_same,
    side,
    tag_in,
    unsized,
)
from dynamo_document_builder.schema.type_guards import is_list, is_set, is_tuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.schema.kinds.base import Kind

_TEXTS: Final = frozenset({"S", "B"})
_HOLDERS: Final = frozenset({"S", "B", "SS", "NS", "BS", "L"})


def begun(out: Rendering, operand: Any, prefix: Any) -> tuple[Side, ...]:
    """Return the sides of `begins_with`."""
    sides = (unsized(out, operand, "begins_with"), unsized(out, prefix, "begins_with"))
    if _is_twice(out, *sides, "begins_with"):
        return sides
    wanted, words = _TEXTS, "text or bytes"
    for one in sides:
        if one.is_value:
            words = type(one.node).__name__
            if not isinstance(one.node, (str, bytes)):
                out.problem(f"begins_with takes str or bytes, not {words}")
                return sides
            wanted = frozenset({"B" if isinstance(one.node, bytes) else "S"})
    attributes = [one for one in sides if not one.is_value]
    problem = f"it does not begin with {words}"
    if [one for one in attributes if not out.can_be(one.node, one.kind, wanted, problem)]:
        return sides
    if len(attributes) > 1:
        check_comparable(out, *attributes)
    about = str(attributes[0].node) if attributes else "a value"
    return tuple(as_given(out, one, about) for one in sides)


def held(out: Rendering, operand: Any, part: Any) -> tuple[Side, ...]:
    """Return the sides of `contains`."""
    holder, inner = unsized(out, operand, "contains"), side(out, part)
    if holder.is_value:
        return _holding_value(out, holder, inner), encoded(out, inner, None, "=")
    is_twice = _is_twice(out, holder, inner, "contains")
    if is_twice or not out.can_be(holder.node, holder.kind, _HOLDERS, "it contains nothing"):
        return holder, inner
    kind = holder.kind
    if kind is not None and (kind.is_set or kind.is_list):
        element = Side(holder.node, kind=kind.element())
        if not inner.is_value:
            check_comparable(out, element, inner)
        return holder, encoded(out, inner, element, "=")
    if not inner.is_value:
        if kind is not None and kind.wire_types and kind.wire_types <= _TEXTS:
            check_comparable(out, holder, inner)
        return holder, inner
    if kind is not None and not _is_part(inner.node, kind.wire_types):
        out.misfit(str(holder.node), kind.expected, inner.node)
        return holder, inner
    return holder, encoded(out, inner, Side(holder.node), "=")


def _is_part(value: object, tags: frozenset[str]) -> bool:
    """Tell whether a value may be a part of what can be stored as these types."""
    if not tags or not tags <= _TEXTS:
        return True
    own = natural(value)
    return (isinstance(own, str) and "S" in tags) or (isinstance(own, bytes) and "B" in tags)


def _holding_value(out: Rendering, holder: Side, inner: Side) -> Side:
    """Return the side of a list, a set or text that is looked into: its elements are as the attribute is stored."""
    kind = inner.kind
    about = str(inner.node) if not inner.is_value else "a value"
    text = _elements(out, holder.node, kind, about) if kind is not None else out.text(None, holder.node, about)
    if text and tag_in(text) not in _HOLDERS:
        text = out.problem(f"contains looks into text, bytes, a list or a set, not into {type(holder.node).__name__}")
    return replace(holder, text=text)


def _elements(out: Rendering, value: Any, kind: Kind, about: str) -> str:
    if is_list(value) or is_tuple(value):
        return f'{{"L":[{",".join(_each(out, value, kind, about))}]}}'
    if is_set(value) and value:
        texts = sorted(set(_each(out, value, kind, about)))
        tags = {tag_in(text) for text in texts if text}
        if len(tags) > 1 or not tags <= {"S", "N", "B"}:
            return out.problem(f"{about}: a set has elements of one type only: text, numbers or bytes")
        return f'{{"{"".join(tags)}S":[{",".join(text[5:-1] for text in texts)}]}}'
    return out.text(None, value, about)


def _each(out: Rendering, values: Iterable[Any], kind: Kind, about: str) -> list[str]:
    return [out.text(kind, value, about, "=") for value in values]


def _is_twice(out: Rendering, left: Side, right: Side, function: str) -> bool:
    """Say whether a function is asked of one attribute twice; if so, note it."""
    if is_same(left, right):
        out.problem(f"{function} takes two different attributes, not {str(left.node)!r} twice")
        return True
    return False
