"""The other libraries for those who await: aiobotocore, as boto3 is used, and aiodynamo over aiohttp."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from items import user, user_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

from contextlib import asynccontextmanager

VERSIONS = {name: f"{name} {version(name)}" for name in ("aiobotocore", "aiodynamo")}


@asynccontextmanager
async def aiobotocore_client(endpoint: str, table: str) -> AsyncIterator[dict[str, Callable[[], Any]]]:
    from aiobotocore.session import get_session
    from botocore.config import Config

    from peers.boto3_client import to_user, to_wire

    config = Config(max_pool_connections=64)
    async with get_session().create_client("dynamodb", endpoint_url=endpoint, config=config) as client:

        async def get() -> Any:
            key = {name: {"S": text} for name, text in user_key(1).items()}
            return to_user((await client.get_item(TableName=table, Key=key))["Item"])

        async def write() -> Any:
            puts = [{"Put": {"TableName": table, "Item": to_wire(user(number))}} for number in range(10)]
            return await client.transact_write_items(TransactItems=puts)

        yield {
            "put": lambda: client.put_item(TableName=table, Item=to_wire(user(1))),
            "get": get,
            "TransactWrite 10": write,
        }


@asynccontextmanager
async def aiodynamo_client(endpoint: str, table: str) -> AsyncIterator[dict[str, Callable[[], Any]]]:
    """Its items are dictionaries; numbers are read as float unless told otherwise."""
    from decimal import Decimal

    from aiodynamo.client import URL, Client
    from aiodynamo.credentials import Key, StaticCredentials
    from aiodynamo.http.aiohttp import AIOHTTP
    from aiodynamo.operations import Put
    from aiohttp import ClientSession, TCPConnector

    def item(number: int) -> dict[str, Any]:
        one = user(number)
        values = {
            **user_key(number),
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
        return {name: value for name, value in values.items() if value is not None}

    async with ClientSession(connector=TCPConnector(limit=64)) as session:
        credentials = StaticCredentials(Key("bench", "bench"))
        client = Client(AIOHTTP(session), credentials, "us-east-1", URL(endpoint), numeric_type=Decimal)
        yield {
            "put": lambda: client.put_item(table, item(1)),
            "get": lambda: client.get_item(table, user_key(1)),
            "TransactWrite 10": lambda: client.transact_write_items([Put(table, item(n)) for n in range(10)]),
        }
