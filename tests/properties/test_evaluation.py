"""
Conditions evaluated here and by an engine, on items that fit no schema: thousands of pairs, and no disagreement.

Where an item is of another type than the condition expects, where text is not plain and numbers are at their limits,
is where an evaluation of our own would go wrong unseen.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from hypothesis import given

from dynamo_document_builder import (
    ConditionCheck,
    Entity,
    FailedClause,
    Table,
    TransactionCanceledError,
    TransactWrite,
)
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.evaluating import evaluate_condition
from tests.properties.meeting_place import AS_DYNAMODB_DOES, SEEDS, ids, on, put
from tests.properties.meetings import Doc, Item, condition, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder import CancellationReason, Condition
    from tests.conftest import NewTable
    from tests.engines import Engine

PAIRS = 100


@pytest.fixture
def docs(new_table: NewTable, client: Any) -> Entity[Doc]:
    return on(Table(new_table(), client=client))


def asked(docs: Entity[Doc], checks: Sequence[ConditionCheck]) -> list[CancellationReason | None]:
    """Ask the engine for the outcome of each check."""
    try:
        docs.send(TransactWrite(checks))
    except TransactionCanceledError as error:
        return list(error.reasons)
    return [None] * len(checks)


@ONE_ENGINE
@examples(30)
@given(seed=SEEDS)
def test_a_condition_is_here_what_it_is_on_the_engine(docs: Entity[Doc], engine: Engine, seed: int) -> None:
    """Each of a hundred items meets a condition of its own: two requests for all."""
    engine.requires(*AS_DYNAMODB_DOES)
    random = Random(seed)
    fields_used = palette(random)
    met = [
        (doc_id := f"d{next(ids)}", fields_used.item(random, doc_id), condition(random, fields_used))
        for _ in range(PAIRS)
    ]
    put(docs.table, [item for _, item, _ in met if item is not None])
    reasons = asked(docs, [ConditionCheck({"doc_id": doc_id}, condition=given) for doc_id, _, given in met])
    for (_, item, given_condition), reason in zip(met, reasons, strict=True):
        found = evaluate_condition(docs.__model__, given_condition, item)
        assert reason is None or reason.code in {"None", "ConditionalCheckFailed"}
        assert found.passed == (reason is None or not reason.failed), (given_condition, item)
        if reason is not None:
            assert reason.failed_clauses == found.failed


OFFLINE = on(Table("app"))


def made(seed: int) -> tuple[Item | None, Condition]:
    random = Random(seed)
    fields_used = palette(random)
    return fields_used.item(random, "d1"), condition(random, fields_used)


@given(seed=SEEDS)
def test_a_condition_fails_for_clauses_of_its_own_and_only_then(seed: int) -> None:
    item, given_condition = made(seed)
    found = evaluate_condition(OFFLINE.__model__, given_condition, item)
    assert found.passed == (not found.failed)
    failed = set(map(id, found.failed))  # by identity: two that are equal may stand in different places
    assert [id(clause) for clause in found.clauses if id(clause) in failed] == list(map(id, found.failed))
    assert all(isinstance(clause, FailedClause) and not clause.passed for clause in found.failed)


@given(seed=SEEDS)
def test_the_opposite_of_a_condition_has_the_opposite_verdict_clause_by_clause(seed: int) -> None:
    item, given_condition = made(seed)
    one, other = (
        evaluate_condition(OFFLINE.__model__, given_condition, item),
        evaluate_condition(OFFLINE.__model__, ~given_condition, item),
    )
    assert one.passed is not other.passed
    assert [clause.passed for clause in one.clauses] == [not clause.passed for clause in other.clauses]
    assert [clause.negated for clause in one.clauses] == [not clause.negated for clause in other.clauses]


@given(seed=SEEDS)
def test_a_clause_tells_its_values_only_when_it_is_asked_to(seed: int) -> None:
    item, given_condition = made(seed)
    for clause in evaluate_condition(OFFLINE.__model__, given_condition, item).clauses:
        other = evolve(clause, actual="other", values=("other",) * len(clause.values))
        assert (str(clause), repr(clause)) == (str(other), repr(other))
        assert clause.path in clause.explain()
