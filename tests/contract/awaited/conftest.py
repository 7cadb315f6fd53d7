"""
Fixtures that send everything by `asend`: contract tests that are imported here run as they are.

A `send` then runs the async driver, and an async transport, in an event loop until it has its result.
"""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import Database, Table
from dynamo_document_builder.facade.connection import Connection
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.engines import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import OpenTable
    from tests.engines import Engine


class Awaited(Connection):
    """A connection whose `run` awaits: what differs from `asend` is who runs the event loop."""

    def __init__(self, connection: Connection, runner: asyncio.Runner) -> None:
        super().__init__(connection.transport, connection.async_transport)
        self.runner = runner

    def run(self, *asked: Any) -> Any:
        return self.runner.run(self.arun(*asked))


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


WAYS = ["threads", "aiobotocore"] if find_spec("aiobotocore") else ["threads"]
"""Without aiobotocore, its unit tests are one named skip; that is enough."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, engine: Engine) -> str:
    """Name the way requests are awaited."""
    if request.param == "aiobotocore" and engine.endpoint is None:
        pytest.skip(f"{engine.name} is in this process, and aiobotocore looks for an endpoint")
    way: str = request.param
    return way


@pytest.fixture(params=[True], ids=["wire"])
def transport(
    request: pytest.FixtureRequest, way: str, client: Any, engine: Engine, runner: asyncio.Runner
) -> Iterator[Any]:
    if way == "threads":
        yield BotocoreTransport(client, wire=request.param)
        return
    from aiobotocore.session import get_session

    from dynamo_document_builder.transports.aiobotocore import AiobotocoreTransport

    opening = get_session().create_client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    opened = runner.run(opening.__aenter__())
    yield AiobotocoreTransport(opened, wire=request.param)
    runner.run(opening.__aexit__(None, None, None))


@pytest.fixture
def open_table(open_table: OpenTable, runner: asyncio.Runner) -> Iterator[OpenTable]:
    opened: list[Table] = []

    def open_one(*described: Any, **options: Any) -> Table:
        table = open_table(*described, **options)
        if not isinstance(table.connection, Awaited):
            object.__setattr__(table, "connection", Awaited(table.connection, runner))
        opened.append(table)
        return table

    yield open_one
    for table in opened:
        runner.run(table.aclose())


@pytest.fixture
def database(transport: Any, runner: asyncio.Runner) -> Database:
    database = Database(transport=transport)
    object.__setattr__(database, "connection", Awaited(database.connection, runner))
    return database
