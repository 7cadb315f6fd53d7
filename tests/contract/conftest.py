"""Fixtures for contract tests: every engine present, by the ways that a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import Database, Table
from dynamo_document_builder.facade.connection import Connection
from tests.contract.ways import is_awaited, loop_of, opened, pairs
from tests.engines import Engine
from tests.event_loops import runner as open_runner

if TYPE_CHECKING:
    import asyncio

    from tests.conftest import NewTable

OpenTable = Callable[..., Table]
Stored = Callable[..., dict[str, Any] | None]
__all__ = ["Engine", "OpenTable", "Stored"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "way" in metafunc.fixturenames:
        found = pairs(metafunc.definition)
        metafunc.parametrize(("engine", "way"), found, indirect=True, ids=["-".join(pair) for pair in found])


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    """Name the way to the engine; see `pytest_generate_tests` and `tests/contract/ways.py`."""
    way: str = request.param
    return way


@pytest.fixture
def runner(way: str) -> Iterator[asyncio.Runner]:
    with open_runner(loop_of(way)) as runner:
        yield runner


@pytest.fixture
def transport(
    request: pytest.FixtureRequest, way: str, client: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Give the transport of the way; where that is awaited, a blocking `send` awaits."""
    if way == "in process":
        yield request.getfixturevalue("memory")
        return
    runner = request.getfixturevalue("runner") if is_awaited(way) else None
    if runner is not None:
        # What differs from `asend` is who runs the event loop.
        monkeypatch.setattr(Connection, "run", lambda self, *asked: runner.run(self.arun(*asked)))
    with opened(way, client, engine, runner) as transport:
        yield transport


@pytest.fixture
def open_table(new_table: NewTable, transport: Any) -> OpenTable:
    """Give a function that creates a table as `create_table` does, and returns it as data, ready to send."""

    def open_one(
        prefix: str = "app",
        *,
        key_types: dict[str, str] | None = None,
        database: Database | None = None,
        **keys: Any,
    ) -> Table:
        name = new_table(
            prefix,
            key_types=key_types,
            **keys
            | {
                "global_secondary_indexes": {
                    index: tuple(filter(None, (parts["partition_key"], parts.get("sort_key"))))
                    for index, parts in keys.get("global_secondary_indexes", {}).items()
                },
                "local_secondary_indexes": {
                    index: parts["sort_key"] for index, parts in keys.get("local_secondary_indexes", {}).items()
                },
            },
        )
        return Table(name, transport=transport, **keys) if database is None else database.table(name, **keys)

    return open_one


@pytest.fixture
def table(open_table: OpenTable) -> Table:
    """Give a fresh table with the string keys PK and SK."""
    return open_table()


@pytest.fixture
def database(transport: Any) -> Database:
    return Database(transport=transport)


@pytest.fixture
def stored(client: Any) -> Stored:
    """Give a function that reads an item past the library, as DynamoDB JSON."""

    def read(table: Table, **key: Any) -> dict[str, Any] | None:
        item: dict[str, Any] | None = client.get_item(TableName=table.name, Key=key, ConsistentRead=True).get("Item")
        return item

    return read
