"""Rules of the operations on tables."""

from __future__ import annotations

from typing import Any, Final

from tests.contract.operation_rules.case import API, NEW, NO_TABLE, SERIALIZATION, USUAL, Case, Rules
from tests.groves import TREES

_create = Rules(API + "API_CreateTable.html", "CreateTable")
_describe = Rules(API + "API_DescribeTable.html", "DescribeTable")
_delete = Rules(API + "API_DeleteTable.html", "DeleteTable")
_list = Rules(API + "API_ListTables.html", "ListTables")
_expiry = Rules(API + "API_UpdateTimeToLive.html", "UpdateTimeToLive")


def keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def types(*names: str, kind: str = "S") -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name in names]


def index(name: str = "by-b", of: Any = None, **more: Any) -> dict[str, Any]:
    schema = keys("a") if of is None else of
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, **more}


def global_index(**more: Any) -> dict[str, Any]:
    return {"GlobalSecondaryIndexes": [index(**more)]}


def local_index(of: Any, count: int = 1) -> dict[str, Any]:
    indexes = [index(f"by-{number}", of) for number in range(count)]
    return {"KeySchema": keys("a", "b"), "AttributeDefinitions": types("a", "b"), "LocalSecondaryIndexes": indexes}


def copying(**projection: Any) -> dict[str, Any]:
    return global_index(Projection=projection)


ONE_UNIT: Final = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
USUAL_TABLE: Final = {"TableName": NEW, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("a")}
USUAL["CreateTable"] = {**USUAL_TABLE, "AttributeDefinitions": types("a")}

TABLE_RULES: Final[tuple[Case, ...]] = (
    _create.taken("a table"),
    _create.taken("a table with a global index", **global_index()),
    _create.taken("a table with a local index", **local_index(keys("a", "b"))),
    _create.taken("a table with throughput", BillingMode="PROVISIONED", ProvisionedThroughput=ONE_UNIT),
    _create.refused("a table that exists", "ResourceInUseException", TableName=TREES),
    _create.refused("no name", TableName=None),
    _create.refused("a name of two characters", TableName="ab"),
    _create.refused("a name with a space", TableName="a b c"),
    _create.refused("a name that is a number", SERIALIZATION, TableName=3),
    _create.refused("no key", KeySchema=None),
    _create.refused("an empty key", KeySchema=[]),
    _create.refused("a key without a partition key", KeySchema=[{"AttributeName": "a", "KeyType": "RANGE"}]),
    _create.refused("a part of a key that there is not", KeySchema=[{"AttributeName": "a", "KeyType": "SORT"}]),
    _create.refused("a key with an attribute twice", KeySchema=keys("a", "a")),
    _create.refused("no types", AttributeDefinitions=None),
    _create.refused("a key without a type", KeySchema=keys("a", "b")),
    _create.refused("a type that keys cannot have", AttributeDefinitions=types("a", kind="BOOL")),
    _create.refused("a type of no key", AttributeDefinitions=types("a", "b")),
    _create.refused("a type without a name", AttributeDefinitions=[{"AttributeType": "S"}]),
    _create.refused("a billing mode that there is not", BillingMode="FREE"),
    _create.refused("throughput for requests that are paid one by one", ProvisionedThroughput=ONE_UNIT),
    _create.refused("no throughput where it is provisioned", BillingMode="PROVISIONED"),
    _create.refused("no units", BillingMode="PROVISIONED", ProvisionedThroughput={**ONE_UNIT, "ReadCapacityUnits": 0}),
    _create.refused("no global indexes", GlobalSecondaryIndexes=[]),
    _create.refused("no local indexes", LocalSecondaryIndexes=[]),
    _create.refused("two indexes of one name", GlobalSecondaryIndexes=[index(), index()]),
    _create.refused("an index of a short name", **global_index(name="b")),
    _create.refused("an index without a key", **global_index(of=[])),
    _create.refused("an index whose key has no type", **global_index(of=keys("b"))),
    _create.refused("an index without a projection", **global_index(Projection=None)),
    _create.refused("an index with an empty projection", **copying()),
    _create.refused("an index with a projection that there is not", **copying(ProjectionType="SOME")),
    _create.refused("an index that includes nothing", **copying(ProjectionType="INCLUDE")),
    _create.refused("an index of all that includes", **copying(ProjectionType="ALL", NonKeyAttributes=["b"])),
    _create.refused("21 global indexes", GlobalSecondaryIndexes=[index(f"by-{number}") for number in range(21)]),
    _create.refused("6 local indexes", **local_index(keys("a", "b"), 6)),
    _create.refused("a local index by another partition key", **local_index(keys("b", "a"))),
    _create.refused("a local index without a sort key", **local_index(keys("a"))),
    _create.refused("a local index of a table without a sort key", LocalSecondaryIndexes=[index(of=keys("a"))]),
    _create.refused("throughput of an index that is paid by request", **global_index(ProvisionedThroughput=ONE_UNIT)),
    _describe.taken("a table", TableName=TREES),
    _describe.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _describe.refused("no name"),
    _describe.refused("a name of two characters", TableName="ab"),
    _delete.taken("a table", TableName=TREES),
    _delete.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _list.taken("all tables"),
    _list.taken("the first table", Limit=1),
    _list.taken("tables behind a name", ExclusiveStartTableName="trees"),
    _list.refused("none", Limit=0),
    _list.refused("more than 100", Limit=101),
    _list.refused("behind a name of two characters", ExclusiveStartTableName="ab"),
    _expiry.taken("an attribute", TableName=TREES, TimeToLiveSpecification={"AttributeName": "at", "Enabled": True}),
    _expiry.refused("no attribute", TableName=TREES, TimeToLiveSpecification={"Enabled": True}),
    _expiry.refused("an empty name", TableName=TREES, TimeToLiveSpecification={"AttributeName": "", "Enabled": True}),
    _expiry.refused("no specification", TableName=TREES),
    _expiry.refused(
        "there is no such table",
        NO_TABLE,
        TableName="shrubs",
        TimeToLiveSpecification={"AttributeName": "at", "Enabled": True},
    ),
)
