"""The leaves of condition trees: comparisons and functions, one class each."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve, field, frozen

from dynamo_document_builder.expressions.tree.comparison_sides import (
    BOUNDS,
    Side,
    attribute_side,
    check_range,
    comparison_sides,
    encoded_by_own_type,
    is_in_choices,
    side,
    unsized_side,
)
from dynamo_document_builder.expressions.tree.conditions import EXISTS, Condition
from dynamo_document_builder.expressions.tree.containment_sides import begins_with_sides, contains_sides
from dynamo_document_builder.expressions.tree.identity import BY_IDENTITY
from dynamo_document_builder.expressions.tree.paths import Path, SizeOf
from dynamo_document_builder.wire.json.strict import WIRE_TYPES

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Value


@frozen
class Leaf(Condition):
    """One comparison or function. Each side is a path, a size or a value."""

    operand: Path | SizeOf | Value
    function: ClassVar[str] = ""
    """DynamoDB's name of the function; empty for a comparison."""

    @abstractmethod
    def sides(self, out: Rendering) -> tuple[Side, ...]:
        """Return all sides, the operand first. Problems are added to *out*."""

    @property
    def given(self) -> tuple[Any, ...]:
        """The nodes and values that the operand is compared with."""
        return ()

    def with_this(self, path: Path) -> Condition:
        return evolve(self, operand=self.operand.with_this(path))

    def render(self, out: Rendering) -> str:
        return f"{self.function}({', '.join([one.render(out) for one in self.sides(out)])})"

    def implies_item(self) -> bool:
        return any(map(_reads_item, (self.operand, *self.given)))  # a missing attribute makes a leaf false


@frozen
class Comparison(Leaf):
    operator: str
    value: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.value,)

    def implies_item(self) -> bool:
        return self.operator != "<>" and super().implies_item()

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return comparison_sides(out, self.operand, (self.value,), (self.operator,))

    def render(self, out: Rendering) -> str:
        left, right = self.sides(out)
        return f"{left.render(out)} {self.operator} {right.render(out)}"


@frozen
class Between(Leaf):
    low: Any = field(eq=BY_IDENTITY)
    high: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.low, self.high)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        found = comparison_sides(out, self.operand, self.given, BOUNDS)
        check_range(out, found)
        return found

    def render(self, out: Rendering) -> str:
        operand, low, high = self.sides(out)
        return f"{operand.render(out)} BETWEEN {low.render(out)} AND {high.render(out)}"


@frozen
class IsIn(Leaf):
    values: tuple[Any, ...] = field(eq=BY_IDENTITY)
    collection: type | None = None
    """The type of the collection that the values were given in; the attribute may hold such a collection itself."""

    @property
    def given(self) -> tuple[Any, ...]:
        return self.values

    def implies_item(self) -> bool:
        # A value can equal another given value, whatever is stored.
        return _reads_item(self.operand) or all(map(_reads_item, self.values))

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        operand = side(out, self.operand)
        values = is_in_choices(out, operand, self.values, self.collection)
        return comparison_sides(out, operand, values, ("=",) * len(values))

    def render(self, out: Rendering) -> str:
        operand, *values = self.sides(out)
        return f"{operand.render(out)} IN ({', '.join([value.render(out) for value in values])})"


@frozen
class BeginsWith(Leaf):
    function = "begins_with"

    prefix: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.prefix,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return begins_with_sides(out, self.operand, self.prefix)


@frozen
class Contains(Leaf):
    function = "contains"

    value: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.value,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return contains_sides(out, self.operand, self.value)


@frozen
class Exists(Leaf):
    present: bool = True

    @property
    def function(self) -> str:  # type: ignore[override]  # one of two
        return EXISTS[self.present]

    def implies_item(self) -> bool:
        return self.present

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:
        return (
            not self.present and isinstance(self.operand, Path) and self.operand.segments in [(n,) for n in key_names]
        )

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return (attribute_side(out, self.operand, "exists"),)


@frozen
class TypeIs(Leaf):
    function = "attribute_type"

    wire_type: str = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.wire_type,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        one = unsized_side(out, self.operand, "type_is")
        if self.wire_type not in WIRE_TYPES:
            out.add_problem(f"type_is takes one of {', '.join(WIRE_TYPES)}, not {self.wire_type!r}")
        return encoded_by_own_type(out, one, "a value"), Side(
            self.wire_type, is_value=True, text=f'{{"S":"{self.wire_type}"}}'
        )


def _reads_item(node: Any) -> bool:
    return isinstance(node.of if isinstance(node, SizeOf) else node, Path)
