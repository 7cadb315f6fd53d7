"""Rules of the operations on one item: PutItem, GetItem, UpdateItem and DeleteItem."""

from __future__ import annotations

from typing import Any, Final

from tests.contract.operation_rules.case import (
    ABSENT,
    API,
    CONDITION,
    GUIDE,
    KEY,
    NO_TABLE,
    SERIALIZATION,
    TEXT,
    THREE,
    Case,
    Rules,
)

_put = Rules(API + "API_PutItem.html", "PutItem")
_get = Rules(API + "API_GetItem.html", "GetItem")
_delete = Rules(API + "API_DeleteItem.html", "DeleteItem")
_update = Rules(API + "API_UpdateItem.html", "UpdateItem")
_changes = Rules(GUIDE + "Expressions.UpdateExpressions.html", "UpdateItem")
_names = Rules(GUIDE + "Expressions.ExpressionAttributeNames.html", "GetItem")
_values = Rules(GUIDE + "Expressions.ExpressionAttributeValues.html", "DeleteItem")
_conditions = Rules(GUIDE + "Expressions.ConditionExpressions.html", "DeleteItem")
_limits = Rules(GUIDE + "Constraints.html", "DeleteItem")

GIRTH: Final[dict[str, Any]] = {"ExpressionAttributeValues": {":girth": {"N": "3"}}}
THREE_GIVEN: Final[dict[str, Any]] = {"ExpressionAttributeValues": {":three": THREE}}

PUTS: Final[tuple[Case, ...]] = (
    _put.taken("an item that has only its key"),
    _put.taken("members that DynamoDB does not know", Unknown={"a": 1}),
    _put.refused("no table is named", TableName=None),
    _put.refused("the name of the table is empty", TableName=""),
    _put.refused("the name of the table has a space", TableName="my trees"),
    _put.refused("the name of the table is too long", TableName="t" * 256),
    _put.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _put.refused("the name of the table is a number", SERIALIZATION, TableName=3),
    _put.refused("there is no item", Item=None),
    _put.refused("the item is a list", SERIALIZATION, Item=[]),
    _put.refused("the partition key is missing", Item={"tree": TEXT}),
    _put.refused("the sort key is missing", Item={"grove": TEXT}),
    _put.refused("the partition key has another type", Item={**KEY, "grove": THREE}),
    _put.refused("the sort key has another type", Item={**KEY, "tree": {"B": "b2Fr"}}),
    _put.refused("the partition key is empty", Item={**KEY, "grove": {"S": ""}}),
    _put.refused("the sort key is empty", Item={**KEY, "tree": {"S": ""}}),
    _put.refused("the key of a global index has another type", Item={**KEY, "species": THREE}),
    _put.refused("the key of a local index has another type", Item={**KEY, "girth": TEXT}),
    _put.refused("the key of an index is a set", Item={**KEY, "species": {"SS": ["a"]}}),
    _put.refused("the key of an index is empty", Item={**KEY, "species": {"S": ""}}),
    _put.refused("new values are asked for", ReturnValues="ALL_NEW"),
    _put.refused("updated values are asked for", ReturnValues="UPDATED_OLD"),
    _put.refused("values are asked for by a word that there is not", ReturnValues="EVERYTHING"),
    _put.refused("capacity is asked for by a word that there is not", ReturnConsumedCapacity="ALL"),
    _put.refused("metrics are asked for by a word that there is not", ReturnItemCollectionMetrics="ALL"),
    _put.refused("the condition is false", CONDITION, ConditionExpression="attribute_not_exists(grove)"),
    _put.taken("the condition is true", ConditionExpression="attribute_exists(grove)"),
    _put.taken("the condition is on an item that is not there", Item=ABSENT, ConditionExpression="NOT girth = sap"),
)

