"""Condition trees: frozen values that know how to render themselves and how to combine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final, NoReturn, cast

from attrs import evolve, frozen

from dynamo_document_builder.expressions.compared import (
    BOUNDS,
    attribute_text,
    given,
    has_order,
    is_part,
    is_reversed,
    operand_text,
    value_text,
)
from dynamo_document_builder.expressions.paths import Path, SizeOf  # noqa: TC001  conditions are told apart by these
from dynamo_document_builder.expressions.rendering import Rendering, tags_of
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES

HOLDERS: Final = frozenset({"S", "B", "SS", "NS", "BS", "L"})
WIRE_TYPES: Final = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")
MAX_IN_VALUES: Final = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""


class Condition(ABC):
    """
    What must be true of an item. Combine with `&`, `|` and `~`, or with `and_`, `or_` and `not_`.

    Example:
        >>> rich = (attr("balance") >= 100) & begins_with(attr("name"), "A")
        >>> users.request(Delete({"user_id": "u1"}, condition=rich)).payload["ConditionExpression"]
        '#0 >= :0 AND begins_with(#1, :1)'

    """

    __slots__ = ()

    @abstractmethod
    def about(self, path: Path) -> Condition:
        """Put *path* where this condition says `THIS`."""

    @abstractmethod
    def render(self, out: Rendering) -> str: ...

    def implies_item(self) -> bool:
        """Whether it can only be true of an item that is there."""
        return False

    def __and__(self, other: Condition | bool) -> Condition:
        return And(_flat((self, other), And)) if isinstance(other, Condition) else NotImplemented

    def __rand__(self, other: bool) -> Condition:
        return NotImplemented

    def __or__(self, other: Condition | bool) -> Condition:
        return Or(_flat((self, other), Or)) if isinstance(other, Condition) else NotImplemented

    def __ror__(self, other: bool) -> Condition:
        return NotImplemented

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false until DynamoDB evaluates it: combine with & | ~ and parentheses, or "
            "and_() or_() not_(), never with and, or, not, if, in or a chained comparison"
        )


@frozen
class _Leaf(Condition):
    operand: Path | SizeOf

    def about(self, path: Path) -> Condition:
        return evolve(self, operand=self.operand.about(path))

    def implies_item(self) -> bool:
        return True


@frozen
class Comparison(_Leaf):
    operator: str
    value: Any

    def implies_item(self) -> bool:
        return self.operator != "<>"

    def render(self, out: Rendering) -> str:
        left, kind = operand_text(out, self.operand)
        if self.operator not in EQUALITIES and not has_order(out, self.operand, kind):
            return ""
        return f"{left} {self.operator} {value_text(out, self.operand, kind, self.value, self.operator)}"


@frozen
class Between(_Leaf):
    low: Any
    high: Any

    def render(self, out: Rendering) -> str:
        left, kind = operand_text(out, self.operand)
        if not has_order(out, self.operand, kind):
            return ""
        ends = zip((self.low, self.high), BOUNDS, strict=True)
        low, high = (given(out, self.operand, kind, value, sign) for value, sign in ends)
        if is_reversed(low, high):
            out.problem(
                f"{str(self.operand)!r} is compared with a range whose low end is above its high end, as stored"
            )
        return f"{left} BETWEEN {low.placed(out)} AND {high.placed(out)}"


@frozen
class IsIn(_Leaf):
    values: tuple[Any, ...]

    def render(self, out: Rendering) -> str:
        left, kind = operand_text(out, self.operand)
        if not 1 <= len(self.values) <= MAX_IN_VALUES:
            out.problem(f"is_in takes 1 to {MAX_IN_VALUES} values, not {len(self.values)}")
        return f"{left} IN ({', '.join(value_text(out, self.operand, kind, value) for value in self.values)})"


@frozen
class BeginsWith(_Leaf):
    prefix: Any

    def render(self, out: Rendering) -> str:
        left, kind = attribute_text(out, self.operand, "begins_with")
        tag = "B" if isinstance(self.prefix, bytes) else "S"
        if not isinstance(self.prefix, (str, bytes)):
            return out.problem(f"begins_with takes str or bytes, not {type(self.prefix).__name__}")
        if not out.can_be(self.operand, kind, frozenset({tag}), f"it does not begin with {type(self.prefix).__name__}"):
            return ""
        return f"begins_with({left}, {out.value(None, self.prefix, str(self.operand))})"


@frozen
class Contains(_Leaf):
    value: Any

    def render(self, out: Rendering) -> str:
        left, kind = attribute_text(out, self.operand, "contains")
        if not out.can_be(self.operand, kind, HOLDERS, "it contains nothing"):
            return ""
        if kind is None or kind.is_set or kind.is_list:
            return f"contains({left}, {value_text(out, self.operand, kind and kind.element(), self.value)})"
        if not is_part(self.value, tags_of(kind)):
            return out.misfit(str(self.operand), kind.expected, self.value)
        return f"contains({left}, {value_text(out, self.operand, None, self.value)})"


@frozen
class Exists(_Leaf):
    present: bool = True

    def implies_item(self) -> bool:
        return self.present

    def render(self, out: Rendering) -> str:
        left, _ = attribute_text(out, self.operand, "exists")
        return f"{'attribute_exists' if self.present else 'attribute_not_exists'}({left})"


@frozen
class TypeIs(_Leaf):
    wire_type: str

    def render(self, out: Rendering) -> str:
        left, _ = attribute_text(out, self.operand, "type_is")
        if self.wire_type not in WIRE_TYPES:
            out.problem(f"type_is takes one of {', '.join(WIRE_TYPES)}, not {self.wire_type!r}")
            return ""
        return f"attribute_type({left}, {out.value(None, self.wire_type, str(self.operand))})"


@frozen
class ItemExists(Condition):
    """Whether there is an item at all: rendered on the table's own partition key attribute."""

    present: bool = True

    def about(self, path: Path) -> Condition:  # noqa: ARG002  it is about the item, wherever it stands
        return self

    def implies_item(self) -> bool:
        return self.present

    def render(self, out: Rendering) -> str:
        name = out.name(out.scope.key_names[0])
        return f"{'attribute_exists' if self.present else 'attribute_not_exists'}({name})"


