"""What the command line is tried on: a module such as a program has."""

from __future__ import annotations

from datetime import date  # noqa: TC003  the schema's annotations are looked up
from decimal import Decimal
from typing import NotRequired, TypedDict

from attrs import field, frozen

from dynamo_document_builder import Entity, Put, Query, Table, TransactWrite, Update, add, begins_with, between, key


@frozen
class User:
    user_id: str
    name: str
    balance: Decimal = Decimal(0)
    born_on: date | None = None
    secret: str = field(default="", repr=False)


@frozen
class Visit:
    user_id: str
    number: int
    page: str = "home"


class Name(TypedDict):
    user_id: str
    name: str
    nick: NotRequired[str]


table = Table("shop", entity_attribute="_type")
users = Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda u: "META")
visits = Entity(
    Visit, table, partition_key=lambda v: key("VISITS", v.user_id), sort_key=lambda v: key("VISIT", f"{v.number:06}")
)
names = Entity(Name, table, partition_key=lambda n: key("USER", n["user_id"]), sort_key=lambda _: "META", name="User")
rename = Update({"user_id": "u1"}, updates={"name": "Al"}, condition={"name": "Alice"})


def payment() -> TransactWrite[User]:
    return TransactWrite([Update({"user_id": "u1"}, updates={"balance": add(Decimal(5))}), Put(User("u9", "Zoe"))])


def renaming() -> TransactWrite[User]:
    return TransactWrite([Update({"user_id": "u2"}, updates={"name": "Al"}, condition={"name": "Al"}), rename])


keep_secret = Update({"user_id": "u1"}, updates={"secret": "hunter2"}, condition={"secret": "hunter2"})
put_secret = Put(User("u1", "Alice", secret="hunter2"), condition={"secret": begins_with("hunter2")})
find_secret = Query({"user_id": "u1"}, filter={"secret": between("hunter2", "hunter3")})
