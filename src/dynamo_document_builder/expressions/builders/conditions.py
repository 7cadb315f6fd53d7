"""
The functions with which you write conditions.

In a mapping, a function applies to the attribute that is the key: `{"name": begins_with("A")}`.
In `where`, and with `attr`, the attribute is the first argument: `begins_with(u.name, "A")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import (
    all_required,
    as_condition,
    first_operand,
    only_operand,
)
from dynamo_document_builder.expressions.builders.operands import (
    OMITTED,
    Omitted,
    Operand,
    Reference,
    as_tree_value,
    node_of,
)
from dynamo_document_builder.expressions.tree.conditions import Condition, ItemExists, Not, any_of
from dynamo_document_builder.expressions.tree.leaves import (
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    IsIn,
    TypeIs,
)
from dynamo_document_builder.expressions.tree.paths import THIS, Path, SizeOf, Value, as_path
from dynamo_document_builder.schema.type_guards import is_list, is_set, is_tuple
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence, Sized
    from decimal import Decimal

    from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike
    from dynamo_document_builder.expressions.builders.type_variables import Other, Scalar

T = TypeVar("T")
Values: TypeAlias = list[T] | tuple[T, ...] | set[T] | frozenset[T]
WireType: TypeAlias = Literal["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]


def _comparison(function: str, operator: str, first: object, second: object) -> Condition:
    if isinstance(second, Omitted):
        return Comparison(THIS, operator, as_tree_value(first))
    return Comparison(first_operand(function, first, second), operator, as_tree_value(second))


@overload
def equals(value: object, /) -> Condition: ...
@overload
def equals(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def equals(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def equals(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def equals(operand: T, value: T, /) -> Condition: ...
def equals(first: object, second: object = OMITTED, /) -> Any:
    """
    Return the condition that an attribute equals a value. Values of different types are never equal.

    Example:
        >>> users.where(lambda u: equals(u.name, "Alice")) == users.where(lambda u: u.name == "Alice")
        True

    """
    return _comparison("equals", "=", first, second)


@overload
def not_equals(value: object, /) -> Condition: ...
@overload
def not_equals(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def not_equals(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def not_equals(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def not_equals(operand: T, value: T, /) -> Condition: ...
def not_equals(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that an attribute differs from a value. It is true if the attribute does not exist."""
    return _comparison("not_equals", "<>", first, second)


