"""
What a condition is on a given item, by DynamoDB's own rules, and which of its clauses made it so.

Nothing on the way to a request needs this: it tells afterwards why a condition failed, and beforehand what one would
say of an item that is at hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors.clauses import Clause, FailedClause
from dynamo_document_builder.expressions.evaluation.clauses import function_of, is_true
from dynamo_document_builder.expressions.evaluation.stored_values import AsStored, Stored, Wire, find, size, stored
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import And, Condition, ItemExists, Leaf, Not, Or
from dynamo_document_builder.expressions.tree.folding import folded
from dynamo_document_builder.expressions.tree.paths import SizeOf
from dynamo_document_builder.expressions.tree.tags import TagIn
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.expressions.tree.comparison_sides import Side
    from dynamo_document_builder.schema.kinds.base import Kind


class Verdict(Struct, frozen=True):
    """What a condition is on an item."""

    passed: bool
    clauses: tuple[Clause, ...]
    """Every clause in the order of the condition; one that is not as it is wanted is a `FailedClause`."""
    failed: tuple[FailedClause, ...]
    """
    The clauses to blame, none if it passed: of AND those that failed, of OR all.

    NOT is taken inwards, so that NOT (a OR b) blames the one of them that is true.
    """


def evaluate(condition: Condition, scope: Scope, item: Wire | None) -> Verdict:
    """
    Evaluate a condition on an item in DynamoDB JSON, `None` for no item.

    Raises `FindingsError` for a condition that cannot be rendered, and what comes of it for an item that is none.
    """
    out = Rendering(scope)
    condition.render(out)
    out.finish("")
    plain, _ = _Evaluation(out, item).readings(condition)
    return plain


_Readings: TypeAlias = tuple[Verdict, Verdict]
"""What a condition is on an item, as it stands and under NOT."""


class _Found(Struct, frozen=True):
    """What one side of a comparison is."""

    stored: Stored | None
    """As DynamoDB compares it, `None` if there is nothing."""
    value: Any
    """As people see it."""
    missing: bool = False
    """Whether an attribute is not stored; of its size, whether the attribute itself is not."""
    attribute: str | None = None
    """The attribute it was found in, `None` if it was given."""


class _Evaluation(Struct, frozen=True):
    """The evaluation of one condition on one item."""

    out: Rendering
    item: Wire | None

    def readings(self, condition: Condition) -> _Readings:
        return folded(condition, self._reading)

    def _reading(self, condition: Condition, inner: Sequence[_Readings]) -> _Readings:
        match condition:
            case Not():
                [(plain, negated)] = inner
                return negated, plain
            case And() | Or():
                every = isinstance(condition, And)
                plain = _joined([one for one, _ in inner], every=every)
                return plain, _joined([other for _, other in inner], every=not every)
            case ItemExists():
                return self.item_clause(condition)
            case TagIn():
                return self.tag_clause(condition)
            case Leaf():
                return self.clause(condition)
            case _:
                raise TypeError(f"{type(condition).__name__} is not one of DynamoDB's conditions")

    def item_clause(self, condition: ItemExists) -> _Readings:
        there = self.item is not None
        return _both(there is condition.present, operator=function_of(condition), missing=not there)

    def tag_clause(self, condition: TagIn) -> _Readings:
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

    def clause(self, leaf: Leaf) -> _Readings:
        sides = leaf.sides(self.out)
        operand, *given = [self.found(one) for one in sides]
        function = function_of(leaf)
        is_given = operand.attribute is None
        about = next((one for one in (operand, *given) if one.attribute is not None), operand)
        return _both(
            is_true(leaf, operand.stored, [one.stored for one in given]),
            path=_subject(sides),
            operator=function,
            of_size=sides[0].sized and not is_given,
            of_value=is_given,
            missing=about.missing,
            actual=operand.stored and operand.stored[0] if function == "type_is" and not is_given else operand.value,
            values=tuple(one.value for one in given),
            others=tuple(one.attribute for one in given),
        )

    def found(self, side: Side) -> _Found:
        """Return what one side is: a value, what an attribute holds, or the size of either."""
        if side.is_value:
            value = stored(json.loads(side.text))
            if side.sized:
                return _sized(value)
            return _Found(value, side.node.python() if isinstance(side.node, AsStored) else side.node)
        wire = find(self.item, side.segments)
        found = None if wire is None else stored(wire)
        if side.sized:
            return _sized(found, str(side.node), missing=wire is None)
        return _Found(found, None if wire is None else _as_python(side.kind, wire), wire is None, str(side.node))


def _sized(found: Stored | None, attribute: str | None = None, *, missing: bool = False) -> _Found:
    sized = size(found)
    return _Found(sized, None if sized is None else int(sized[1]), missing, attribute)


def _both(holds: bool, **said: Any) -> _Readings:  # noqa: FBT001  what there is to read
    """Return a clause as it is wanted, and as it is where it stands under NOT."""
    return _single(_made(holds)(**said)), _single(_made(not holds)(negated=True, **said))


def _made(passed: bool) -> type[Clause]:  # noqa: FBT001  the question itself
    return Clause if passed else FailedClause


def _single(clause: Clause) -> Verdict:
    return Verdict(clause.passed, (clause,), (clause,) if isinstance(clause, FailedClause) else ())


def _subject(sides: Sequence[Side]) -> str:
    """Name the attribute that a clause is about: the first that it has."""
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
    except MisfitError:  # stored under another schema: its own type says what it is
        return untyped_value(wire)
