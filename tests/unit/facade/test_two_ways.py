"""A client and a transport together: for `send` and for `asend`, never two for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from dynamo_document_builder import Database, DefinitionError, Table
from dynamo_document_builder.testing import ScriptedTransport
from dynamo_document_builder.transports.botocore import BotocoreTransport

if TYPE_CHECKING:
    from dynamo_document_builder import Request
    from dynamo_document_builder.wire.request import Response

CLIENT = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")


class Awaited:
    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109
        raise NotImplementedError


def bound(how: str, client: Any, transport: Any) -> Table | Database:
    if how == "Table":
        return Table("app", client=client, transport=transport)
    if how == "Database":
        return Database(client, transport=transport)
    made = Table("app") if how == "Table.connect" else Database()
    made.connect(client, transport=transport)
    return made


HOW = pytest.mark.parametrize("how", ["Table", "Database", "Table.connect", "Database.connect"])


@HOW
def test_a_client_and_a_transport_that_both_block_are_refused(how: str) -> None:
    with pytest.raises(DefinitionError, match="both block are two ways for send, which takes one: give the client or"):
        bound(how, CLIENT, ScriptedTransport())


@HOW
def test_a_blocking_client_and_an_async_transport_are_for_send_and_asend(how: str) -> None:
    transport = Awaited()
    connection = bound(how, CLIENT, transport).__connection__
    assert (connection.transport, connection.async_transport) == (BotocoreTransport(CLIENT), transport)


def test_a_refused_connect_changes_nothing() -> None:
    script = ScriptedTransport()
    table = Table("app", transport=script)
    with pytest.raises(DefinitionError):
        table.connect(CLIENT, transport=ScriptedTransport())
    assert table.__connection__.transport is script
