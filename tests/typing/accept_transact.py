"""What type checkers know of read, decide, write."""

from __future__ import annotations

from typing import assert_type

from dynamo_document_builder import (
    Delete,
    OutcomeUnknownError,
    Put,
    Resolution,
    Transacted,
    TransactGet,
    TransactWriteResult,
    Update,
)
from dynamo_document_builder.transactions.write_slots import PreparedWrites  # noqa: TC001  as people import it
from tests.typing.things import Order, User, orders, table, users


def give(found: list[User | None]) -> list[Update | Delete]:
    return [Update({"user_id": user.user_id}, updates={"name": "x"}) for user in found if user is not None]


one = users.transact(give, [{"user_id": "u1"}])
assert_type(one, Transacted[list[User | None]])
assert_type(one.items, tuple[list[User | None]])
assert_type(one.written, TransactWriteResult | None)


def place(found: list[User | None], placed: list[Order | None]) -> list[PreparedWrites] | None:
    return None if placed[0] else [users.prepare([Put(user) for user in found if user])]


read_users = users.prepare(TransactGet([{"user_id": "u1"}]))
read_orders = orders.prepare(TransactGet([{"order_id": "o1"}]))
two = table.transact(place, read_users, read_orders, timeout=3)
assert_type(two.items, tuple[list[User | None], list[Order | None]])


async def main() -> None:
    assert_type((await users.atransact(give, [{"user_id": "u1"}])).items, tuple[list[User | None]])
    awaited = await table.atransact(place, read_users, read_orders)
    assert_type(awaited.items, tuple[list[User | None], list[Order | None]])
    try:
        await users.atransact(give, [{"user_id": "u1"}])
    except OutcomeUnknownError as error:
        assert_type(error.resolve(timeout=5), Resolution)
        assert_type(await error.aresolve(), Resolution)
