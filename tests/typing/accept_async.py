"""What people write to await, and the types they get: those of the same commands without."""

from __future__ import annotations

from asyncio import Event as Signal
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, assert_type

from dynamo_document_builder import (
    AsyncPages,
    AsyncThreadTransport,
    AsyncTransport,
    BotocoreTransport,
    Database,
    Get,
    GetResult,
    Put,
    PutResult,
    Query,
    QueryResult,
    Request,
    Scan,
    ScanResult,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactGetResult,
    TransactWrite,
    TransactWriteResult,
    Update,
    UpdateResult,
)
from dynamo_document_builder.wire.request import Response
from tests.typing.things import KEY, Order, User, database, orders, table, users

ALICE = User("u1", "Alice")


async def single_commands() -> None:
    assert_type(await users.asend(Get(key=KEY)), GetResult[User])
    assert_type((await users.asend(Get(KEY, timeout=1, abort=Signal()))).item, User | None)
    assert_type(await users.asend(Put(ALICE)), PutResult[User])
    assert_type(await users.asend(Update(KEY, updates={"name": "x"})), UpdateResult[User])
    assert_type((await users.asend(Get(KEY, projection=["name"]))).item, dict[str, Any] | None)


async def transactions() -> None:
    assert_type(await users.asend(TransactGet(keys=[KEY])), TransactGetResult[User])
    assert_type(await users.asend(TransactWrite(writes=[Put(ALICE)])), TransactWriteResult)
    group = users.prepare([Put(ALICE)])
    assert_type(await table.asend(TableTransactWrite(transactions=[group])), TransactWriteResult)
    assert_type(await database.asend(TableTransactWrite(transactions=[group])), TransactWriteResult)
    result = await table.asend(
        TableTransactGet(
            gets=(
                users.prepare(TransactGet(keys=[KEY])),
                orders.prepare(TransactGet(keys=[{"order_id": "o1"}, {"order_id": "o2"}])),
            )
        )
    )
    assert_type(result.items, tuple[list[User | None], list[Order | None]])


async def pages() -> None:
    assert_type(users.apaginate(Query(key=KEY)), AsyncPages[QueryResult[User]])
    async for page in users.apaginate(Query(key=KEY)):
        assert_type(page, QueryResult[User])
    async for user in users.apaginate(Scan(total_segments=4), at_once=2).items():
        assert_type(user, User)
    async with aclosing(users.apaginate(Scan())) as scanned:
        assert_type(await anext(scanned), ScanResult[User])
        assert_type(scanned.items(), AsyncGenerator[User, None])
    both = Scan(entities=users | orders)
    async for item in table.apaginate(both).items():
        assert_type(item, User | Order)


class Own:
    """A transport of one's own."""

    async def send(self, request: Request, _timeout: float | None = None, /) -> Response:
        return Response(request.body)


async def life_cycles(client: Any) -> None:
    own: AsyncTransport = Own()
    async with Table("app", transport=own) as opened:
        assert_type(opened, Table)
    async with Database(transport=AsyncThreadTransport(BotocoreTransport(client), max_threads=4)) as connected:
        assert_type(connected, Database)
        await connected.table("app").aclose()
    with Table("app", client=client) as closing:
        assert_type(closing, Table)
        closing.connect(transport=own)
