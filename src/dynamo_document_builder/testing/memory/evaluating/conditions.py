"""Evaluation of conditions and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.evaluation.leaf_conditions import is_leaf_true
from dynamo_document_builder.expressions.evaluation.stored_values import comparable, find, size
from dynamo_document_builder.expressions.tree.conditions import And, Condition, Not, Or
from dynamo_document_builder.expressions.tree.leaves import Leaf
from dynamo_document_builder.expressions.tree.paths import Path, SizeOf, Value
from dynamo_document_builder.testing.memory.language import wire_of

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.evaluation.stored_values import Comparable
    from dynamo_document_builder.testing.memory.storage.values import Item


def holds(condition: Condition, item: Item | None) -> bool:
    """Return True if a condition holds for an item. `None`: no item is stored."""
    match condition:
        case And(conditions):
            return all(holds(one, item) for one in conditions)
        case Or(conditions):
            return any(holds(one, item) for one in conditions)
        case Not(inner):
            return not holds(inner, item)
        case Leaf():
            given = [_side(one, item) for one in condition.given]
            return is_leaf_true(condition, _side(condition.operand, item), given)
        case _:
            raise TypeError(f"{type(condition).__name__} is not one of DynamoDB's conditions")


def _side(node: Any, item: Item | None) -> Comparable | None:
    match node:
        case Path(segments):
            wire = find(item, segments)
            return None if wire is None else comparable(wire)
        case SizeOf(of):
            return size(_side(of, item))
        case Value(value):
            return _side(value, item)
        case _:
            return comparable(wire_of(node))
