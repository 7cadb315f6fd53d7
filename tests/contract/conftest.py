"""Fixtures for contract tests: every engine present, through either mode of the transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import Database, Table
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.engines import Engine

if TYPE_CHECKING:
    from tests.conftest import NewTable

OpenTable = Callable[..., Table]
Stored = Callable[..., dict[str, Any] | None]
__all__ = ["Engine", "OpenTable", "Stored"]


@pytest.fixture(params=[True, False], ids=["wire", "plain"])
def transport(request: pytest.FixtureRequest, client: Any) -> BotocoreTransport:
    """Give the transport in turn with a request's bytes in place and as a plain method call."""
    return BotocoreTransport(client, wire=request.param)


@pytest.fixture
def open_table(new_table: NewTable, transport: BotocoreTransport) -> OpenTable:
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
def database(transport: BotocoreTransport) -> Database:
    return Database(transport=transport)


@pytest.fixture
def stored(client: Any) -> Stored:
    """Give a function that reads an item past the library, as DynamoDB JSON."""

    def read(table: Table, **key: Any) -> dict[str, Any] | None:
        item: dict[str, Any] | None = client.get_item(TableName=table.name, Key=key, ConsistentRead=True).get("Item")
        return item

    return read
