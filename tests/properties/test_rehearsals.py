"""A rehearsal and what follows it: for each of a hundred random operations the verdict is the engine's answer."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Put,
    Raw,
    Table,
    TableTransactWrite,
    TestCondition,
    TransactionCanceledError,
    Update,
)
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.properties.meeting_place import AS_DYNAMODB_DOES, SEEDS, ids, on, put
from tests.properties.meetings import Doc, condition, palette

if TYPE_CHECKING:
    from dynamo_document_builder import Condition
    from tests.conftest import NewTable
    from tests.engines import Engine

OPERATIONS = 50


@pytest.fixture
def docs(new_table: NewTable, client: Any) -> Entity[Doc]:
    return on(Table(new_table(), client=client))


def write(random: Random, doc_id: str, given_condition: Condition) -> Any:
    writes: list[Any] = [
        Put(Doc(doc_id=doc_id, a="put"), condition=given_condition),
        Update({"doc_id": doc_id}, updates={"a": "updated"}, condition=given_condition),
        Delete({"doc_id": doc_id}, condition=given_condition),
        ConditionCheck({"doc_id": doc_id}, condition=given_condition),
    ]
    return random.choice(writes)


def raw_check(docs: Entity[Doc], doc_id: str, given_condition: Condition) -> Raw:
    """Write a condition as other programs do, by the names that are stored."""
    check = docs.request(Delete({"doc_id": doc_id}, condition=given_condition)).payload
    check.pop("ReturnValuesOnConditionCheckFailure", None)
    return Raw({"ConditionCheck": check})


def failed(table: Table, command: TableTransactWrite) -> list[bool]:
    try:
        table.send(command)
    except TransactionCanceledError as error:
        return [reason.failed for reason in error.reasons]
    return [False] * OPERATIONS


@ONE_ENGINE
@examples(20)
@given(seed=SEEDS)
def test_what_is_rehearsed_is_what_the_engine_then_does(docs: Entity[Doc], engine: Engine, seed: int) -> None:
    engine.requires(*AS_DYNAMODB_DOES)
    random = Random(seed)
    fields_used = palette(random)
    met = [
        (doc_id := f"r{next(ids)}", fields_used.item(random, doc_id), condition(random, fields_used))
        for _ in range(OPERATIONS)
    ]
    put(docs.table, [item for _, item, _ in met if item is not None])
    half = OPERATIONS // 2
    command = TableTransactWrite(
        [
            docs.prepare([write(random, doc_id, given_condition) for doc_id, _, given_condition in met[:half]]),
            *(raw_check(docs, doc_id, given_condition) for doc_id, _, given_condition in met[half:]),
        ]
    )
    rehearsal = docs.table.rehearse(command)
    assert [report.raw_item is None for report in rehearsal.reports] == [item is None for _, item, _ in met]
    assert failed(docs.table, command) == [report.passed is False for report in rehearsal.reports]
    assert all(report.passed is not None for report in rehearsal.reports)


@ONE_ENGINE
@examples(20)
@given(seed=SEEDS)
def test_what_is_tested_is_what_a_write_then_meets(docs: Entity[Doc], engine: Engine, seed: int) -> None:
    engine.requires(*AS_DYNAMODB_DOES)
    random = Random(seed)
    fields_used = palette(random)
    doc_id = f"t{next(ids)}"
    item, given_condition = fields_used.item(random, doc_id), condition(random, fields_used)
    if item is not None:
        put(docs.table, [item])
    tested = docs.send(TestCondition({"doc_id": doc_id}, condition=given_condition))
    assert docs.rehearse(Delete({"doc_id": doc_id}, condition=given_condition)).passed is tested.passed
    command = TableTransactWrite([docs.prepare([Delete({"doc_id": doc_id}, condition=given_condition)])])
    assert failed(docs.table, command)[0] is not tested.passed
