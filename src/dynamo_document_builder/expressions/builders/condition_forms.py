"""The forms in which you can write a condition, and the arguments of condition functions, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.operands import (
    Operand,
    as_operand,
    as_tree_value,
    equals_true,
    node_of,
    path_from,
)
from dynamo_document_builder.expressions.tree.changes import Change
from dynamo_document_builder.expressions.tree.conditions import Condition, ItemExists, all_of
from dynamo_document_builder.expressions.tree.leaves import Comparison, IsIn
from dynamo_document_builder.expressions.tree.paths import Path, Value
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.expressions.tree.paths import SizeOf


ConditionLike: TypeAlias = Condition | Mapping[Any, Any] | Sequence[Condition | Mapping[Any, Any]]
"""A condition function, a mapping such as `{"status": "open"}`, or a sequence of these, all of which must be true."""


def as_condition(condition: object) -> Condition:
    """
    Return the condition for any form that a condition can be written in.

    An attribute written as a condition must be `True`. Raises `UsageError` for anything else.
    """
    try:
        return _read(condition)
    except RecursionError:
        raise UsageError("a condition has lists nested too deep: DynamoDB allows 300 operators in it") from None


def required_condition(condition: ConditionLike) -> Condition:
    """Convert the `condition=` of a command that needs one."""
    return as_condition(condition)


def optional_condition(condition: ConditionLike | None) -> Condition | None:
    """Convert the `condition=` of a command that may have none."""
    return None if condition is None else as_condition(condition)


def _read(condition: object) -> Condition:
    if isinstance(condition, Condition):
        return condition
    if isinstance(condition, Operand):
        return equals_true(condition)
    if is_mapping(condition):
        return all_required(tuple(_under_name(name, value) for name, value in condition.items()))
    if is_sequence(condition):
        return all_required(tuple(_read(part) for part in condition))
    raise UsageError(
        "a condition is a mapping such as {'status': 'open'}, a condition function or a sequence of them, "
        f"not {type(condition).__name__}{_advice(condition)}"
    )


def _advice(found: object) -> str:
    if isinstance(found, bool):
        return "; Python evaluates `is None` itself, so write not_exists(u.email)"
    if isinstance(found, Change):
        return "; give a change as updates="
    if callable(found):
        return "; pass a function to where(), as in users.where(lambda u: u.balance >= 100)"
    return "; write equals(...) around a value, as in {'status': or_(equals('open'), equals('new'))}"


def all_required(conditions: tuple[Condition, ...]) -> Condition:
    """Return the AND of conditions. Raises `UsageError` if there are none."""
    if not conditions:
        raise UsageError(
            "an empty condition would always be true: give at least one condition, or leave out condition= or filter="
        )
    return all_of(conditions)


def _under_name(name: str | Operand, value: object) -> Condition:
    path = path_from(name)
    if not isinstance(value, Condition):
        return Comparison(path, "=", as_tree_value(value))
    filed = value.with_this(path)
    if filed != value:
        return filed
    if isinstance(value, ItemExists):
        raise UsageError(
            f"the condition under {str(path)!r} is about the whole item: pass it as a separate element, as in "
            "[{...}, item_exists()]"
        )
    advice = ", or write ref(...) for each attribute among its values" if isinstance(value, IsIn) else ""
    raise UsageError(
        f"the condition under {str(path)!r} already names an attribute: pass it as a separate element, as in "
        f"[{{...}}, begins_with(attr('x'), 'A')]{advice}"
    )


def first_operand(function: str, value: object, *others: object) -> Path | SizeOf | Value:
    """Return the first argument of a function: an attribute, or a value if one of *others* is an attribute."""
    if isinstance(value, Operand):
        return as_operand(node_of(value))
    if any(isinstance(other, Operand) for other in others):
        return Value(as_tree_value(value))
    raise UsageError(
        f"the first of several arguments of {function}() is an attribute, as in {function}(u.name, ...), not "
        f"{type(value).__name__}"
    )


def only_operand(function: str, value: object) -> Path | SizeOf | Value:
    """Return the only argument of a function, which must be an attribute."""
    if isinstance(value, Operand):
        return as_operand(node_of(value))
    raise UsageError(
        f"{function}() takes an attribute, as in {function}(u.name), or nothing in a mapping, as in "
        f"{{'name': {function}()}}, not {type(value).__name__}"
    )


def call_with_probe(function: Callable[..., Any], probe: Operand, verb: str) -> Any:
    """Call the function given to `where` or `changes`, which *verb* names, with a probe."""
    given: object = function
    if callable(given) and not isinstance(given, (Condition, Operand)):
        return cast("Any", given)(probe)
    example, option = (
        ("lambda u: u.balance >= 100", "condition=")
        if verb == "where"
        else ("lambda u: [set_(u.name, 'x')]", "updates=")
    )
    raise UsageError(
        f"{verb} takes a function of the item, as in {verb}({example}), not {type(given).__name__}; a mapping needs no "
        f"{verb}: give it as {option}"
    )
