"""
An engine for the examples.

The engine is in memory; `DYNAMODB_ENDPOINT` names the URL of another one, and
`DEMO_ENGINE=moto` chooses moto.

Your own code has a boto3 client already, and needs nothing of this.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3

from dynamo_document_builder import Table
from dynamo_document_builder.testing import (
    MemoryDynamoDB,
    create_table,
    delete_table,
)

CREDENTIALS = {
    "aws_access_key_id": "demo",
    "aws_secret_access_key": "demo",
    "region_name": "us-east-1",
}


@contextmanager
def dynamodb(*tables: Table) -> Generator[Any]:
    """Give a boto3 client, with these tables freshly made."""
    endpoint = os.environ.get("DYNAMODB_ENDPOINT")
    if endpoint is not None:
        print(f"(on the engine at {endpoint})\n")
        credentials: dict[str, str] = (
            {} if "AWS_ACCESS_KEY_ID" in os.environ else CREDENTIALS
        )
        yield from _with_tables(
            boto3.client("dynamodb", endpoint_url=endpoint, **credentials),
            tables,
        )
    elif os.environ.get("DEMO_ENGINE") == "moto":
        from moto import mock_aws  # noqa: PLC0415  optional

        with mock_aws():
            yield from _with_tables(
                boto3.client("dynamodb", **CREDENTIALS), tables
            )
    else:
        yield from _with_tables(MemoryDynamoDB().client(), tables)


def _with_tables(client: Any, tables: tuple[Table, ...]) -> Generator[Any]:
    try:
        for table in tables:
            create_table(table, client=client)
        yield client
        for table in tables:
            delete_table(table, client=client)
    finally:
        client.close()
