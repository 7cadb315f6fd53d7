"""A command evolved without a change is the same command: reading pages, retries and users evolve them all the time."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Delete,
    Get,
    Put,
    Query,
    Raw,
    RetryPolicy,
    Scan,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    add,
    attr,
    begins_with,
    greater_than,
    item_exists,
    remove,
)
from tests.unit.things import ALICE, orders, users

KEY = {"user_id": "u1"}
PATHS = ["name", attr("a.b"), "tags[0]"]
CONDITION = {"balance": greater_than(1), "name": begins_with("A")}


@frozen
class Named:
    name: str


COMMANDS: list[Any] = [
    Put(ALICE, condition=CONDITION, return_values="ALL_OLD", label="put"),
    Get(KEY, consistent=True, projection=PATHS),
    Get(KEY, projection=Named),
    Update(KEY, updates={"balance": add(1), "email": remove()}, condition=[CONDITION, item_exists()]),
    Delete(KEY, condition=attr("balance") >= 1),
    ConditionCheck(KEY, condition=CONDITION),
    TransactGet([KEY], projection=PATHS),
    TransactWrite([Put(ALICE)], idempotency_token="t"),
    TableTransactGet(gets=(users.prepare(TransactGet([KEY], projection=PATHS)),)),
    TableTransactWrite(
        transactions=[users.prepare([Put(ALICE)]), Raw({"Delete": {"TableName": "table-x", "Key": {}}})]
    ),
    Query(KEY, filter=CONDITION, sort_key_condition=begins_with("a"), projection=PATHS, page_size=1, max_items=2),
    Query(index={"GSI1": {"name": "x"}}, projection=Named, reverse=True),
    Query(KEY, entities=users | orders),
    Scan(filter=CONDITION, projection=PATHS, index_name="GSI1", segment=0, total_segments=2),
    BatchGet([KEY], projection=PATHS, retry=RetryPolicy(max_attempts=2)),
    BatchWrite([ALICE], deletes=[KEY]),
    TableBatchGet(gets=(users.prepare(BatchGet([KEY], projection=PATHS)),)),
    TableBatchWrite(writes=[users.prepare(BatchWrite([ALICE]))]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_evolves_to_itself(command: Any) -> None:
    assert evolve(command) == command
    assert evolve(evolve(command)) == command
