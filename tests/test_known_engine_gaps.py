"""
Is the table of gaps in `tests/engines.py` still true?

moto moves. When one of these fails for moto after an upgrade, the gap has closed: delete its row there, and the
contract tests it had silenced run. For the reference engine they prove that it is worth its name.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import NewTable
from tests.engines import CAPABILITIES, NOT_EMULATED, Engine

Probe = Callable[[Any, NewTable], bool]
PROBES: dict[str, Probe] = {}


def probe(function: Probe) -> Probe:
    PROBES[function.__name__] = function
    return function


@pytest.mark.parametrize("capability", sorted(set(CAPABILITIES) - set(NOT_EMULATED)))
def test_the_table_of_gaps_is_true(capability: str, client: Any, new_table: NewTable, engine: Engine) -> None:
    if engine.name == "custom":
        pytest.skip("what an engine at DYNAMODB_ENDPOINT lacks is not known beforehand")
    found = PROBES[capability](client, new_table)
    known = engine.has(capability)
    assert found == known, f"{engine.name}: {CAPABILITIES[capability]}: {found}, where GAPS says {known}"


def test_every_gap_is_a_known_capability() -> None:
    assert set(PROBES) | set(NOT_EMULATED) == set(CAPABILITIES)


def key(sort_key: str = "a") -> dict[str, Any]:
    return {"PK": {"S": "p"}, "SK": {"S": sort_key}}


def put(table: str, attributes: dict[str, Any] | None = None, sort_key: str = "a") -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": key(sort_key) | (attributes or {})}}


def increment(table: str, by: str = "1") -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": key(),
            "UpdateExpression": "ADD #0 :0",
            "ExpressionAttributeNames": {"#0": "n"},
            "ExpressionAttributeValues": {":0": {"N": by}},
        }
    }


def refused(call: Callable[..., Any], /, **request: Any) -> bool:
    """Tell whether DynamoDB's own kind of refusal came; an accepted request or a Python error is none."""
    try:
        call(**request)
    except ClientError as error:
        return bool(error.response["Error"]["Code"] == "ValidationException")
    except Exception:  # noqa: BLE001  moto lets all kinds of its own mistakes out
        return False
    return False


def reasons(client: Any, *operations: dict[str, Any]) -> list[str]:
    try:
        client.transact_write_items(TransactItems=list(operations))
    except client.exceptions.TransactionCanceledException as error:
        return [reason["Code"] for reason in error.response["CancellationReasons"]]
    except ClientError as error:
        return [f"top level {error.response['Error']['Code']}"]
    return []


def refused_item(client: Any, table: str, value: dict[str, Any]) -> bool:
    return refused(client.put_item, TableName=table, Item=key() | {"v": value})


def refused_condition(client: Any, table: str, condition: str, **values: Any) -> bool:
    client.put_item(TableName=table, Item=key() | {"a": {"S": "x"}})
    request = {"ConditionExpression": condition, "ExpressionAttributeNames": {"#a": "a"}}
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    return refused(client.delete_item, TableName=table, Key=key(), **request)


@probe
def token_replay(client: Any, new_table: NewTable) -> bool:
    table, token = new_table(), str(uuid.uuid4())
    for _ in range(2):
        client.transact_write_items(TransactItems=[increment(table)], ClientRequestToken=token)
    return bool(client.get_item(TableName=table, Key=key())["Item"]["n"] == {"N": "1"})


@probe
def token_mismatch(client: Any, new_table: NewTable) -> bool:
    table, token = new_table(), str(uuid.uuid4())
    client.transact_write_items(TransactItems=[increment(table)], ClientRequestToken=token)
    try:
        client.transact_write_items(TransactItems=[increment(table, "2")], ClientRequestToken=token)
    except client.exceptions.IdempotentParameterMismatchException:
        return True
    return False


def transact_gets(table: str, *sort_keys: str, **options: Any) -> list[dict[str, Any]]:
    return [{"Get": {"TableName": table, "Key": key(sort_key), **options}} for sort_key in sort_keys]


@probe
def transact_get_100(client: Any, new_table: NewTable) -> bool:
    gets = transact_gets(new_table(), *(str(n) for n in range(100)))
    try:
        return len(client.transact_get_items(TransactItems=gets)["Responses"]) == 100
    except ClientError:
        return False


def projected(client: Any, table: str) -> set[str]:
    client.put_item(TableName=table, Item=key() | {"a": {"S": "x"}, "b": {"S": "y"}})
    gets = transact_gets(table, "a", ProjectionExpression="a")
    return set(client.transact_get_items(TransactItems=gets)["Responses"][0]["Item"])


