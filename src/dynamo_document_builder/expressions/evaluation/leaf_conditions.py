"""The evaluation of one comparison or function, and the name of the builder that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.expressions.evaluation.stored_values import begins_with, compare, contains
from dynamo_document_builder.expressions.tree.conditions import ItemExists
from dynamo_document_builder.expressions.tree.leaves import (
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    IsIn,
    Leaf,
    TypeIs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.evaluation.stored_values import Comparable

_BY_OPERATOR: Final = {
    "=": "equals",
    "<>": "not_equals",
    "<": "less_than",
    "<=": "less_than_or_equal",
    ">": "greater_than",
    ">=": "greater_than_or_equal",
}
_BY_TYPE: Final[dict[type[Leaf], str]] = {
    Between: "between",
    IsIn: "is_in",
    BeginsWith: "begins_with",
    Contains: "contains",
    TypeIs: "type_is",
}


def function_of(leaf: Leaf | ItemExists) -> str:
    """Return the name of the public function that builds a condition, such as `greater_than`."""
    match leaf:
        case Comparison(operator=operator):
            return _BY_OPERATOR[operator]
        case Exists(present=present):
            return "exists" if present else "not_exists"
        case ItemExists(present=present):
            return "item_exists" if present else "item_not_exists"
        case _:
            return _BY_TYPE[type(leaf)]


def is_leaf_true(leaf: Leaf, found: Comparable | None, given: Sequence[Comparable | None]) -> bool:  # noqa: PLR0911  one for each kind
    """Return True if a condition holds for the value of its operand, *found*, and the values it is compared with."""
    match leaf:
        case Comparison(operator=operator):
            return compare(operator, found, given[0])
        case Between():
            return compare(">=", found, given[0]) and compare("<=", found, given[1])
        case IsIn():
            return any(compare("=", found, value) for value in given)
        case BeginsWith():
            return begins_with(found, given[0])
        case Contains():
            return contains(found, given[0])
        case TypeIs(wire_type=wire_type):
            return found is not None and found[0] == wire_type
        case Exists(present=present):
            return (found is not None) is present
        case _:
            raise TypeError(f"{type(leaf).__name__} is not one of DynamoDB's conditions")
