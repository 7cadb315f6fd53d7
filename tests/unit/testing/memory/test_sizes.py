"""What is too large for one answer: pages of 1 MB, batches of 16 MB, and transactions of 4 MB."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder.testing.memory.refused import RefusedError
from tests.asking import Memory
from tests.groves import BY_GIRTH, TREES, create_tables

OAK = {"S": "oak"}
QUERY: dict[str, Any] = {
    "TableName": TREES,
    "KeyConditionExpression": "grove = :grove",
    "ExpressionAttributeValues": {":grove": OAK},
    "ReturnConsumedCapacity": "TOTAL",
}


def key(number: int) -> dict[str, Any]:
    return {"grove": OAK, "tree": {"S": f"{number:02}"}}


def filled(count: int, size: int) -> Memory:
    memory = Memory()
    create_tables(memory)
    for number in range(count):
        item = {**key(number), "girth": {"N": str(number + 1)}}
        rest = size - len("grove" + "oak" + "tree" + "00" + "girth" + "sap") - 2
        item["sap"] = {"S": "x" * rest}
        assert memory.ask("PutItem", {"TableName": TREES, "Item": item}).code == ""
    return memory


def page(memory: Memory, **more: Any) -> tuple[int, Any, float]:
    body = memory.ask("Query", {**QUERY, **more}).body
    return body["Count"], body.get("LastEvaluatedKey"), body["ConsumedCapacity"]["CapacityUnits"]


def test_a_page_ends_with_the_item_that_goes_beyond_a_megabyte() -> None:
    memory = filled(14, 100_000)
    assert page(memory) == (11, key(10), 134.5)
    assert page(memory, ConsistentRead=True) == (11, key(10), 269.0)
    assert page(memory, ExclusiveStartKey=key(10)) == (3, None, 37.0)
    assert page(memory, ScanIndexForward=False) == (11, key(3), 134.5)


def test_a_page_of_exactly_a_megabyte_may_have_another_item() -> None:
    memory = filled(9, 2**20 // 8)
    assert page(memory)[:2] == (9, key(8))
    assert page(filled(8, 2**20 // 8))[:2] == (8, None)


@pytest.mark.parametrize(
    "more",
    [{"FilterExpression": "attribute_exists(nothing)"}, {"ProjectionExpression": "tree"}, {"Select": "COUNT"}],
    ids=lambda more: next(iter(more)),
)
def test_a_page_is_measured_before_anything_is_left_out(more: dict[str, Any]) -> None:
    assert page(filled(14, 100_000), **more)[1:] == (key(10), 134.5)


def test_a_page_of_an_index_is_measured_by_its_entries() -> None:
    assert page(filled(14, 100_000), IndexName=BY_GIRTH) == (14, None, 0.5)


def test_what_a_local_index_fetches_costs_a_read_of_each_item() -> None:
    assert page(filled(14, 100_000), IndexName=BY_GIRTH, Select="ALL_ATTRIBUTES") == (14, None, 0.5 + 14 * 12.5)


def test_a_batch_of_reads_ends_before_16_megabytes() -> None:
    memory = filled(45, 400_000)
    asked = {TREES: {"Keys": [key(number) for number in range(45)]}}
    body = memory.ask("BatchGetItem", {"RequestItems": asked}).body
    assert len(body["Responses"][TREES]) == 41
    assert body["UnprocessedKeys"] == {TREES: {"Keys": [key(number) for number in range(41, 45)]}}


@pytest.mark.parametrize("more", [{}, {"ProjectionExpression": "girth"}], ids=["items", "projection"])
def test_a_transaction_reads_4_megabytes(more: dict[str, Any]) -> None:
    memory = filled(11, 400_000)
    gets = [{"Get": {"TableName": TREES, "Key": key(number), **more}} for number in range(11)]
    assert memory.ask("TransactGetItems", {"TransactItems": gets[:10]}).code == ""
    assert memory.ask("TransactGetItems", {"TransactItems": gets}).code == "ValidationException"


@pytest.mark.parametrize(("levels", "code"), [(400, "ValidationException"), (100_000, "SerializationException")])
def test_values_nested_far_too_deep_are_refused(levels: int, code: str) -> None:
    memory = filled(0, 0)
    nested = '{"L":[' * levels + '{"S":"a"}' + "]}" * levels
    body = f'{{"TableName":"{TREES}","Item":{{"grove":{{"S":"oak"}},"tree":{{"S":"a"}},"crown":{nested}}}}}'
    with pytest.raises(RefusedError) as refused:
        memory.engine.answer("PutItem", body.encode())
    assert refused.value.code == code
