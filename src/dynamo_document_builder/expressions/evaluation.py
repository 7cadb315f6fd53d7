"""
What a condition is on a given item, by DynamoDB's own rules, and which of its clauses made it so.

Nothing on the way to a request needs this: it tells afterwards why a condition failed, and beforehand what one would
say of an item that is at hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors.clauses import Clause, FailedClause
from dynamo_document_builder.expressions.conditions import And, Condition, ItemExists, Not, Or
from dynamo_document_builder.expressions.findings import FindingsError
from dynamo_document_builder.expressions.leaves import Leaf, function_of, given_in, is_true, kind_of_given, signs_in
from dynamo_document_builder.expressions.paths import Path, SizeOf
from dynamo_document_builder.expressions.rendering import Rendering
from dynamo_document_builder.expressions.stored_values import AsStored, Stored, Wire, find, size, stored
from dynamo_document_builder.expressions.tags import TagIn
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.natural import natural_text, natural_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.expressions.rendering import Resolved
    from dynamo_document_builder.expressions.scope import Scope
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
    return _Evaluation(out, item).verdict(condition, negated=False)


class _Side(Struct, frozen=True):
    """One side of a comparison."""

    stored: Stored | None
    """As DynamoDB compares it, `None` if there is nothing."""
    value: Any
    """As people see it."""
    attribute: str | None = None
    """The attribute it was found in, `None` if it was given."""


class _Evaluation(Struct, frozen=True):
    """The evaluation of one condition on one item."""

    out: Rendering
    item: Wire | None

    def verdict(self, condition: Condition, *, negated: bool) -> Verdict:
        match condition:
            case Not(inner):
                return self.verdict(inner, negated=not negated)
            case And(parts) | Or(parts):
                verdicts = [self.verdict(part, negated=negated) for part in parts]
                return _joined(verdicts, every=isinstance(condition, And) is not negated)
            case ItemExists():
                return _single(self.item_clause(condition, negated=negated))
            case TagIn():
                return _single(self.tag_clause(condition, negated=negated))
            case _ if isinstance(condition, Leaf):
                return _single(self.clause(condition, negated=negated))
            case _:
                raise TypeError(f"{type(condition).__name__} is not one of DynamoDB's conditions")

    def item_clause(self, condition: ItemExists, *, negated: bool) -> Clause:
        there = self.item is not None
        made = _made(holds=there is condition.present, negated=negated)
        return made(operator=function_of(condition), negated=negated, missing=not there)

    def tag_clause(self, condition: TagIn, *, negated: bool) -> Clause:
        wire, names = find(self.item, (condition.attribute,)), condition.names
        return _made(holds=wire in [{"S": name} for name in names], negated=negated)(
            path=condition.attribute,
            operator="equals" if len(names) == 1 else "is_in",
            negated=negated,
            missing=wire is None,
            actual=None if wire is None else natural_value(wire),
            values=names,
            others=(None,) * len(names),
        )

    def clause(self, leaf: Leaf, *, negated: bool) -> Clause:
        operand, given = self.attribute(leaf.operand), self.given(leaf)
        holds = is_true(leaf, operand.stored, [side.stored for side in given])
        path, function = _path_of(leaf.operand), function_of(leaf)
        return _made(holds=holds, negated=negated)(
            path=str(path),
            operator=function,
            negated=negated,
            of_size=isinstance(leaf.operand, SizeOf),
            missing=self.wire(path) is None,
            actual=operand.stored and operand.stored[0] if function == "type_is" else operand.value,
            values=tuple(side.value for side in given),
            others=tuple(side.attribute for side in given),
        )

    def given(self, leaf: Leaf) -> list[_Side]:
        """Return what a clause compares with."""
        sized = isinstance(leaf.operand, SizeOf)
        kind = kind_of_given(leaf, None if sized else self.resolved(_path_of(leaf.operand)).kind)
        return [
            self.attribute(value) if isinstance(value, (Path, SizeOf)) else _given(kind, value, sign)
            for value, sign in zip(given_in(leaf), signs_in(leaf), strict=True)
        ]

    def attribute(self, operand: Path | SizeOf) -> _Side:
        """Return what an attribute holds, or its size."""
        path = _path_of(operand)
        wire = self.wire(path)
        found = None if wire is None else stored(wire)
        if isinstance(operand, SizeOf):
            sized = size(found)
            return _Side(sized, None if sized is None else int(sized[1]), str(operand))
        return _Side(found, None if wire is None else _as_python(self.resolved(path).kind, wire), str(operand))

    def wire(self, path: Path) -> Wire | None:
        return find(self.item, self.resolved(path).segments)

    def resolved(self, path: Path) -> Resolved:
        resolved = self.out.resolve(path)
        if resolved is None:
            raise FindingsError(tuple(self.out.findings))
        return resolved


def _path_of(operand: Path | SizeOf) -> Path:
    return operand.path if isinstance(operand, SizeOf) else operand


def _made(*, holds: bool, negated: bool) -> type[Clause]:
    return FailedClause if holds is negated else Clause


def _single(clause: Clause) -> Verdict:
    return Verdict(clause.passed, (clause,), (clause,) if isinstance(clause, FailedClause) else ())


def _joined(verdicts: Sequence[Verdict], *, every: bool) -> Verdict:
    passed = (all if every else any)(verdict.passed for verdict in verdicts)
    clauses = tuple(clause for verdict in verdicts for clause in verdict.clauses)
    return Verdict(
        passed, clauses, () if passed else tuple(clause for verdict in verdicts for clause in verdict.failed)
    )


def _given(kind: Kind | None, value: object, sign: str) -> _Side:
    if isinstance(value, AsStored):
        return _Side(stored(json.loads(value.text)), value.python())
    return _Side(stored(json.loads(natural_text(value) if kind is None else kind.bound(value, sign))), value)


def _as_python(kind: Kind | None, wire: Wire) -> Any:
    if kind is None:
        return natural_value(wire)
    try:
        return kind.decode_wire(wire)
    except MisfitError:  # stored under another schema: its own type says what it is
        return natural_value(wire)
