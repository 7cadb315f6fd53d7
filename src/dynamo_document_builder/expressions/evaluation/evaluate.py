"""
Evaluation of a condition on an item, clause by clause, by DynamoDB's rules.

The library uses it to explain why a condition failed, and to test a condition on an item before sending a write.
Rendering a request does not need it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors.clauses import Clause, FailedClause
from dynamo_document_builder.expressions.evaluation.leaf_conditions import function_of, is_leaf_true
from dynamo_document_builder.expressions.evaluation.stored_values import (
    Comparable,
    Wire,
    WireValue,
    comparable,
    find,
    size,
)
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import And, Condition, ItemExists, Not, Or
from dynamo_document_builder.expressions.tree.entity_names import EntityNameIn
from dynamo_document_builder.expressions.tree.folding import fold
from dynamo_document_builder.expressions.tree.leaves import Leaf
from dynamo_document_builder.expressions.tree.paths import SizeOf
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.expressions.tree.comparison_sides import Side
    from dynamo_document_builder.schema.kinds.base import Kind


class Verdict(Struct, frozen=True):
    """The result of evaluating a condition on an item."""

    passed: bool
    clauses: tuple[Clause, ...]
    """Every clause, in the order of the condition. A clause that failed is a `FailedClause`."""
    failed: tuple[FailedClause, ...]
    """
    The clauses that made the condition fail; empty if it passed.

    - AND: the clauses that failed.
    - OR: all clauses.
    - NOT: the clauses that are true. NOT is moved inwards first, so NOT (a OR b) names the one that is true.
    """


def evaluate(condition: Condition, scope: Scope, item: Wire | None) -> Verdict:
    """
    Evaluate a condition on an item in DynamoDB JSON. *item* is `None` if there is no item.

    Raises `ExpressionProblemsError` if the condition cannot be rendered. An item that is not valid DynamoDB JSON raises
    the error of the code that reads it, such as `KeyError` or `ValueError`.
    """
    out = Rendering(scope)
    condition.render(out)
    out.finish("")
    verdict, _ = _Evaluation(out, item).verdicts(condition)
    return verdict


_Verdicts: TypeAlias = tuple[Verdict, Verdict]
"""The verdicts on a condition and on its negation."""


class _SideValue(Struct, frozen=True):
    """The value of one side of a comparison."""

    comparable: Comparable | None
    """The value in the form that is compared; `None` if there is no value."""
    value: Any
    """The value as a Python value."""
    missing: bool = False
    """True if the attribute is not stored."""
    attribute: str | None = None
    """The attribute that holds the value; `None` for a value in the condition."""

    @property
    def wire_type(self) -> str | None:
        return None if self.comparable is None else self.comparable[0]


class _Evaluation(Struct, frozen=True):
    """The evaluation of one condition on one item."""

    out: Rendering
    item: Wire | None

    def verdicts(self, condition: Condition) -> _Verdicts:
        return fold(condition, self._evaluate)

    def _evaluate(self, condition: Condition, parts: Sequence[_Verdicts]) -> _Verdicts:
        match condition:
            case Not():
                [(verdict, negated)] = parts
                return negated, verdict
            case And() | Or():
                every = isinstance(condition, And)
                verdict = _joined([one for one, _ in parts], every=every)
                return verdict, _joined([negated for _, negated in parts], every=not every)
            case ItemExists():
                return self._item_exists(condition)
            case EntityNameIn():
                return self._entity_name(condition)
            case Leaf():
                return self._leaf(condition)
            case _:
                raise TypeError(f"{type(condition).__name__} is not one of DynamoDB's conditions")

    def _item_exists(self, condition: ItemExists) -> _Verdicts:
        exists = self.item is not None
        return _both(exists is condition.present, operator=function_of(condition), missing=not exists)

    def _entity_name(self, condition: EntityNameIn) -> _Verdicts:
        wire, names = find(self.item, (condition.attribute,)), condition.names
        return _both(
            wire in [{"S": name} for name in names],
            path=condition.attribute,
            operator="equals" if len(names) == 1 else "is_in",
            missing=wire is None,
            actual=None if wire is None else untyped_value(wire),
            values=names,
            others=(None,) * len(names),
        )

    def _leaf(self, leaf: Leaf) -> _Verdicts:
        sides = leaf.sides(self.out)
        operand, *given = [self._value_of(one) for one in sides]
        function = function_of(leaf)
        is_given = operand.attribute is None
        subject = next((one for one in (operand, *given) if one.attribute is not None), operand)
        return _both(
            is_leaf_true(leaf, operand.comparable, [one.comparable for one in given]),
            path=_subject(sides),
            operator=function,
            of_size=sides[0].sized and not is_given,
            of_value=is_given,
            missing=subject.missing,
            actual=operand.comparable and operand.comparable[0]
            if function == "type_is" and not is_given
            else operand.value,
            values=tuple(one.value for one in given),
            others=tuple(one.attribute for one in given),
        )

    def _value_of(self, side: Side) -> _SideValue:
        """Return the value of one side: a given value, the value of an attribute, or the size of either."""
        if side.is_value:
            value = comparable(json.loads(side.text))
            if side.sized:
                return _sized(value)
            return _SideValue(value, side.node.python() if isinstance(side.node, WireValue) else side.node)
        wire = find(self.item, side.segments)
        found = None if wire is None else comparable(wire)
        if side.sized:
            return _sized(found, str(side.node), missing=wire is None)
        return _SideValue(found, None if wire is None else _as_python(side.kind, wire), wire is None, str(side.node))


def _sized(found: Comparable | None, attribute: str | None = None, *, missing: bool = False) -> _SideValue:
    sized = size(found)
    return _SideValue(sized, None if sized is None else int(sized[1]), missing, attribute)


def _both(holds: bool, **facts: Any) -> _Verdicts:  # noqa: FBT001  the result of the evaluation
    """Return the verdicts on one clause and on its negation."""
    return _single(_clause_class(holds)(**facts)), _single(_clause_class(not holds)(negated=True, **facts))


def _clause_class(passed: bool) -> type[Clause]:  # noqa: FBT001  the only argument
    return Clause if passed else FailedClause


def _single(clause: Clause) -> Verdict:
    return Verdict(clause.passed, (clause,), (clause,) if isinstance(clause, FailedClause) else ())


def _subject(sides: Sequence[Side]) -> str:
    """Return the first attribute of a clause, which its texts name."""
    nodes = [one.node for one in sides if not one.is_value]
    return "" if not nodes else str(nodes[0].of if isinstance(nodes[0], SizeOf) else nodes[0])


def _joined(verdicts: Sequence[Verdict], *, every: bool) -> Verdict:
    passed = (all if every else any)(verdict.passed for verdict in verdicts)
    clauses = tuple(clause for verdict in verdicts for clause in verdict.clauses)
    return Verdict(
        passed, clauses, () if passed else tuple(clause for verdict in verdicts for clause in verdict.failed)
    )


def _as_python(kind: Kind | None, wire: Wire) -> Any:
    if kind is None:
        return untyped_value(wire)
    try:
        return kind.decode_wire(wire)
    except MisfitError:  # the stored value does not fit the schema
        return untyped_value(wire)
