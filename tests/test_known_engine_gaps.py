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
def item_size(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    text = {"S": "x" * (400 * 1024 - len("PKpSKav"))}
    try:
        client.put_item(TableName=table, Item=key() | {"v": text})
    except ClientError:
        return False
    return refused(client.put_item, TableName=table, Item=key() | {"vv": text})


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
def single_capacity(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item=key())
    update = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}
    silent = client.update_item(TableName=table, Key=key(), **update)
    got = client.get_item(TableName=table, Key=key(), ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    return "ConsumedCapacity" not in silent and bool(got["ConsumedCapacity"]["CapacityUnits"] == 1)


@probe
def projection_capacity(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item=key() | {"a": {"S": "x" * 5000}})
    options = {"ProjectionExpression": "PK", "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    answer = client.get_item(TableName=table, Key=key(), **options)
    return bool(answer["ConsumedCapacity"]["CapacityUnits"] == 2)


@probe
def index_capacity(client: Any, new_table: NewTable) -> bool:
    table = new_table(global_secondary_indexes={"GSI1": ("GSI1PK",)})
    answer = client.put_item(TableName=table, Item=key() | {"GSI1PK": {"S": "x"}}, ReturnConsumedCapacity="INDEXES")
    return "GlobalSecondaryIndexes" in answer["ConsumedCapacity"]


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
def read_key_type(client: Any, new_table: NewTable) -> bool:
    return refused(client.get_item, TableName=new_table(), Key=key() | {"SK": {"N": "1"}})


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
def update_operand_reason(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item=key() | {"n": {"S": "x"}})
    update = {
        "TableName": table,
        "Key": key(),
        "UpdateExpression": "SET n = n + :0",
        "ExpressionAttributeValues": {":0": {"N": "1"}},
    }
    return reasons(client, {"Update": update}) == ["ValidationError"]


@probe
def old_of_nothing(client: Any, new_table: NewTable) -> bool:
    update = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}
    answer = client.update_item(TableName=new_table(), Key=key(), ReturnValues="ALL_OLD", **update)
    return not answer.get("Attributes")


def updated_list(client: Any, table: str, update: str, **values: Any) -> Any:
    client.put_item(TableName=table, Item=key() | {"l": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}})
    request = {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    answer = client.update_item(TableName=table, Key=key(), UpdateExpression=update, ReturnValues="ALL_NEW", **request)
    return answer["Attributes"]["l"]["L"]


@probe
def list_end(client: Any, new_table: NewTable) -> bool:
    return len(updated_list(client, new_table(), "SET l[9] = :0", **{"0": {"S": "d"}})) == 4


@probe
def list_removals(client: Any, new_table: NewTable) -> bool:
    return bool(updated_list(client, new_table(), "REMOVE l[0], l[1]") == [{"S": "c"}])


@probe
def unused_values(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "attribute_exists(#a)", unused={"S": "x"})


@probe
def placeholder_like_a_key(client: Any, new_table: NewTable) -> bool:
    table = new_table(partition_key="#0", sort_key=None)
    try:
        client.update_item(
            TableName=table,
            Key={"#0": {"S": "p"}},
            UpdateExpression="SET #0 = :0",
            ExpressionAttributeNames={"#0": "n"},
            ExpressionAttributeValues={":0": {"N": "1"}},
        )
    except ClientError:
        return False
    return True


@probe
def expression_syntax(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "#a = = :v", v={"S": "x"})


@probe
def expression_size(client: Any, new_table: NewTable) -> bool:
    condition = " OR ".join(["attribute_exists(#a)"] * 200)
    return refused_condition(client, new_table(), condition)


def holds(client: Any, table: str, condition: str, names: dict[str, str], **values: Any) -> bool:
    """Tell whether a condition is true of an item with some bytes in `b` and nothing else."""
    client.put_item(TableName=table, Item=key() | {"b": {"B": b"abc"}})
    try:
        client.put_item(
            TableName=table,
            Item=key(),
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


@probe
def functions_on_bytes(client: Any, new_table: NewTable) -> bool:
    found = "begins_with(#b, :a) AND contains(#b, :c)"
    return holds(client, new_table(), found, {"#b": "b"}, a={"B": b"ab"}, c={"B": b"bc"})


@probe
def size_of_missing(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    try:
        return not holds(client, table, "size(#x) < :n", {"#x": "x"}, n={"N": "9"})
    except ValueError:  # moto's own
        return False


@probe
def equal_to_missing(client: Any, new_table: NewTable) -> bool:
    return not holds(client, new_table(), "#x = :null", {"#x": "x"}, null={"NULL": True})


@probe
def order_across_types(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    try:
        return not holds(client, table, "#b < :n", {"#b": "b"}, n={"N": "9"})
    except TypeError:  # moto's own
        return False


@probe
def same_operand_twice(client: Any, new_table: NewTable) -> bool:
    return refused_condition(client, new_table(), "contains(#a, #a)")


@probe
def begins_with_case(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    for sort_key in ("a1", "A1"):
        client.put_item(TableName=table, Item=key(sort_key))
    found = client.query(
        TableName=table,
        KeyConditionExpression="PK = :p AND begins_with(SK, :s)",
        ExpressionAttributeValues={":p": {"S": "p"}, ":s": {"S": "a"}},
    )
    return bool(found["Items"] == [key("a1")])


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


@probe
def multi_attribute_keys(client: Any, new_table: NewTable) -> bool:
    name = f"places-{uuid.uuid4().hex[:12]}"
    key_schema = [("country", "HASH"), ("city", "HASH"), ("year", "RANGE"), ("rank", "RANGE")]
    index = {
        "IndexName": "by_place",
        "KeySchema": [{"AttributeName": attribute, "KeyType": kind} for attribute, kind in key_schema],
        "Projection": {"ProjectionType": "ALL"},
    }
    try:
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"}
                for attribute in ("id", "country", "city", "year", "rank")
            ],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[index],
        )
        item = {attribute: {"S": "x"} for attribute in ("id", "country", "city", "year", "rank")}
        client.put_item(TableName=name, Item=item)
        found = client.query(
            TableName=name,
            IndexName="by_place",
            KeyConditionExpression="country = :x AND city = :x AND #y = :x",
            ExpressionAttributeNames={"#y": "year"},
            ExpressionAttributeValues={":x": {"S": "x"}},
        )
    except ClientError:
        return False
    return bool(found["Items"] == [item])


@probe
def local_index_fetch(client: Any, new_table: NewTable) -> bool:
    return fetched(client, Select="ALL_ATTRIBUTES")


@probe
def local_index_fetch_named(client: Any, new_table: NewTable) -> bool:
    return fetched(client, ProjectionExpression="note")


def fetched(client: Any, **options: Any) -> bool:
    """Tell whether a query of a local index with its keys only returns another attribute."""
    name = f"tasks-{uuid.uuid4().hex[:12]}"
    schema = [{"AttributeName": "PK", "KeyType": "HASH"}]
    index = {
        "IndexName": "by_l",
        "KeySchema": [*schema, {"AttributeName": "L", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    client.create_table(
        TableName=name,
        KeySchema=[*schema, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in ("PK", "SK", "L")],
        BillingMode="PAY_PER_REQUEST",
        LocalSecondaryIndexes=[index],
    )
    client.put_item(TableName=name, Item={**key(), "L": {"S": "l"}, "note": {"S": "n"}})
    where = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}
    found = client.query(TableName=name, IndexName="by_l", **where, **options)
    return [item.get("note") for item in found["Items"]] == [{"S": "n"}]


@probe
def list_index_placeholder(client: Any, new_table: NewTable) -> bool:
    table = new_table()
    client.put_item(TableName=table, Item={**key(), "list": {"L": [{"S": "a"}, {"S": "b"}]}})
    try:
        found = client.get_item(
            TableName=table, Key=key(), ProjectionExpression="#0[1]", ExpressionAttributeNames={"#0": "list"}
        )
    except ClientError:
        return False
    return bool(found["Item"] == {"list": {"L": [{"S": "b"}]}})
