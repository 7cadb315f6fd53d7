"""
DynamoDB's rules for key conditions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.expressions.json_values.undecoded import natural
from dynamo_document_builder.expressions.text.tokens import syntax_error
from dynamo_document_builder.expressions.tree.conditions import And, Condition
from dynamo_document_builder.expressions.tree.leaves import BeginsWith, Between, Comparison
from dynamo_document_builder.expressions.tree.paths import NODES, Path

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSTORED: Final = frozenset({bool, type(None), list, tuple, dict, set, frozenset})
"""Types of values that a key attribute cannot have."""
_TEXTS: Final = frozenset({str, bytes})
_NUMBERS: Final = frozenset({int, float, Decimal})
_MAX_UNNAMED: Final = 2
"""The maximum number of key attributes if the caller does not name them."""


class _KeyTerm(Struct, frozen=True):
    """The comparison of one key attribute."""

    name: str
    sign: str
    values: tuple[Any, ...]


def check_key_condition(
    text: str,
    condition: Condition,
    partition_key: str | Sequence[str] | None,
    sort_key: str | Sequence[str] | None,
) -> None:
    """
    Raise `ExpressionSyntaxError` for a key condition that DynamoDB refuses.

    Without the names of the key attributes, only the rules that hold for any key are checked.
    """
    problem = _problem(condition, _names(partition_key), _names(sort_key))
    if problem is not None:
        raise syntax_error(text, 0, problem)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def _problem(condition: Condition, partition: tuple[str, ...], sort: tuple[str, ...]) -> str | None:
    parts = [_part(one) for one in _flat(condition)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return "a key condition can only compare top-level attributes with values"
    for part in known:
        if problem := _value_problem(part):
            return problem
    names = [part.name for part in known]
    for name in names:
        if names.count(name) > 1:
            return f"a key condition can compare each attribute once, and compares {name!r} {names.count(name)} times"
    return _keys_problem(known, partition, sort) if partition or sort else _unnamed_problem(known)


def _flat(condition: Condition) -> list[Condition]:
    found: list[Condition] = []
    todo = [condition]
    while todo:
        one = todo.pop()
        if isinstance(one, And):
            todo.extend(reversed(one.conditions))
        else:
            found.append(one)
    return found


def _part(condition: Condition) -> _KeyTerm | None:
    match condition:
        case Comparison(operand=Path(segments=[str() as name]), operator=sign, value=value):
            part = _KeyTerm(name, sign, (value,))
        case BeginsWith(operand=Path(segments=[str() as name]), prefix=value):
            part = _KeyTerm(name, "begins_with", (value,))
        case Between(operand=Path(segments=[str() as name]), low=low, high=high):
            part = _KeyTerm(name, "between", (low, high))
        case _:
            return None
    return None if any(isinstance(value, NODES) for value in part.values) else part


def _value_problem(part: _KeyTerm) -> str | None:
    for value in part.values:
        kind: Any = natural(value).__class__
        if kind in _UNSTORED:
            return f"{part.name!r} is compared with {kind.__name__}, and keys are text, numbers or bytes"
        if part.sign == "=" and kind in _TEXTS and not natural(value):
            return f"{part.name!r} is compared with an empty {kind.__name__}, which no key attribute can be"
        if part.sign == "begins_with" and kind in _NUMBERS:
            return f"begins_with({part.name}, ...) takes text or bytes, not {kind.__name__}"
    return None


def _unnamed_problem(parts: Sequence[_KeyTerm]) -> str | None:
    if not any(part.sign == "=" for part in parts):
        return "a key condition must compare a partition key with ="
    if len(parts) > _MAX_UNNAMED:
        return (
            f"a key condition compares one partition key and one sort key, and this one compares {len(parts)} "
            "attributes: give partition_key= and sort_key= for an index that has several"
        )
    return None


def _keys_problem(parts: Sequence[_KeyTerm], partition: tuple[str, ...], sort: tuple[str, ...]) -> str | None:
    by_name = {part.name: part for part in parts}
    for name in by_name:
        if name not in partition and name not in sort:
            return f"{name!r} is not an attribute of the key: {', '.join((*partition, *sort))}"
    for name in partition:
        if name not in by_name or by_name[name].sign != "=":
            return f"a key condition must compare {name!r} with ="
    compared = [name in by_name for name in sort]
    if compared != sorted(compared, reverse=True):
        return f"a key condition must compare {', '.join(sort)} from left to right, without a gap"
    if any(by_name[name].sign != "=" for name in sort[: sum(compared)][:-1]):
        return f"of {', '.join(sort)}, only the last compared attribute can be compared by another sign than ="
    return None
