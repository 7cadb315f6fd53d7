"""Evaluation of key conditions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.expressions.tree.conditions import And
from dynamo_document_builder.expressions.tree.leaves import BeginsWith, Between, Comparison
from dynamo_document_builder.expressions.tree.paths import NODES
from dynamo_document_builder.testing.memory.language import wire_of
from dynamo_document_builder.testing.memory.refused import invalid, invalid_values
from dynamo_document_builder.testing.memory.storage.values import sortable, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.testing.memory.storage.store import Ordered

_OUTSIDE: Final = "Query key condition not supported"

_STARTS: Final[Mapping[str, Callable[..., int]]] = {
    "=": bisect_left,
    ">=": bisect_left,
    ">": bisect_right,
    "BETWEEN": bisect_left,
    "begins_with": bisect_left,
}
"""The search for the first match of each operator. Other operators match from the first position."""

_ENDS: Final[Mapping[str, Callable[..., int]]] = {
    "=": bisect_right,
    "<=": bisect_right,
    "<": bisect_left,
    "BETWEEN": bisect_right,
    "begins_with": bisect_right,
}
"""The search for the end of the matches of each operator. Other operators match to the last position."""


@frozen
class KeyComparison:
    """The comparison of one key attribute."""

    sign: str
    values: tuple[Any, ...]

    def narrow(self, order: Sequence[Ordered], low: int, high: int, at: int) -> tuple[int, int]:
        """Return the part of a range that matches. All keys in the range are equal before position *at*."""
        first, last = self.values[0], self.values[-1]
        find_start, find_end = _STARTS.get(self.sign), _ENDS.get(self.sign)
        shown = slice(len(first)) if self.sign == "begins_with" else None

        def compared(place: Ordered) -> Any:
            value: Any = place[at]
            return value if shown is None else value[shown]

        start = low if find_start is None else find_start(order, first, low, high, key=compared)
        end = high if find_end is None else find_end(order, last, low, high, key=compared)
        return start, end


@frozen
class KeyRange:
    """The items that a query reads: one partition key, and comparisons of sort key attributes."""

    partition: Ordered
    comparisons: tuple[KeyComparison, ...]

    def within(self, order: Sequence[Ordered]) -> tuple[int, int]:
        """Return the index of the first item in the range and of the first item after it."""
        low, high = 0, len(order)
        for at, comparison in enumerate(self.comparisons):
            low, high = comparison.narrow(order, low, high, at)
        return low, max(low, high)


def key_range(
    condition: Condition, partition: Sequence[str], sort: Sequence[str], types: Mapping[str, str]
) -> KeyRange:
    """Check a key condition, and return the range that it selects."""
    comparisons: dict[str, KeyComparison] = {}
    for one in _flat(condition):
        name, comparison = _comparison(one)
        if name in comparisons:
            raise invalid("KeyConditionExpressions must only contain one condition per key")
        if name not in {*partition, *sort}:
            missing = next((key for key in partition if key not in comparisons), partition[0])
            raise invalid(f"Query condition missed key schema element: {missing}")
        _check_types(name, comparison, types)
        comparisons[name] = comparison
    for name in partition:
        if name not in comparisons:
            raise invalid(f"Query condition missed key schema element: {name}")
        if comparisons[name].sign != "=":
            raise invalid(_OUTSIDE)
    return KeyRange(
        tuple(sortable(comparisons[name].values[0]) for name in partition),
        tuple(_prepared(comparison) for comparison in _sort_comparisons(sort, comparisons)),
    )


def _sort_comparisons(sort: Sequence[str], comparisons: Mapping[str, KeyComparison]) -> list[KeyComparison]:
    given = [name for name in sort if name in comparisons]
    if list(sort[: len(given)]) != given:
        raise invalid(f"Query condition missed key schema element: {sort[0]}")
    if any(comparisons[name].sign != "=" for name in given[:-1]):
        raise invalid(_OUTSIDE)
    return [comparisons[name] for name in given]


def _flat(condition: Condition) -> list[Condition]:
    return [one for part in condition.conditions for one in _flat(part)] if isinstance(condition, And) else [condition]


def _comparison(condition: Condition) -> tuple[str, KeyComparison]:
    match condition:
        case Comparison(operand, sign, value):
            values: tuple[Any, ...] = (value,)
        case Between(operand, low, high):
            sign, values = "BETWEEN", (low, high)
        case BeginsWith(operand, prefix):
            sign, values = "begins_with", (prefix,)
        case _:
            raise invalid(_OUTSIDE)
    segments: tuple[Any, ...] = getattr(operand, "segments", ())
    if len(segments) != 1 or any(isinstance(value, NODES) for value in values):
        raise invalid(_OUTSIDE)
    return segments[0], KeyComparison(sign, tuple(wire_of(value) for value in values))


def _check_types(name: str, comparison: KeyComparison, types: Mapping[str, str]) -> None:
    for value in comparison.values:
        tag = type_of(value)
        if tag != types[name]:
            raise invalid_values("Condition parameter type does not match schema type")
        if comparison.sign == "begins_with" and tag == "N":
            raise invalid(
                "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
                "function: begins_with, operand type: N"
            )
        if value[tag] == "":
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                f"empty {'string' if tag == 'S' else 'binary'} value. Key: {name}"
            )


def _prepared(comparison: KeyComparison) -> KeyComparison:
    return KeyComparison(comparison.sign, tuple(sortable(value) for value in comparison.values))
