"""Misuse of functions that make commands, and of keys, which every type checker refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder import BatchGet, Delete, Entity, Get, Part, Query, Scan, TransactGet
from tests.typing.accept_factories import Brief, brief, briefs, by_id, by_name, everything, many
from tests.typing.accept_schemas import Model, models
from tests.typing.things import KEY, Order, User, orders, table, users

if TYPE_CHECKING:
    from collections.abc import Iterable

# Reads of another entity's items.
orders.send(by_id("u1"))  # type: ignore[arg-type]
orders.send(by_name("x"))  # type: ignore[arg-type]
orders.send(many(["u1"]))  # type: ignore[arg-type]
orders.prepare(many(["u1"]))  # type: ignore[arg-type]
orders.send(Get(User("u1", "Ann")))  # type: ignore[arg-type]
models.send(Get(Order("o1")))  # type: ignore[arg-type]
users.send(everything("u1"))  # type: ignore[arg-type]
table.send(by_name("x"))  # type: ignore[arg-type]


# Functions that make another read than they say.
def whole(user_id: str) -> Get[User]:
    return Get({"user_id": user_id}, projection=Brief)  # type: ignore[arg-type, return-value]


def part(user_id: str) -> Get[Brief, Part]:
    return Get({"user_id": user_id})  # type: ignore[return-value]


def other(user: User) -> Get[Order]:
    return Get(user)  # type: ignore[arg-type]


def pages() -> Query[User]:
    return Scan()  # type: ignore[return-value]


def one(keys: Iterable[dict[str, str]]) -> TransactGet[User]:
    return BatchGet(keys)  # type: ignore[return-value]


# What they do not give.
users.send(by_id("u1")).item.name  # type: ignore[union-attr]
users.send(brief("u1")).item.balance  # type: ignore[union-attr]
users.send(briefs()).items[0].balance  # type: ignore[attr-defined]
wrong: list[Order] = users.send(by_name("x")).items  # type: ignore[assignment]

# What is no key.
Get("u1")  # type: ignore[call-overload]
Get(5)  # type: ignore[call-overload]
Get(User)  # type: ignore[call-overload]
Get([KEY])  # type: ignore[call-overload]
Get(None)  # type: ignore[call-overload]
Get(object())  # type: ignore[call-overload]
Delete("u1")  # type: ignore[arg-type]
BatchGet(["u1"])  # type: ignore[list-item]
BatchGet("u1")  # type: ignore[arg-type]
TransactGet([Model])  # type: ignore[list-item]
Query("u1")  # type: ignore[call-overload]
Entity(User, table, global_secondary_indexes={"GSI1": {"sort": "x"}})  # type: ignore[dict-item]
Entity(User, table, global_secondary_indexes={"GSI1": {"sort_key": lambda u: u.nope}})  # type: ignore[attr-defined]
