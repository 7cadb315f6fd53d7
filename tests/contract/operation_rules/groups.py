"""Rules of the operations on several items: batches and transactions."""

from __future__ import annotations

from typing import Any, Final

from tests.contract.operation_rules.case import (
    ABSENT,
    API,
    KEY,
    NO_TABLE,
    OTHER,
    SERIALIZATION,
    SITE,
    TEXT,
    THREE,
    Case,
    Rules,
)
from tests.groves import SITES, TREES

_gets = Rules(API + "API_BatchGetItem.html", "BatchGetItem")
_writes = Rules(API + "API_BatchWriteItem.html", "BatchWriteItem")
_transaction = Rules(API + "API_TransactWriteItems.html", "TransactWriteItems")
_reads = Rules(API + "API_TransactGetItems.html", "TransactGetItems")

CONDITION, INVALID, NONE = "ConditionalCheckFailed", "ValidationError", "None"


def asked(*keys: Any, **more: Any) -> dict[str, Any]:
    return {"RequestItems": {TREES: {"Keys": list(keys), **more}}}


def writing(*writes: Any) -> dict[str, Any]:
    return {"RequestItems": {TREES: list(writes)}}


def many(count: int) -> list[dict[str, Any]]:
    return [{"grove": TEXT, "tree": {"S": str(number)}} for number in range(count)]


def put_request(item: Any) -> dict[str, Any]:
    return {"PutRequest": {"Item": item}}


def delete_request(key: Any) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": key}}


BATCH_RULES: Final[tuple[Case, ...]] = (
    _gets.taken("some items", **asked(KEY, OTHER, ABSENT)),
    _gets.taken("some attributes", **asked(KEY, ProjectionExpression="girth")),
    _gets.taken("100 items", **asked(*many(100))),
    _gets.refused("101 items", **asked(*many(101))),
    _gets.refused("no tables", RequestItems={}),
    _gets.refused("tables are not given"),
    _gets.refused("no keys", **asked()),
    _gets.refused("keys are not given", RequestItems={TREES: {}}),
    _gets.refused("a key twice", **asked(KEY, KEY)),
    _gets.refused(
        "a number twice, in two forms",
        beyond_engine=True,
        RequestItems={SITES: {"Keys": [SITE, {"site": {"N": "1.0"}}]}},
    ),
    _gets.refused("a key of another table", **asked(SITE)),
    _gets.refused("a key of another type", **asked({**KEY, "tree": THREE})),
    _gets.refused("there is no such table", NO_TABLE, RequestItems={"shrubs": {"Keys": [KEY]}}),
    _gets.refused("a name that is not used", **asked(KEY, ExpressionAttributeNames={"#a": "a"})),
    _gets.refused("keys that are no list", SERIALIZATION, RequestItems={TREES: {"Keys": KEY}}),
    _writes.taken("puts and deletes", **writing(put_request(KEY), delete_request(OTHER))),
    _writes.taken(
        "the same key in two tables",
        RequestItems={
            TREES: [put_request(KEY)],
            SITES: [put_request(SITE)],
        },
    ),
    _writes.taken("25 writes", **writing(*map(put_request, many(25)))),
    _writes.refused("26 writes", **writing(*map(put_request, many(26)))),
    _writes.refused("no tables", RequestItems={}),
    _writes.refused("no writes", **writing()),
    _writes.refused("no writes to one of two tables", RequestItems={TREES: [put_request(KEY)], SITES: []}),
    _writes.refused("an item twice", **writing(put_request(KEY), delete_request(KEY))),
    _writes.refused("a write that is neither", **writing({})),
    _writes.refused("a write that is both", **writing(put_request(KEY) | delete_request(KEY)), beyond_engine=True),
    _writes.refused("an item without its key", **writing(put_request({"grove": TEXT}))),
    _writes.refused("an item whose index key has another type", **writing(put_request({**KEY, "girth": TEXT}))),
    _writes.refused("an item with an empty set", **writing(put_request({**KEY, "a": {"SS": []}}))),
    _writes.refused("a key with another attribute", **writing(delete_request({**KEY, "a": TEXT}))),
    _writes.refused("there is no such table", NO_TABLE, RequestItems={"shrubs": [put_request(KEY)]}),
)


def done(*operations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"TransactItems": list(operations), **more}