GETS: Final[tuple[Case, ...]] = (
    _get.taken("an item that is not there", Key=ABSENT),
    _get.taken("a consistent read", ConsistentRead=True),
    _get.refused("there is no key", Key=None),
    _get.refused("the key is empty", Key={}),
    _get.refused("the key lacks the sort key", Key={"grove": TEXT}),
    _get.refused("the key has another attribute", Key={**KEY, "girth": THREE}),
    _get.refused("the key has another type", Key={**KEY, "tree": THREE}),
    _get.refused("a part of the key is empty", Key={**KEY, "tree": {"S": ""}}),
    _get.refused("a part of the key has no type", Key={**KEY, "tree": {}}),
    _get.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _get.refused("the projection is empty", ProjectionExpression=""),
    _get.refused("the projection has a path twice", ProjectionExpression="girth, girth"),
    _get.refused("the projection has a path and a part of it", ProjectionExpression="lot, lot.city"),
    _get.refused("the projection has a reserved word", ProjectionExpression="status"),
    _get.refused("the projection has a value", ProjectionExpression=":girth"),
    _get.refused("a path goes into a key", ProjectionExpression="grove.a", beyond_engine=True),
    _get.refused("a path goes into the key of an index", ProjectionExpression="girth[0]", beyond_engine=True),
    _get.refused("a path leads 33 levels deep", ProjectionExpression=".".join("a" * 33), beyond_engine=True),
    _get.taken("a path leads 32 levels deep", ProjectionExpression=".".join("a" * 32)),
    _names.refused("names without an expression", ExpressionAttributeNames={"#a": "a"}),
    _names.refused("no names", ProjectionExpression="girth", ExpressionAttributeNames={}),
    _names.refused("a name that is not used", ProjectionExpression="girth", ExpressionAttributeNames={"#a": "a"}),
    _names.refused("a name that is not given", ProjectionExpression="#a"),
    _names.refused("a placeholder without #", ProjectionExpression="a", ExpressionAttributeNames={"a": "a"}),
    _names.taken("a reserved word by a name", ProjectionExpression="#s", ExpressionAttributeNames={"#s": "status"}),
    _names.taken("a name with a point", ProjectionExpression="#s", ExpressionAttributeNames={"#s": "a.b"}),
)

DELETES: Final[tuple[Case, ...]] = (
    _delete.taken("an item that is not there", Key=ABSENT),
    _delete.taken("old values", ReturnValues="ALL_OLD"),
    _delete.refused("new values are asked for", ReturnValues="ALL_NEW"),
    _delete.refused("there is no key", Key=None),
    _delete.refused("the key has another attribute", Key={**KEY, "girth": THREE}),
    _delete.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _conditions.refused("the condition is false", CONDITION, ConditionExpression="girth <> :girth", **GIRTH),
    _conditions.taken("the condition is true", ConditionExpression="girth = :girth", **GIRTH),
    _conditions.refused("a missing attribute equals nothing", CONDITION, ConditionExpression="a = b"),
    _conditions.refused("a missing attribute has no order", CONDITION, ConditionExpression="a < b"),
    _conditions.taken("a missing attribute differs from all", ConditionExpression="a <> girth"),
    _conditions.refused("text and numbers have no order", CONDITION, ConditionExpression="sap > :girth", **GIRTH),
    _conditions.refused("the condition is empty", ConditionExpression=""),
    _conditions.refused("a condition has parentheses twice", ConditionExpression="((attribute_exists(a)))"),
    _conditions.refused("the condition does not end", ConditionExpression="girth ="),
    _conditions.refused("a function that there is not", ConditionExpression="exists(girth)"),
    _conditions.refused("a function in capitals", ConditionExpression="ATTRIBUTE_EXISTS(girth)", beyond_engine=True),
    _conditions.refused(
        "a range that is reversed",
        ConditionExpression="girth BETWEEN :a AND :b",
        ExpressionAttributeValues={":a": {"N": "9"}, ":b": {"N": "3"}},
    ),
    _conditions.refused(
        "a range of two types",
        ConditionExpression="girth BETWEEN :a AND :b",
        ExpressionAttributeValues={":a": {"N": "9"}, ":b": {"S": "3"}},
    ),
    _conditions.refused("an attribute compared with itself", ConditionExpression="girth = girth", beyond_engine=True),
    _conditions.refused("begins_with takes text or bytes", ConditionExpression="begins_with(girth, :girth)", **GIRTH),
    _conditions.refused(
        "attribute_type takes a type", ConditionExpression="attribute_type(girth, :girth)", beyond_engine=True, **GIRTH
    ),
    _limits.refused("an expression of more than 4096 bytes", ConditionExpression="attribute_exists(a)" + " " * 4096),
    _values.refused("values without an expression", **GIRTH),
    _values.refused("a value that is not used", ConditionExpression="attribute_exists(grove)", **GIRTH),
    _values.refused("a value that is not given", ConditionExpression="girth = :girth"),
    _values.refused("no values", ConditionExpression="attribute_exists(grove)", ExpressionAttributeValues={}),
    _values.refused(
        "a placeholder without a colon",
        ConditionExpression="girth = :girth",
        ExpressionAttributeValues={"girth": THREE},
    ),
    _values.refused(
        "a value of no type",
        ConditionExpression="girth = :girth",
        ExpressionAttributeValues={":girth": {}},
    ),
)

