"""What stands in a client's call for a request's own bytes: taken by botocore, refused by every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name

from dynamo_document_builder.transports.sdk.parameters import stand_in
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from tests.conftest import NewTable

OPERATIONS = [
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
]
SEVERAL = [operation for operation in OPERATIONS if operation.startswith(("Batch", "Transact"))]


def refused(client: Any, operation: str, tables: tuple[str, ...]) -> None:
    parameters = stand_in(Request(operation, b"{}", tables))
    with pytest.raises(client.exceptions.ClientError) as refusal:
        getattr(client, xform_name(operation))(**(parameters or {}))
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_engine_refuses_a_stand_in(client: Any, table_name: str, operation: str) -> None:
    refused(client, operation, (table_name,))
    assert client.scan(TableName=table_name)["Count"] == 0


@pytest.mark.parametrize("operation", SEVERAL)
def test_an_engine_refuses_a_stand_in_for_several_tables(client: Any, new_table: NewTable, operation: str) -> None:
    refused(client, operation, (new_table(), new_table()))
