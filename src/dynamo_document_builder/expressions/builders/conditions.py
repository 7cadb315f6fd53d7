"""
The functions conditions are written with, and the mapping form.

Without an operand, `begins_with("A")` is about the attribute it is filed under: `{"name": begins_with("A")}`.
With the operand first, `begins_with(u.name, "A")`, it stands for itself, as in `where`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import (
    all_required,
    first_operand,
    only_operand,
    read_condition,
)
from dynamo_document_builder.expressions.builders.omitted import OMITTED, Omitted
from dynamo_document_builder.expressions.builders.operands import (
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
    from decimal import Decimal

    from dynamo_document_builder.expressions.builders.type_variables import Other, Scalar

T = TypeVar("T")
Group: TypeAlias = list[T] | tuple[T, ...] | set[T] | frozenset[T]
ConditionLike: TypeAlias = Condition | Mapping[Any, Any] | Sequence[Condition | Mapping[Any, Any]]
"""A condition function, `{"status": "open"}`, or a sequence of these, all of which must be true."""

WireType: TypeAlias = Literal["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"]


def as_condition(condition: object) -> Condition:
    """Read any form a condition can be written in; a bare attribute must be true."""
    try:
        return read_condition(condition)
    except RecursionError:
        raise UsageError("a condition has lists nested too deep: DynamoDB allows 300 operators in it") from None


def required_condition(condition: ConditionLike) -> Condition:
    """Read the condition of a command that needs one."""
    return as_condition(condition)


def optional_condition(condition: ConditionLike | None) -> Condition | None:
    """Read the condition of a command that may have one."""
    return None if condition is None else as_condition(condition)


def _compared(function: str, operator: str, first: object, second: object) -> Condition:
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
    """The attribute equals the value; values of different types are never equal."""
    return _compared("equals", "=", first, second)


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
    """The attribute differs from the value; true where the attribute does not exist."""
    return _compared("not_equals", "<>", first, second)


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
    """The attribute is less than the value: by number, by UTF-8 bytes of text, by bytes."""
    return _compared("less_than", "<", first, second)


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
    """The attribute is at most the value."""
    return _compared("less_than_or_equal", "<=", first, second)


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
    """The attribute is greater than the value."""
    return _compared("greater_than", ">", first, second)


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
    """The attribute is at least the value."""
    return _compared("greater_than_or_equal", ">=", first, second)


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
    """The attribute lies between the two values, both included."""
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
def is_in(operand: Decimal | None, values: Group[Decimal | int], /) -> Condition: ...
@overload
def is_in(operand: Scalar | None, values: Group[Scalar], /) -> Condition: ...
@overload
def is_in(values: Group[Any], /) -> Condition: ...
@overload
def is_in(operand: Other | None, /, *values: object) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def is_in(operand: T, /, *values: T) -> Condition: ...
def is_in(*values: object) -> Any:
    """
    The attribute is one of the values, at most 100: `is_in("a", "b")`, or `is_in(u.status, "a", "b")`.

    They may be given in one list, tuple or set, `is_in(["a", "b"])`, unless that is what the attribute holds itself.
    Where one of the values is `attr(...)`, the first argument is compared with the others: `is_in(5, attr("a"))` is
    true where `a` is 5. In a mapping, write `{"n": is_in(5, ref("a"))}` to compare `n` with both.
    """
    # Of attributes only `ref` stands among the values that one filed under a name is compared with.
    named = any(isinstance(value, Operand) and not isinstance(value, Reference) for value in values)
    if not named or isinstance(values[0], Reference):
        return _is_in(THIS, values)
    return _is_in(first_operand("is_in", *values), values[1:])


def _is_in(operand: Path | SizeOf | Value, values: tuple[object, ...]) -> Condition:
    if len(values) == 1:
        [given] = values
        if is_list(given) or is_tuple(given):
            return IsIn(operand, tuple(map(as_tree_value, given)), type(given))
        if is_set(given):  # in one order, whatever the process
            return IsIn(operand, tuple(map(as_tree_value, sorted(given, key=repr))), set)
    return IsIn(operand, tuple(map(as_tree_value, values)))


@overload
def begins_with(prefix: str | bytes | Mapping[str, Any] | Operand, /) -> Condition: ...
@overload
def begins_with(operand: object, prefix: str | bytes | Operand, /) -> Condition: ...
def begins_with(first: object, second: object = OMITTED, /) -> Condition:
    """
    The stored text, or the stored bytes, begin with the prefix.

    For a sort key, fields can be given, of which the entity builds it: `begins_with({"placed_on": date(2026, 1, 1)})`.
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
    """The text contains this text; the set or list has this element."""
    if isinstance(second, Omitted):
        return Contains(THIS, as_tree_value(first))
    return Contains(first_operand("contains", first, second), as_tree_value(second))


def exists(operand: object = OMITTED, /) -> Condition:
    """The attribute is stored, whatever its value, NULL included."""
    return Exists(THIS if isinstance(operand, Omitted) else only_operand("exists", operand))


def not_exists(operand: object = OMITTED, /) -> Condition:
    """The attribute is not stored: where a field is `None`, or the whole item is missing."""
    return Exists(THIS if isinstance(operand, Omitted) else only_operand("not_exists", operand), present=False)


@overload
def type_is(wire_type: WireType, /) -> Condition: ...
@overload
def type_is(operand: object, wire_type: WireType, /) -> Condition: ...
def type_is(first: Any, second: Any = OMITTED, /) -> Condition:
    """The attribute is stored as this DynamoDB type."""
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
    The size of the attribute: characters of text, bytes of binary, elements of a list, map or set.

    In a mapping, `size(2)` and `size(greater_than(2))` are conditions; `size(u.tags) > 2` is one in `where`.
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
    """All of them are true."""
    return all_required(tuple(as_condition(condition) for condition in conditions))


def or_(*conditions: ConditionLike | bool | Sequence[ConditionLike | bool]) -> Condition:
    """
    At least one of them is true: `or_(a, b)`, or `or_([a, b])` of one list or tuple.

    The entries of a mapping must all be true, here too: `or_({"a": 1, "b": 2}, {"c": 3})`.

    Raises:
        UsageError: there is no condition, or one mapping with several entries and nothing beside it.

    """
    alternatives = tuple(as_condition(condition) for condition in _alternatives(conditions))
    if not alternatives:
        raise UsageError("or_() of nothing would never be true; give it at least one condition")
    return any_of(alternatives)


def _alternatives(conditions: tuple[object, ...]) -> Sequence[object]:
    if len(conditions) != 1:
        return conditions
    [given] = conditions
    if is_mapping(given) and len(given) > 1:
        raise UsageError(
            "or_() of one mapping with several entries: write or_({...}, {...}) if one of them is enough, or the "
            "mapping by itself if all must be true"
        )
    return given if is_sequence(given) else conditions


def not_(condition: ConditionLike | bool, /) -> Condition:  # noqa: FBT001  what a comparison in `where` is to a type checker
    """It is false. A comparison with a missing attribute is false, so `not_` of it is true."""
    return Not(as_condition(condition))


def item_exists() -> Condition:
    """There is an item under this key."""
    return ItemExists()


def item_not_exists() -> Condition:
    """There is no item under this key yet: what makes a `Put` an insert."""
    return ItemExists(present=False)
