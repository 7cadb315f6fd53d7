"""`table.transact` with functions of every number of reads: clean in every type checker."""

from __future__ import annotations

from typing import assert_type

from dynamo_document_builder import PreparedWrites, Put, Transacted, TransactGet
from tests.typing.things import Order, User, database, orders, table, users

u = users.prepare(TransactGet([{"user_id": "u1"}]))
o = orders.prepare(TransactGet([{"order_id": "o"}]))


def one(found: list[User | None]) -> list[PreparedWrites]:
    return [users.prepare([Put(user) for user in found if user])]


def two(found: list[User | None], placed: list[Order | None]) -> list[PreparedWrites]:
    return [*one(found), orders.prepare([Put(order) for order in placed if order])]


def many(*found: list[User | None]) -> list[PreparedWrites]:
    return [write for each in found for write in one(each)]


def six(
    a: list[User | None],
    b: list[User | None],
    c: list[Order | None],
    d: list[Order | None],
    e: list[Order | None],
    f: list[Order | None],
) -> list[PreparedWrites]:
    return [*two(a, c), *two(b, d), *two(a, e), *two(b, f)]


assert_type(table.transact(one, u), Transacted[list[User | None]])
assert_type(table.transact(two, u, o, timeout=3), Transacted[list[User | None], list[Order | None]])
table.transact(lambda found: [users.prepare([Put(user) for user in found if user])], u)
table.transact(lambda found, placed: None, u, o)
groups = [u, u]
assert_type(table.transact(many, *groups).items, tuple[list[User | None], ...])
table.transact(six, u, u, o, o, o, o)
database.transact(two, u, o)


async def awaited() -> None:
    assert_type(await table.atransact(one, u), Transacted[list[User | None]])
    assert_type((await table.atransact(many, *groups)).items, tuple[list[User | None], ...])
    await table.atransact(six, u, u, o, o, o, o)