@overload
def less_than(value: object, /) -> Condition: ...
@overload
def less_than(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def less_than(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def less_than(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def less_than(operand: T, value: T, /) -> Condition: ...
def less_than(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that an attribute is less than a value: by number, by UTF-8 bytes of text, or by bytes."""
    return _comparison("less_than", "<", first, second)


@overload
def less_than_or_equal(value: object, /) -> Condition: ...
@overload
def less_than_or_equal(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def less_than_or_equal(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def less_than_or_equal(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def less_than_or_equal(operand: T, value: T, /) -> Condition: ...
def less_than_or_equal(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that an attribute is less than or equal to a value, in the order of `less_than`."""
    return _comparison("less_than_or_equal", "<=", first, second)


@overload
def greater_than(value: object, /) -> Condition: ...
@overload
def greater_than(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def greater_than(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def greater_than(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def greater_than(operand: T, value: T, /) -> Condition: ...
def greater_than(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that an attribute is greater than a value, in the order of `less_than`."""
    return _comparison("greater_than", ">", first, second)


@overload
def greater_than_or_equal(value: object, /) -> Condition: ...
@overload
def greater_than_or_equal(operand: Decimal | None, value: Decimal | int | None, /) -> Condition: ...
@overload
def greater_than_or_equal(operand: Scalar | None, value: Scalar | None, /) -> Condition: ...
@overload
def greater_than_or_equal(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def greater_than_or_equal(operand: T, value: T, /) -> Condition: ...
def greater_than_or_equal(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that an attribute is greater than or equal to a value, in the order of `less_than`."""
    return _comparison("greater_than_or_equal", ">=", first, second)


@overload
def between(low: object, high: object, /) -> Condition: ...
@overload
def between(operand: Decimal | None, low: Decimal | int, high: Decimal | int, /) -> Condition: ...
@overload
def between(operand: Scalar | None, low: Scalar, high: Scalar, /) -> Condition: ...
@overload
def between(operand: Other | None, low: object, high: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def between(operand: T, low: T, high: T, /) -> Condition: ...
def between(*bounds: Any) -> Any:
    """
    Return the condition that an attribute lies between two values, both included.

    Raises `UsageError` when the command is rendered if the low value is above the high value.
    """
    if len(bounds) not in {2, 3}:
        raise UsageError(
            "between takes a low and a high value, as in between(1, 9), or an attribute and these, as in "
            f"between(u.age, 1, 9); {len(bounds)} were given"
        )
    *operand, low, high = bounds
    return Between(
        first_operand("between", operand[0], low, high) if operand else THIS, as_tree_value(low), as_tree_value(high)
    )


@overload
def is_in(operand: Operand, /, *values: object) -> Condition: ...
@overload
def is_in(operand: Decimal | None, /, *values: Decimal | int | None) -> Condition: ...
@overload
def is_in(*values: Scalar | None) -> Condition: ...
@overload
def is_in(operand: Decimal | None, values: Values[Decimal | int], /) -> Condition: ...
@overload
def is_in(operand: Scalar | None, values: Values[Scalar], /) -> Condition: ...
@overload
def is_in(values: Values[Any], /) -> Condition: ...
@overload
def is_in(operand: Other | None, /, *values: object) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def is_in(operand: T, /, *values: T) -> Condition: ...
def is_in(*values: object) -> Any:
    """
    Return the condition that an attribute equals one of several values, at most 100.

    The values can be in one list, tuple or set, `is_in(["a", "b"])`, unless the attribute itself holds a collection.

    If a value is `attr(...)`, the first argument is compared with the values after it: `is_in(5, attr("a"))` is true if
    `a` is 5. In a mapping, write `{"n": is_in(5, ref("a"))}` to compare `n` with both.

    Example:
        >>> condition_to_text({"status": is_in("new", "paid")}).text
        '#0 IN (:0, :1)'

    """
    # In a mapping, the only attributes among the values are those written with `ref`.
    named = any(isinstance(value, Operand) and not isinstance(value, Reference) for value in values)
    if not named or isinstance(values[0], Reference):
        return _is_in(THIS, values)
    return _is_in(first_operand("is_in", *values), values[1:])


def _is_in(operand: Path | SizeOf | Value, values: tuple[object, ...]) -> Condition:
    if len(values) == 1:
        [given] = values
        if is_list(given) or is_tuple(given):
            return IsIn(operand, tuple(map(as_tree_value, given)), type(given))
        if is_set(given):  # sorted, because the order of a set differs between processes
            return IsIn(operand, tuple(map(as_tree_value, sorted(given, key=repr))), set)
    return IsIn(operand, tuple(map(as_tree_value, values)))


@overload
def begins_with(prefix: str | bytes | Mapping[str, Any] | Operand, /) -> Condition: ...
@overload
def begins_with(operand: object, prefix: str | bytes | Operand, /) -> Condition: ...
def begins_with(first: object, second: object = OMITTED, /) -> Condition:
    """
    Return the condition that stored text, or stored bytes, begin with a prefix.

    In `sort_key_condition=`, the prefix can be fields from which the entity builds the start of the sort key:
    `begins_with({"placed_on": date(2026, 1, 1)})`.
    """
    if isinstance(second, Omitted):
        return BeginsWith(THIS, as_tree_value(first))
    return BeginsWith(first_operand("begins_with", first, second), as_tree_value(second))


@overload
def contains(value: object, /) -> Condition: ...
@overload
def contains(operand: Operand, value: object, /) -> Condition: ...
@overload
def contains(operand: bytes | None, value: bytes, /) -> Condition: ...
@overload
def contains(operand: Collection[Decimal] | None, value: Decimal | int, /) -> Condition: ...
@overload
def contains(operand: Collection[Scalar] | None, value: Scalar, /) -> Condition: ...
@overload
def contains(operand: Collection[Other] | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def contains(operand: Collection[T] | None, value: T, /) -> Condition: ...
def contains(first: object, second: object = OMITTED, /) -> Any:
    """Return the condition that text contains a text, bytes contain bytes, or a set or list has an element."""
    if isinstance(second, Omitted):
        return Contains(THIS, as_tree_value(first))
    return Contains(first_operand("contains", first, second), as_tree_value(second))


def exists(operand: object = OMITTED, /) -> Condition:
    """Return the condition that an attribute is stored, with any value, including NULL."""
    return Exists(THIS if isinstance(operand, Omitted) else only_operand("exists", operand))


def not_exists(operand: object = OMITTED, /) -> Condition:
    """Return the condition that an attribute is not stored: the field is `None`, or the item does not exist."""
    return Exists(THIS if isinstance(operand, Omitted) else only_operand("not_exists", operand), present=False)


@overload
def type_is(wire_type: WireType, /) -> Condition: ...
@overload
def type_is(operand: object, wire_type: WireType, /) -> Condition: ...
def type_is(first: Any, second: Any = OMITTED, /) -> Condition:
    """Return the condition that an attribute is stored as a DynamoDB type, such as `"S"`."""
    operand, wire_type = (THIS, first) if isinstance(second, Omitted) else (first_operand("type_is", first), second)
    if not isinstance(wire_type, str):
        found = "an attribute" if isinstance(wire_type, Operand) else type(wire_type).__name__
        raise UsageError(f"type_is takes the type as text, as in type_is('S') or type_is(u.name, 'S'), not {found}")
    return TypeIs(operand, wire_type)


@overload
def size(value: int | Condition, /) -> Condition: ...
@overload
def size(operand: Operand, /) -> Operand: ...
@overload
def size(operand: Sized | None, /) -> int: ...
def size(subject: Any, /) -> Any:
    """
    Return the size of an attribute: characters of text, bytes of binary, elements of a list, map or set.

    In `where`, compare the result: `size(u.tags) > 2`. In a mapping, the argument is the size or a condition on the
    size: `{"tags": size(2)}` or `{"tags": size(greater_than(2))}`.
    """
    if isinstance(subject, Operand):
        return Operand(SizeOf(as_path(node_of(subject))))
    return _of_size(subject if isinstance(subject, Condition) else Comparison(THIS, "=", subject))


def _of_size(condition: Condition) -> Condition:
    if isinstance(condition, Comparison):
        return Comparison(SizeOf(THIS), condition.operator, condition.value)
    if isinstance(condition, Between):
        return Between(SizeOf(THIS), condition.low, condition.high)
    if isinstance(condition, IsIn):
        return IsIn(SizeOf(THIS), condition.values)
    raise UsageError(
        "size() takes a number, or one comparison, between() or is_in(), as in size(greater_than(2)); combine sizes "
        "outside of it, as in not_(size(2))"
    )


def and_(*conditions: ConditionLike | bool | Sequence[ConditionLike | bool]) -> Condition:
    """Return the condition that all conditions are true. Raises `UsageError` if there are none."""
    return all_required(tuple(as_condition(condition) for condition in conditions))


def or_(*conditions: ConditionLike | bool | Sequence[ConditionLike | bool]) -> Condition:
    """
    Return the condition that at least one condition is true: `or_(a, b)`, or `or_([a, b])` for one list or tuple.

    All entries of one mapping must be true: `or_({"a": 1, "b": 2}, {"c": 3})` is (`a` = 1 AND `b` = 2) OR `c` = 3.

    Raises:
        UsageError: there is no condition, or the only condition is a mapping with several entries.

    """
    alternatives = tuple(as_condition(condition) for condition in _alternatives(conditions))
    if not alternatives:
        raise UsageError("or_() without conditions would never be true; give at least one condition")
    return any_of(alternatives)


def _alternatives(conditions: tuple[object, ...]) -> Sequence[object]:
    if len(conditions) != 1:
        return conditions
    [given] = conditions
    if is_mapping(given) and len(given) > 1:
        raise UsageError(
            "or_() of one mapping with several entries: write or_({...}, {...}) if one of them is enough, or the "
            "mapping without or_() if all must be true"
        )
    return given if is_sequence(given) else conditions


def not_(condition: ConditionLike | bool, /) -> Condition:  # noqa: FBT001  for type checkers, a comparison in `where` is a bool
    """Return the condition that a condition is false. `not_` of a comparison with a missing attribute is true."""
    return Not(as_condition(condition))


def item_exists() -> Condition:
    """Return the condition that an item with this key exists."""
    return ItemExists()


def item_not_exists() -> Condition:
    """Return the condition that no item with this key exists. With it, a `Put` never replaces an item."""
    return ItemExists(present=False)
