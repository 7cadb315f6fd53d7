"""Random programs, played on the engine in memory and on the reference: both answer the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from dynamo_document_builder.schema.type_guards import is_list
from dynamo_document_builder.wire.type_guards import is_mapping
from tests.asking import Answered, Asked, Memory, Reference
from tests.effort import IS_SOAK, examples
from tests.engines import engine_names
from tests.groves import INDEXES, TABLES, create_tables
from tests.properties.memory_gaps import changes_elements, gap_of
from tests.properties.memory_programs import Step, programs

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = {"SS", "NS", "BS"}

LOOKS: list[Step] = [
    ("Scan", {"TableName": table, **index})
    for table, indexes in INDEXES.items()
    for index in ({}, *({"IndexName": name} for name in indexes))
]
"""What both engines hold in the end."""

pytestmark = pytest.mark.skipif("dynoxide" not in engine_names(), reason="the reference engine is not there")


@pytest.fixture(scope="module")
def reference(dynoxide_endpoint: str) -> Iterator[Reference]:
    reference = Reference(dynoxide_endpoint)
    yield reference
    for name in TABLES:
        reference.ask("DeleteTable", {"TableName": name})
    reference.close()


def without_order(value: Any) -> Any:
    """Return an answer with sets, which have no order, in one, and without sizes that DynamoDB only estimates."""
    if is_list(value):
        return [without_order(inner) for inner in value]
    if not is_mapping(value):
        return value
    return {
        name: sorted(inner) if name in SETS else without_order(inner)
        for name, inner in value.items()
        if name != "SizeEstimateRangeGB"
    }


def by_text(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))


def comparable(step: Step, answered: Answered) -> Any:
    """Return what both engines have to agree on."""
    operation, payload = step
    if answered.code:
        failed = answered.body.get("Item")
        items = [reason.get("Item") for reason in answered.body.get("CancellationReasons", ())]
        return answered.code, answered.reasons, without_order([failed, items])
    body = without_order(answered.body)
    if operation == "Scan" or (operation == "Query" and "IndexName" in payload):
        return unordered_page(payload, body)
    if operation == "BatchGetItem":
        body["Responses"] = {name: by_text(found) for name, found in body["Responses"].items()}
    if "ConsumedCapacity" in body and isinstance(body["ConsumedCapacity"], list):
        body["ConsumedCapacity"] = by_text(body["ConsumedCapacity"])
    return body


def unordered_page(payload: Any, body: Any) -> Any:
    """Return a page whose order DynamoDB leaves open: where the page may end is then open, too."""
    if "Items" in body:
        body["Items"] = by_text(body["Items"])
    if {"Limit", "ExclusiveStartKey", "Segment"} & payload.keys():
        return {"Page": sorted(body)} if "Limit" not in payload else {}
    return body


def contents(engine: Asked) -> list[Any]:
    return [comparable(look, engine.ask(*look)) for look in LOOKS]


def play(program: list[Step], memory: Memory, reference: Reference) -> None:
    for step in [*program, *LOOKS]:
        operation, payload = step
        ours, theirs = memory.ask(operation, payload), reference.ask(operation, payload)
        if comparable(step, ours) == comparable(step, theirs):
            if changes_elements(step) and contents(memory) != contents(reference):
                return
            continue
        assert gap_of(step, ours, theirs) is not None, (step, ours, theirs)
        return  # from here on the engines may hold other items


@settings(examples(60), derandomize=not IS_SOAK)
@given(program=programs)
def test_both_engines_answer_the_same(program: list[Step], reference: Reference) -> None:
    memory = Memory()
    create_tables(memory)
    create_tables(reference)
    play(program, memory, reference)
