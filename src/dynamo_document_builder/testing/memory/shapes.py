"""
The shapes of requests: the JSON type of every member.

DynamoDB parses a whole request before it checks any rule. So a member of the wrong type is refused with a
`SerializationException`, whatever else is wrong with the request. To save time, the engine checks the shape only when
it refuses a request anyway.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.testing.memory.refused import serialization

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def check_shape(operation: str, given: Any) -> None:
    """Refuse a request with a member of the wrong JSON type."""
    _REQUESTS[operation](given)


def _of_type(*kinds: type) -> Callable[[Any], None]:
    def check(given: Any) -> None:
        if given is not None and type(given) not in kinds:
            raise serialization(f"{type(given).__name__} found where {kinds[0].__name__} is expected")

    return check


def _base64(given: Any) -> None:
    _text(given)
    try:
        a2b_base64(given or "", strict_mode=True)
    except ValueError:
        raise serialization("A binary value is not valid base64") from None


_text, _whole, _flag = _of_type(str), _of_type(int), _of_type(bool)
_object, _array = _of_type(dict), _of_type(list)


def _members(given: Any) -> dict[str, Any]:
    _object(given)
    found: dict[str, Any] = given or {}
    return found


def _structure(members: Mapping[str, Callable[[Any], None]]) -> Callable[[Any], None]:
    def check(given: Any) -> None:
        for name, inner in _members(given).items():
            if name in members:
                members[name](inner)

    return check


def _map_of(check_inner: Callable[[Any], None]) -> Callable[[Any], None]:
    def check(given: Any) -> None:
        for inner in _members(given).values():
            check_inner(inner)

    return check


def _list_of(check_inner: Callable[[Any], None]) -> Callable[[Any], None]:
    def check(given: Any) -> None:
        _array(given)
        for inner in given or ():
            check_inner(inner)

    return check


_SCALARS: Final = {
    "S": _text,
    "N": _text,
    "B": _base64,
    "BOOL": _flag,
    "NULL": _flag,
    "SS": _list_of(_text),
    "NS": _list_of(_text),
    "BS": _list_of(_base64),
}


def _value(given: Any) -> None:
    """Check an attribute value without recursion, as a request may nest values deeper than DynamoDB allows."""
    left = [given]
    while left:
        for tag, inner in _members(left.pop()).items():
            if tag == "L":
                _array(inner)
                left += inner or ()
            elif tag == "M":
                left += _members(inner).values()
            elif tag in _SCALARS:
                _SCALARS[tag](inner)


_item = _map_of(_value)
_EXPRESSIONS: Final = {
    "ConditionExpression": _text,
    "ExpressionAttributeNames": _map_of(_text),
    "ExpressionAttributeValues": _item,
    "FilterExpression": _text,
    "KeyConditionExpression": _text,
    "ProjectionExpression": _text,
    "UpdateExpression": _text,
}
_OPTIONS: Final = {
    "ReturnConsumedCapacity": _text,
    "ReturnItemCollectionMetrics": _text,
    "ReturnValues": _text,
    "ReturnValuesOnConditionCheckFailure": _text,
}
_OF_ITEM: Final = _structure(
    {"TableName": _text, "Key": _item, "Item": _item, "ConsistentRead": _flag, **_EXPRESSIONS, **_OPTIONS}
)
_OF_PAGE: Final = _structure(
    {
        "TableName": _text,
        "IndexName": _text,
        "ConsistentRead": _flag,
        "ExclusiveStartKey": _item,
        "Limit": _whole,
        "ScanIndexForward": _flag,
        "Segment": _whole,
        "Select": _text,
        "TotalSegments": _whole,
        **_EXPRESSIONS,
        **_OPTIONS,
    }
)
_GETS: Final = _structure({"Keys": _list_of(_item), "ConsistentRead": _flag, **_EXPRESSIONS})
_WRITE: Final = _structure({"PutRequest": _structure({"Item": _item}), "DeleteRequest": _structure({"Key": _item})})
_IN_TRANSACTION: Final = _structure(dict.fromkeys(("ConditionCheck", "Delete", "Get", "Put", "Update"), _OF_ITEM))
_TRANSACTION: Final = _structure(
    {"TransactItems": _list_of(_IN_TRANSACTION), "ClientRequestToken": _text, **_OPTIONS},
)
_KEY_SCHEMA: Final = _list_of(_structure({"AttributeName": _text, "KeyType": _text}))
_THROUGHPUT: Final = _structure({"ReadCapacityUnits": _whole, "WriteCapacityUnits": _whole})
_INDEXES: Final = _list_of(
    _structure(
        {
            "IndexName": _text,
            "KeySchema": _KEY_SCHEMA,
            "Projection": _structure({"ProjectionType": _text, "NonKeyAttributes": _list_of(_text)}),
            "ProvisionedThroughput": _THROUGHPUT,
        }
    )
)
_OF_TABLE: Final = _structure(
    {
        "TableName": _text,
        "AttributeDefinitions": _list_of(_structure({"AttributeName": _text, "AttributeType": _text})),
        "BillingMode": _text,
        "DeletionProtectionEnabled": _flag,
        "ExclusiveStartTableName": _text,
        "GlobalSecondaryIndexes": _INDEXES,
        "KeySchema": _KEY_SCHEMA,
        "Limit": _whole,
        "LocalSecondaryIndexes": _INDEXES,
        "ProvisionedThroughput": _THROUGHPUT,
        "TimeToLiveSpecification": _structure({"AttributeName": _text, "Enabled": _flag}),
    }
)

_REQUESTS: Final[Mapping[str, Callable[[Any], None]]] = {
    "BatchGetItem": _structure({"RequestItems": _map_of(_GETS), **_OPTIONS}),
    "BatchWriteItem": _structure({"RequestItems": _map_of(_list_of(_WRITE)), **_OPTIONS}),
    "CreateTable": _OF_TABLE,
    "DeleteItem": _OF_ITEM,
    "DeleteTable": _OF_TABLE,
    "DescribeTable": _OF_TABLE,
    "DescribeTimeToLive": _OF_TABLE,
    "GetItem": _OF_ITEM,
    "ListTables": _OF_TABLE,
    "PutItem": _OF_ITEM,
    "Query": _OF_PAGE,
    "Scan": _OF_PAGE,
    "TransactGetItems": _TRANSACTION,
    "TransactWriteItems": _TRANSACTION,
    "UpdateItem": _OF_ITEM,
    "UpdateTimeToLive": _OF_TABLE,
}
