"""Dynamo Document Builder, through each of its transports."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from items import ORDERS, Order, User, user

from dynamo_document_builder import (
    BatchGet,
    BotocoreTransport,
    Entity,
    Get,
    Put,
    Query,
    Table,
    TransactGet,
    TransactWrite,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.wire.driver import Transport

VERSION = f"dynamo-document-builder {version('dynamo-document-builder')}"


def entities(transport: Transport, name: str) -> tuple[Entity[User], Entity[Order]]:
    table = Table(name, transport=transport)
    users = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")
    orders = Entity(Order, table, partition_key="CUST#{customer}", sort_key="ORDER#{order_id}")
    return users, orders


def through_boto3(client: Any, table: str) -> dict[str, Callable[[], object]]:
    return operations(BotocoreTransport(client), table)


def direct(client: Any, table: str) -> dict[str, Callable[[], object]]:
    from dynamo_document_builder.transports.http import HttpTransport

    return operations(HttpTransport.from_client(client), table)


def operations(transport: Transport, table: str) -> dict[str, Callable[[], object]]:
    """Return one call per operation; the objects are made within it, as a service does."""
    users, orders = entities(transport, table)

    def write(count: int) -> object:
        return users.send(TransactWrite(writes=[Put(user(number)) for number in range(count)]))

    def read(count: int) -> object:
        found = users.send(TransactGet(keys=[{"user_id": f"u{number}"} for number in range(count)]))
        assert found.items[-1] is not None
        return found

    def batch(count: int) -> object:
        found = users.send(BatchGet(keys=[{"user_id": f"u{number}"} for number in range(count)]))
        assert found.items[-1] is not None
        return found

    def query() -> object:
        found = orders.send(Query(key={"customer": "cust-1"}))
        assert len(found.items) == ORDERS
        return found

    return {
        "put": lambda: users.send(Put(user(1))),
        "get": lambda: users.send(Get(key={"user_id": "u1"})),
        "TransactWrite 10": partial(write, 10),
        "TransactWrite 100": partial(write, 100),
        "TransactGet 10": partial(read, 10),
        "TransactGet 100": partial(read, 100),
        "BatchGet 100": partial(batch, 100),
        "Query 1000": query,
    }


def awaited(client: Any, table: str) -> dict[str, Callable[[], Any]]:
    """Return coroutine functions over the native transport."""
    from dynamo_document_builder.transports.http import AsyncHttpTransport

    users, _ = entities(AsyncHttpTransport.from_client(client), table)
    return awaited_operations(users)


def awaited_in_threads(client: Any, table: str) -> dict[str, Callable[[], Any]]:
    users, _ = entities(BotocoreTransport(client), table)
    return awaited_operations(users)


def awaited_operations(users: Entity[User]) -> dict[str, Callable[[], Any]]:
    return {
        "put": lambda: users.asend(Put(user(1))),
        "get": lambda: users.asend(Get(key={"user_id": "u1"})),
        "TransactWrite 10": lambda: users.asend(TransactWrite(writes=[Put(user(number)) for number in range(10)])),
    }