@frozen
class _Group(Condition):
    conditions: tuple[Condition, ...]
    word: ClassVar[str]

    def about(self, path: Path) -> Condition:
        return evolve(self, conditions=tuple(condition.about(path) for condition in self.conditions))

    def render(self, out: Rendering) -> str:
        return f" {self.word} ".join(_enclosed(condition, out) for condition in self.conditions)


@frozen
class And(_Group):
    word = "AND"

    def implies_item(self) -> bool:
        return any(condition.implies_item() for condition in self.conditions)


@frozen
class Or(_Group):
    word = "OR"

    def implies_item(self) -> bool:
        return all(condition.implies_item() for condition in self.conditions)


@frozen
class Not(Condition):
    condition: Condition

    def about(self, path: Path) -> Condition:
        return Not(self.condition.about(path))

    def render(self, out: Rendering) -> str:
        return f"NOT ({_closed(self.condition).render(out)})"


def _enclosed(condition: Condition, out: Rendering) -> str:
    # Groups get one pair of parentheses, leaves none.
    return f"({_closed(condition).render(out)})" if isinstance(condition, _Group) else condition.render(out)


def _closed(condition: Condition) -> Condition:
    """
    Return the same condition in a form that does not open with a parenthesis, to stand inside one.

    DynamoDB refuses `((a = b))` as redundant, so no two parentheses ever open together: a plain operand goes first, or
    else the first group is said by its negation.
    """
    if not isinstance(condition, _Group) or not isinstance(condition.conditions[0], _Group):
        return condition
    plain = next((inner for inner in condition.conditions if not isinstance(inner, _Group)), None)
    if plain is not None:
        others = tuple(inner for inner in condition.conditions if inner is not plain)
        return evolve(condition, conditions=(plain, *others))
    first, *rest = condition.conditions
    return evolve(condition, conditions=(_by_negation(cast("_Group", first)), *rest))


def _by_negation(group: _Group) -> Condition:
    negated = tuple(Not(condition) for condition in group.conditions)
    return Not(Or(negated) if isinstance(group, And) else And(negated))


def all_of(conditions: tuple[Condition, ...]) -> Condition:
    """AND, flattened; a single condition stays itself."""
    return conditions[0] if len(conditions) == 1 else And(_flat(conditions, And))


def any_of(conditions: tuple[Condition, ...]) -> Condition:
    """OR, flattened; a single condition stays itself."""
    return conditions[0] if len(conditions) == 1 else Or(_flat(conditions, Or))


def _flat(conditions: tuple[Condition, ...], group: type[And | Or]) -> tuple[Condition, ...]:
    return tuple(
        inner
        for condition in conditions
        for inner in (condition.conditions if isinstance(condition, group) else (condition,))
    )
