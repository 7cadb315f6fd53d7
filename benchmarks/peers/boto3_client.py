"""
boto3's client, used as its documentation does: values converted by its TypeSerializer, objects built by hand.

Nothing is validated.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from items import ORDERS, Address, Order, User, user, user_key

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = f"boto3 {boto3.__version__} client with TypeSerializer"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_wire(one: User) -> dict[str, Any]:
    values: dict[str, Any] = {
        "PK": f"USER#{one.user_id}",
        "SK": "META",
        "user_id": one.user_id,
        "name": one.name,
        "email": one.email,
        "age": one.age,
        "balance": one.balance,
        "tags": one.tags,
        "address": {"street": one.address.street, "city": one.address.city, "zip": one.address.zip},
        "created_at": one.created_at.isoformat(),
        "nickname": one.nickname,
        "roles": one.roles,
    }
    return {name: _serialize(value) for name, value in values.items() if value is not None}


def _values(wire: dict[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in wire.items()}


def to_user(wire: dict[str, Any]) -> User:
    values = _values(wire)
    return User(
        user_id=values["user_id"],
        name=values["name"],
        email=values["email"],
        age=int(values["age"]),
        balance=values["balance"],
        tags=values["tags"],
        address=Address(**values["address"]),
        created_at=datetime.fromisoformat(values["created_at"]),
        nickname=values.get("nickname"),
        roles=values.get("roles", set()),
    )


def to_order(wire: dict[str, Any]) -> Order:
    values = _values(wire)
    return Order(
        order_id=values["order_id"],
        customer=values["customer"],
        status=values["status"],
        total=values["total"],
        quantity=int(values["quantity"]),
        note=values["note"],
    )


def _key(number: int) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in user_key(number).items()}


def operations(client: Any, table: str) -> dict[str, Callable[[], object]]:
    def write(count: int) -> object:
        puts = [{"Put": {"TableName": table, "Item": to_wire(user(number))}} for number in range(count)]
        return client.transact_write_items(TransactItems=puts)

    def read(count: int) -> list[User]:
        gets = [{"Get": {"TableName": table, "Key": _key(number)}} for number in range(count)]
        return [to_user(found["Item"]) for found in client.transact_get_items(TransactItems=gets)["Responses"]]

    def batch(count: int) -> list[User]:
        answer = client.batch_get_item(RequestItems={table: {"Keys": [_key(number) for number in range(count)]}})
        found = {item["PK"]["S"]: item for item in answer["Responses"][table]}
        return [to_user(found[f"USER#u{number}"]) for number in range(count)]

    def query() -> list[Order]:
        answer = client.query(
            TableName=table,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={":pk": _serialize("CUST#cust-1"), ":sk": _serialize("ORDER#")},
        )
        found = [to_order(item) for item in answer["Items"]]
        assert len(found) == ORDERS
        return found

    return {
        "put": lambda: client.put_item(TableName=table, Item=to_wire(user(1))),
        "get": lambda: to_user(client.get_item(TableName=table, Key=_key(1))["Item"]),
        "TransactWrite 10": partial(write, 10),
        "TransactWrite 100": partial(write, 100),
        "TransactGet 10": partial(read, 10),
        "TransactGet 100": partial(read, 100),
        "BatchGet 100": partial(batch, 100),
        "Query 1000": query,
    }