UPDATES: Final[tuple[Case, ...]] = (
    _update.taken("nothing is changed"),
    _update.taken("nothing is changed of an item that is not there", Key=ABSENT),
    _update.taken("all forms of values", UpdateExpression="REMOVE sap", ReturnValues="UPDATED_NEW"),
    _update.refused("values by a word that there is not", ReturnValues="UPDATED"),
    _update.refused("there is no key", Key=None),
    _update.refused("the key is not that of the table", Key={"grove": TEXT}),
    _update.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _update.refused("the condition is false", CONDITION, UpdateExpression="REMOVE sap", ConditionExpression="a = b"),
    _update.refused(
        "the condition is on the old item",
        CONDITION,
        UpdateExpression="SET girth = :nine",
        ConditionExpression="girth = :nine",
        ExpressionAttributeValues={":nine": {"N": "9"}},
    ),
    _update.refused("a key is changed", UpdateExpression="SET tree = sap"),
    _update.refused("a key is removed", UpdateExpression="REMOVE tree"),
    _update.refused("the update is empty", UpdateExpression=""),
    _changes.refused("a clause twice", UpdateExpression="REMOVE sap REMOVE girth"),
    _changes.refused("a path twice", UpdateExpression="SET sap = species REMOVE sap"),
    _changes.refused("a path and a part of it", UpdateExpression="SET lot.city = sap REMOVE lot"),
    _changes.refused("an operand that is not there", UpdateExpression="SET sap = crown"),
    _changes.taken("a default for what is not there", UpdateExpression="SET sap = if_not_exists(crown, sap)"),
    _changes.refused("a parent that is not there", UpdateExpression="SET crown.a = sap"),
    _changes.refused("a parent that is no map", UpdateExpression="SET sap.a = sap"),
    _changes.refused("a parent that is no list", UpdateExpression="SET lot[0] = sap"),
    _changes.taken("a part of an item that is not there", Key=ABSENT, UpdateExpression="REMOVE lot.city"),
    _changes.refused("a part of what is not there", UpdateExpression="REMOVE crown.a", beyond_engine=True),
    _changes.taken("an attribute that is not there", UpdateExpression="REMOVE crown"),
    _changes.taken("an index beyond the end", UpdateExpression="SET layers[9] = sap"),
    _changes.taken("an element beyond the end", UpdateExpression="REMOVE layers[9]"),
    _changes.refused("a sum with text", UpdateExpression="SET girth = girth + sap"),
    _changes.refused("a list appended to text", UpdateExpression="SET layers = list_append(sap, layers)"),
    _changes.refused("text added", UpdateExpression="ADD girth :text", ExpressionAttributeValues={":text": TEXT}),
    _changes.refused("a number added to text", UpdateExpression="ADD sap :three", **THREE_GIVEN),
    _changes.taken("a number added to nothing", UpdateExpression="ADD crown :three", **THREE_GIVEN),
    _changes.refused("a number deleted from a set", UpdateExpression="DELETE kinds :three", **THREE_GIVEN),
    _changes.refused(
        "a set of another type added",
        UpdateExpression="ADD kinds :a",
        ExpressionAttributeValues={":a": {"NS": ["1"]}},
    ),
    _changes.taken(
        "a set deleted from nothing",
        UpdateExpression="DELETE crown :a",
        ExpressionAttributeValues={":a": {"NS": ["1"]}},
    ),
    _changes.refused(
        "a sum that is too large",
        UpdateExpression="SET girth = :a + :a",
        ExpressionAttributeValues={":a": {"N": "9E125"}},
    ),
    _changes.refused(
        "a sum of too many digits",
        UpdateExpression="SET girth = :a + :b",
        ExpressionAttributeValues={":a": {"N": "1E38"}, ":b": {"N": "1"}},
    ),
    _changes.refused("a key of an index with another type", UpdateExpression="SET girth = sap"),
    _changes.refused(
        "a key of an index that is empty",
        UpdateExpression="SET species = :a",
        ExpressionAttributeValues={":a": {"S": ""}},
    ),
    _changes.refused("a part of a key of an index", UpdateExpression="SET girth.a = sap"),
    _changes.refused(
        "an item that becomes too large",
        UpdateExpression="SET sap = :a, a = :a",
        ExpressionAttributeValues={":a": {"S": "a" * 250_000}},
    ),
)

ITEM_RULES: Final = (*PUTS, *GETS, *DELETES, *UPDATES)