@probe
def transact_get_projection(client: Any, new_table: NewTable) -> bool:
    return "b" not in projected(client, new_table())


@probe
def transact_get_projection_exact(client: Any, new_table: NewTable) -> bool:
    return projected(client, new_table()) == {"a"}


@probe
def transact_get_unique_keys(client: Any, new_table: NewTable) -> bool:
    return refused(client.transact_get_items, TransactItems=transact_gets(new_table(), "a", "a"))


@probe
def transact_write_4mb(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    puts = [put(table, {"v": {"S": "x" * 390_000}}, str(n)) for n in range(12)]
    return refused(client.transact_write_items, TransactItems=puts)


@probe
def transact_write_capacity(client: Any, new_table: NewTable) -> bool:
    answer = client.transact_write_items(TransactItems=[put(new_table())], ReturnConsumedCapacity="TOTAL")
    return bool(answer.get("ConsumedCapacity"))


@probe
def item_collection_metrics(client: Any, new_table: NewTable) -> bool:
    table = new_table(local_secondary_indexes={"LSI1": "LSI1SK"})
    answer = client.put_item(TableName=table, Item=key(), ReturnItemCollectionMetrics="SIZE")
    return bool(answer.get("ItemCollectionMetrics"))


@probe
def transact_item_collection_metrics(client: Any, new_table: NewTable) -> bool:
    table = new_table(local_secondary_indexes={"LSI1": "LSI1SK"})
    answer = client.transact_write_items(TransactItems=[put(table)], ReturnItemCollectionMetrics="SIZE")
    return bool(answer.get("ItemCollectionMetrics"))


@probe
def missing_key_reason(client: Any, new_table: NewTable) -> bool:
    operation = {"Put": {"TableName": new_table(), "Item": {"PK": {"S": "p"}}}}
    return reasons(client, operation) == ["ValidationError"]


@probe
def table_key_type_reason(client: Any, new_table: NewTable) -> bool:
    return reasons(client, put(new_table(), {"SK": {"N": "1"}})) == ["ValidationError"]


@probe
def index_key_type_reason(client: Any, new_table: NewTable) -> bool:
    table = new_table(global_secondary_indexes={"GSI1": ("GSI1PK",)})
    return reasons(client, put(table, {"GSI1PK": {"N": "1"}})) == ["ValidationError"]


@probe
def update_path_reason(client: Any, new_table: NewTable) -> bool:
    update = {
        "TableName": new_table(),
        "Key": key(),
        "UpdateExpression": "SET #0.#1 = :0",
        "ExpressionAttributeNames": {"#0": "nowhere", "#1": "a"},
        "ExpressionAttributeValues": {":0": {"S": "x"}},
    }
    return reasons(client, {"Update": update}) == ["ValidationError"]


@probe
def unused_values(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "attribute_exists(#a)", unused={"S": "x"})


@probe
def expression_syntax(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "#a = = :v", v={"S": "x"})


@probe
def expression_size(client: Any, new_table: NewTable) -> bool:
    condition = " OR ".join(["attribute_exists(#a)"] * 200)
    return refused_condition(client, new_table(), condition)


@probe
def same_operand_twice(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "contains(#a, #a)")


@probe
def begins_with_operand_type(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "begins_with(#a, :v)", v={"N": "1"})


@probe
def empty_set(client: Any, new_table: NewTable) -> bool:
    return reasons(client, put(new_table(), {"v": {"SS": []}})) == ["ValidationError"]


@probe
def duplicate_set_members(client: Any, new_table: NewTable) -> bool:
    return refused_item(client, new_table(), {"NS": ["1", "1.0"]})


@probe
def number_precision(client: Any, new_table: NewTable) -> bool:
    return refused_item(client, new_table(), {"N": "1" * 39})


@probe
def number_range(client: Any, new_table: NewTable) -> bool:
    return refused_item(client, new_table(), {"N": "1E126"})


@probe
def number_canonical(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item=key() | {"v": {"N": "1.500"}})
    return bool(client.get_item(TableName=table, Key=key())["Item"]["v"] == {"N": "1.5"})


@probe
def nesting_limit(client: Any, new_table: NewTable) -> bool:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(40):
        value = {"L": [value]}
    return refused_item(client, new_table(), value)


@probe
def page_limit_cursor(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item=key())
    page = client.query(
        TableName=table, Limit=1, KeyConditionExpression="PK = :p", ExpressionAttributeValues={":p": {"S": "p"}}
    )
    return "LastEvaluatedKey" in page


@probe
def batch_write_25(client: Any, new_table: NewTable) -> bool:
    puts = [{"PutRequest": {"Item": key(str(n))}} for n in range(26)]
    return refused(client.batch_write_item, RequestItems={new_table(): puts})
