"""PynamoDB's models. Their number attribute takes no Decimal, so the balance is a float here."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import items
from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = f"PynamoDB {version('pynamodb')} models"


def operations(endpoint: str, table: str) -> dict[str, Callable[[], object]]:
    class Address(MapAttribute[str, Any]):
        street = UnicodeAttribute()
        city = UnicodeAttribute()
        zip = UnicodeAttribute()

    class User(Model):
        class Meta:
            table_name = table
            host = endpoint
            region = "us-east-1"

        PK = UnicodeAttribute(hash_key=True)
        SK = UnicodeAttribute(range_key=True)
        user_id = UnicodeAttribute()
        name = UnicodeAttribute()
        email = UnicodeAttribute()
        age = NumberAttribute()
        balance = NumberAttribute()
        tags = ListAttribute(of=UnicodeAttribute)
        address = Address()
        created_at = UTCDateTimeAttribute()
        nickname = UnicodeAttribute(null=True)
        roles = UnicodeSetAttribute()

    class Order(Model):
        class Meta:
            table_name = table
            host = endpoint
            region = "us-east-1"

        PK = UnicodeAttribute(hash_key=True)
        SK = UnicodeAttribute(range_key=True)
        order_id = UnicodeAttribute()
        customer = UnicodeAttribute()
        status = UnicodeAttribute()
        total = NumberAttribute()
        quantity = NumberAttribute()
        note = UnicodeAttribute()

    connection = Connection(region="us-east-1", host=endpoint)

    def made(number: int) -> User:
        one = items.user(number)
        return User(
            PK=f"USER#{one.user_id}",
            SK="META",
            user_id=one.user_id,
            name=one.name,
            email=one.email,
            age=one.age,
            balance=float(one.balance),
            tags=one.tags,
            address=Address(street="1 Main", city="X", zip="12345"),
            created_at=one.created_at,
            nickname=one.nickname,
            roles=one.roles,
        )

    def write(count: int) -> None:
        with TransactWrite(connection=connection) as transaction:
            for number in range(count):
                transaction.save(made(number))

    def read(count: int) -> list[Any]:
        with TransactGet(connection=connection) as transaction:
            futures = [transaction.get(User, f"USER#u{number}", "META") for number in range(count)]
        return [future.get() for future in futures]

    def batch(count: int) -> list[Any]:
        found = {one.PK: one for one in User.batch_get([(f"USER#u{number}", "META") for number in range(count)])}
        return [found[f"USER#u{number}"] for number in range(count)]

    def query() -> list[Any]:
        found = list(Order.query("CUST#cust-1", Order.SK.startswith("ORDER#")))
        assert len(found) == items.ORDERS
        return found

    return {
        "put": lambda: made(1).save(),
        "get": lambda: User.get("USER#u1", "META"),
        "TransactWrite 10": partial(write, 10),
        "TransactWrite 100": partial(write, 100),
        "TransactGet 10": partial(read, 10),
        "TransactGet 100": partial(read, 100),
        "BatchGet 100": partial(batch, 100),
        "Query 1000": query,
    }
