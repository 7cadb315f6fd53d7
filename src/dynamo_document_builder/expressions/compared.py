"""The two sides of a condition as text: the attribute it is about, and what that is compared with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.expressions.paths import NODES, IfNotExists, Path, SizeOf
from dynamo_document_builder.expressions.rendering import Rendering, tags_of
from dynamo_document_builder.expressions.stored_values import compare, stored
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import Kind

BOUNDS: Final = (">=", "<=")
"""How `BETWEEN` compares with its two values."""
ORDERED: Final = frozenset({"S", "N", "B"})
SIZED: Final = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})


class Given(Struct, frozen=True):
    """What an attribute is compared with."""

    text: str
    """A value in DynamoDB JSON, or an attribute as it stands in the expression; empty for what is refused."""
    is_value: bool

    def placed(self, out: Rendering) -> str:
        """Return what stands in the expression."""
        return out.wire_value(self.text) if self.is_value and self.text else self.text


def operand_text(out: Rendering, operand: Path | SizeOf) -> tuple[str, Kind | None]:
    """Return an attribute or its size as text, and what may be stored there."""
    path = operand.path if isinstance(operand, SizeOf) else operand
    resolved = out.resolve(path)
    if resolved is None:
        return "", None
    text = out.path_text(resolved.segments)
    if isinstance(operand, SizeOf):
        out.can_be(path, resolved.kind, SIZED, "it has no size")
    return (f"size({text})", None) if isinstance(operand, SizeOf) else (text, resolved.kind)


def attribute_text(out: Rendering, operand: Path | SizeOf, function: str) -> tuple[str, Kind | None]:
    """Return the same for a function that takes no size."""
    if isinstance(operand, SizeOf):
        out.problem(f"{function} takes an attribute; {operand} is a number to compare with, as in size(...) > 2")
    return operand_text(out, operand)


def has_order(out: Rendering, operand: Path | SizeOf, kind: Kind | None) -> bool:
    """Say whether an attribute can be compared by order; if not, note why."""
    if not out.can_be(operand, kind, ORDERED, "it has no order to compare by"):
        return False
    if kind is not None and kind.unordered:
        out.problem(f"{str(operand)!r} is {kind.expected}, {kind.unordered}")
        return False
    return True


def value_text(out: Rendering, operand: Path | SizeOf, kind: Kind | None, value: Any, sign: str = "=") -> str:
    """Return what stands in the expression for what an attribute is compared with."""
    if isinstance(value, NODES):
        return _other_attribute(out, operand, kind, value, sign)
    text = _value(out, operand, kind, value, sign)
    return text and out.wire_value(text)


def given(out: Rendering, operand: Path | SizeOf, kind: Kind | None, value: Any, sign: str) -> Given:
    """Return what an attribute is compared with, by a sign."""
    if isinstance(value, NODES):
        return Given(_other_attribute(out, operand, kind, value, sign), is_value=False)
    return Given(_value(out, operand, kind, value, sign), is_value=True)


def _value(out: Rendering, operand: Path | SizeOf, kind: Kind | None, value: Any, sign: str) -> str:
    if isinstance(operand, SizeOf) and type(value) is not int:
        return out.problem(f"{operand} is compared with int, not {type(value).__name__}")
    if value is None and not _may_be_null(kind):
        return out.problem(
            f"{str(operand)!r} is compared with None, which is never stored: use exists() or not_exists()"
        )
    if value is None and sign not in EQUALITIES:
        return out.problem(f"{str(operand)!r} is compared by order with None, which has no order")
    return out.text(kind, value, str(operand), sign)


def _other_attribute(out: Rendering, operand: Path | SizeOf, kind: Kind | None, node: Any, sign: str) -> str:
    if not isinstance(node, (Path, SizeOf)):
        detail = " with a default" if isinstance(node, IfNotExists) else ""
        return out.problem(f"a condition compares attributes and values; {type(node).__name__}{detail} is for updates")
    text, other = operand_text(out, node)
    left, right = tags_of(kind), tags_of(other)
    if node == operand:
        out.problem(f"{str(operand)!r} is compared with itself, which DynamoDB refuses")
    if left is not None and right is not None and not left & right:
        out.problem(f"{str(operand)!r} and {str(node)!r} are stored as different types and are never equal")
    elif kind and other and kind.form and other.form and kind.form != other.form:
        out.problem(f"{str(operand)!r} and {str(node)!r} are stored in different forms, which DynamoDB cannot compare")
    elif sign not in EQUALITIES:
        has_order(out, node, other)
    return text


def is_part(value: Any, tags: frozenset[str] | None) -> bool:
    """Tell whether a value may be a part of text or bytes."""
    if isinstance(value, NODES) or tags is None:
        return True
    return (isinstance(value, str) and "S" in tags) or (isinstance(value, bytes) and "B" in tags)


def is_reversed(low: Given, high: Given) -> bool:
    """Tell whether no value can be in a range, by what DynamoDB compares with."""
    if not (low.is_value and low.text and high.is_value and high.text):
        return False
    return compare(">", stored(json.loads(low.text)), stored(json.loads(high.text)))


def _may_be_null(kind: Kind | None) -> bool:
    tags = tags_of(kind)
    return tags is None or "NULL" in tags