def put(item: Any = ABSENT, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": TREES, "Item": item, **more}}


def update(text: str | None, key: Any = KEY, **given: Any) -> dict[str, Any]:
    values = {f":{name}": value for name, value in given.items()}
    members = {"TableName": TREES, "Key": key, "UpdateExpression": text, "ExpressionAttributeValues": values}
    return {"Update": {name: value for name, value in members.items() if value}}


def delete(key: Any = KEY, **more: Any) -> dict[str, Any]:
    return {"Delete": {"TableName": TREES, "Key": key, **more}}


def check(text: str | None, key: Any = KEY) -> dict[str, Any]:
    members = {"TableName": TREES, "Key": key, "ConditionExpression": text}
    return {"ConditionCheck": {name: value for name, value in members.items() if value is not None}}


TRANSACTION_RULES: Final[tuple[Case, ...]] = (
    _transaction.taken("one of each kind", **done(put(), update("REMOVE sap"), delete(OTHER))),
    _transaction.taken("a check", **done(check("attribute_exists(grove)"))),
    _transaction.taken("100 operations", **done(*map(put, many(100)))),
    _transaction.refused("101 operations", **done(*map(put, many(101)))),
    _transaction.refused("no operations", **done()),
    _transaction.refused("operations are not given"),
    _transaction.refused("operations that are no list", SERIALIZATION, TransactItems={}),
    _transaction.refused("an operation of no kind", **done({})),
    _transaction.refused("an operation of two kinds", **done(put() | delete()), beyond_engine=True),
    _transaction.refused("two operations on an item", **done(update("REMOVE sap"), check("attribute_exists(grove)"))),
    _transaction.refused("a check without a condition", **done(check(None))),
    _transaction.refused("an update without an expression", **done(update(None))),
    _transaction.refused("a put without an item", **done({"Put": {"TableName": TREES}})),
    _transaction.refused("there is no such table", NO_TABLE, **done({"Delete": {"TableName": "shrubs", "Key": KEY}})),
    _transaction.refused("a token that is empty", **done(put(), ClientRequestToken=""), beyond_engine=True),
    _transaction.refused("a token of 37 characters", **done(put(), ClientRequestToken="t" * 37)),
    _transaction.taken("a token of 36 characters", **done(put(), ClientRequestToken="t" * 36)),
    _transaction.refused("a value of no type", **done(put({**KEY, "a": {}}))),
    _transaction.refused("a number of 39 digits", **done(put({**KEY, "a": {"N": "1" * 39}}))),
    _transaction.refused("an item that is too large", **done(put({**KEY, "a": {"S": "a" * 410_000}}))),
    _transaction.refused("a value that is not used", beyond_engine=True, **done(update("REMOVE sap", three=THREE))),
    _transaction.refused("an update that does not parse", beyond_engine=True, **done(update("SET sap"))),
    _transaction.refused("an empty key", **done(put({**KEY, "grove": {"S": ""}}))),
    _transaction.refused("more than 4 MB", **done(*[put({**key, "a": {"S": "a" * 400_000}}) for key in many(11)])),
    _transaction.canceled(
        "a condition that is false", NONE, CONDITION, **done(put(), delete(ConditionExpression="a = b"))
    ),
    _transaction.canceled("a check that is false", CONDITION, **done(check("attribute_exists(grove)", ABSENT))),
    _transaction.canceled(
        "two reasons",
        CONDITION,
        INVALID,
        **done(check("a = b"), put({"grove": TEXT})),
    ),
    _transaction.canceled("an item without its key", INVALID, **done(put({"grove": TEXT}))),
    _transaction.canceled("a key of another type", INVALID, **done(delete({**KEY, "tree": THREE}))),
    _transaction.canceled("a key with another attribute", INVALID, **done(delete({**KEY, "a": THREE}))),
    _transaction.canceled("a key that is too long", INVALID, **done(put({**KEY, "tree": {"S": "a" * 1025}}))),
    _transaction.canceled("an index key of another type", INVALID, **done(put({**KEY, "girth": TEXT}))),
    _transaction.canceled("an empty set", INVALID, **done(put({**KEY, "a": {"SS": []}}))),
    _transaction.canceled("a set with equal elements", INVALID, **done(put({**KEY, "a": {"SS": ["a", "a"]}}))),
    _transaction.canceled("a sum with text", INVALID, **done(update("SET girth = sap + :three", three=THREE))),
    _transaction.canceled("an operand that is not there", INVALID, **done(update("SET sap = crown"))),
    _transaction.canceled("a parent that is not there", INVALID, **done(update("SET crown.a = sap"))),
    _transaction.canceled(
        "a key that is changed", INVALID, **done(update("SET tree = :a", a=TEXT)), beyond_engine=True
    ),
    _transaction.canceled(
        "an update that makes an item too large", INVALID, **done(update("SET a = :a, b = :a", a={"S": "a" * 250_000}))
    ),
)


def reading(*keys: Any, **more: Any) -> dict[str, Any]:
    return {"TransactItems": [{"Get": {"TableName": TREES, "Key": key, **more}} for key in keys]}


READ_RULES: Final[tuple[Case, ...]] = (
    _reads.taken("some items", **reading(KEY, OTHER, ABSENT)),
    _reads.taken("100 items", **reading(*many(100))),
    _reads.refused("101 items", **reading(*many(101))),
    _reads.refused("no items", **reading()),
    _reads.refused("an operation of no kind", TransactItems=[{}]),
    _reads.refused("an operation of another kind", TransactItems=[{"Put": {"TableName": TREES, "Item": KEY}}]),
    _reads.refused("an item twice", **reading(KEY, KEY)),
    _reads.refused("there is no such table", NO_TABLE, **reading(KEY, TableName="shrubs")),
    _reads.refused("a name that is not used", **reading(KEY, ExpressionAttributeNames={"#a": "a"})),
    _reads.canceled("a key of another table", NONE, INVALID, **reading(KEY, SITE)),
    _reads.canceled("a key of another type", INVALID, NONE, **reading({**KEY, "tree": THREE}, KEY)),
)

GROUP_RULES: Final = (*BATCH_RULES, *TRANSACTION_RULES, *READ_RULES)
