"""Misuse of read, decide, write that both type checkers refuse. An ignore that is no longer needed is an error."""

from __future__ import annotations

from dynamo_document_builder import Put, TransactGet
from tests.typing.things import Order, User, orders, table, users

read_users = users.prepare(TransactGet([{"user_id": "u1"}]))


def of_orders(found: list[Order | None]) -> list[Put[Order]]:
    return [Put(order) for order in found if order]


def of_users(found: list[User | None]) -> list[Put[Order]]:
    return [Put(Order(user.name)) for user in found if user]


users.transact(of_orders, [{"order_id": "o1"}])  # type: ignore[arg-type]
users.transact(of_users, [{"user_id": "u1"}])  # type: ignore[arg-type]
users.transact("x", [{"user_id": "u1"}])  # type: ignore[arg-type]
users.transact(lambda found: [], [{"user_id": "u1"}], retries=5)  # type: ignore[call-arg]
orders.transact(of_orders, [{"order_id": "o1"}]).items[0][0].status  # type: ignore[union-attr]
table.transact(lambda found: None, [{"user_id": "u1"}])  # type: ignore[call-overload]
