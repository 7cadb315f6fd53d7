"""
pydynox, whose core is written in Rust: its typed models, and its client over dictionaries.

Its transactional read returns numbers as float, which its DecimalAttribute refuses, so models read in a transaction
have a NumberAttribute in its place.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import items
from pydynox import DynamoDBClient, Model, ModelConfig, SyncTransaction, Transaction
from pydynox.attributes import (
    DatetimeAttribute,
    DecimalAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    StringAttribute,
    StringSetAttribute,
)

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = f"pydynox {version('pydynox')}"


def client_of(endpoint: str) -> DynamoDBClient:
    return DynamoDBClient(region="us-east-1", endpoint_url=endpoint, access_key="bench", secret_key="bench")


def _plain(number: int) -> dict[str, Any]:
    one = items.user(number)
    values = {
        "user_id": one.user_id,
        "name": one.name,
        "email": one.email,
        "age": one.age,
        "balance": one.balance,
        "tags": one.tags,
        "created_at": one.created_at,
        "nickname": one.nickname,
        "roles": one.roles,
    }
    return {name: value for name, value in values.items() if value is not None}


def _stored(number: int) -> dict[str, Any]:
    values = _plain(number)
    return {
        **items.user_key(number),
        **values,
        "created_at": values["created_at"].isoformat(),
        "address": {"street": "1 Main", "city": "X", "zip": "12345"},
    }


def dictionaries(endpoint: str, table: str) -> dict[str, Callable[[], object]]:
    client = client_of(endpoint)

    def write(count: int) -> object:
        puts = [{"type": "put", "table": table, "item": _stored(number)} for number in range(count)]
        return client.sync_transact_write(puts)

    def read(count: int) -> object:
        return client.sync_transact_get([{"table": table, "key": items.user_key(n)} for n in range(count)])

    def batch(count: int) -> object:
        return client.sync_batch_get(table, [items.user_key(number) for number in range(count)])

    def query() -> object:
        found = list(
            client.sync_query(
                table,
                "PK = :pk AND begins_with(SK, :sk)",
                expression_attribute_values={":pk": "CUST#cust-1", ":sk": "ORDER#"},
            )
        )
        assert len(found) == items.ORDERS
        return found

    return {
        "put": lambda: client.sync_put_item(table, _stored(1)),
        "get": lambda: client.sync_get_item(table, items.user_key(1)),
        "TransactWrite 10": partial(write, 10),
        "TransactWrite 100": partial(write, 100),
        "TransactGet 10": partial(read, 10),
        "TransactGet 100": partial(read, 100),
        "BatchGet 100": partial(batch, 100),
        "Query 1000": query,
    }


@dataclasses.dataclass
class Address:
    street: str
    city: str
    zip: str


def _user_model(client: DynamoDBClient, table: str) -> Any:
    class User(Model):
        model_config = ModelConfig(table=table, client=client)
        PK = StringAttribute(partition_key=True, template="USER#{user_id}")
        SK = StringAttribute(sort_key=True, template="META")
        user_id = StringAttribute()
        name = StringAttribute()
        email = StringAttribute()
        age = NumberAttribute()
        balance = DecimalAttribute()
        tags = ListAttribute()
        address = MapAttribute(Address)
        created_at = DatetimeAttribute()
        nickname = StringAttribute()
        roles = StringSetAttribute()

    return User


def _made(model: Any, number: int) -> Any:
    return model(address=Address("1 Main", "X", "12345"), **_plain(number))


def models(endpoint: str, table: str) -> dict[str, Callable[[], object]]:
    client = client_of(endpoint)

    user_model = _user_model(client, table)

    class UserOfTransaction(user_model):
        model_config = ModelConfig(table=table, client=client)
        balance = NumberAttribute()

    class Order(Model):
        model_config = ModelConfig(table=table, client=client)
        PK = StringAttribute(partition_key=True)
        SK = StringAttribute(sort_key=True)
        order_id = StringAttribute()
        customer = StringAttribute()
        status = StringAttribute()
        total = DecimalAttribute()
        quantity = NumberAttribute()
        note = StringAttribute()

    def write(count: int) -> None:
        with SyncTransaction(client) as transaction:
            for number in range(count):
                transaction.save_model(_made(user_model, number))

    def read(count: int) -> list[Any]:
        found = client.sync_transact_get([{"table": table, "key": items.user_key(n)} for n in range(count)])
        return [UserOfTransaction.from_dict(one) for one in found if one is not None]

    def batch(count: int) -> list[Any]:
        found = user_model.sync_batch_get([items.user_key(number) for number in range(count)])
        assert len(found) == count
        return found

    def query() -> list[Any]:
        found = list(Order.sync_query("CUST#cust-1", Order.SK.begins_with("ORDER#")))
        assert len(found) == items.ORDERS
        return found

    return {
        "put": lambda: _made(user_model, 1).sync_save(full_replace=True),
        "get": lambda: user_model.sync_get(**items.user_key(1)),
        "TransactWrite 10": partial(write, 10),
        "TransactWrite 100": partial(write, 100),
        "TransactGet 10": partial(read, 10),
        "TransactGet 100": partial(read, 100),
        "BatchGet 100": partial(batch, 100),
        "Query 1000": query,
    }


def awaited(endpoint: str, table: str) -> dict[str, Callable[[], Any]]:
    client = client_of(endpoint)
    user_model = _user_model(client, table)

    async def write() -> None:
        async with Transaction(client) as transaction:
            for number in range(10):
                transaction.save_model(_made(user_model, number))

    return {
        "put": lambda: _made(user_model, 1).save(full_replace=True),
        "get": lambda: user_model.get(**items.user_key(1)),
        "TransactWrite 10": write,
    }
