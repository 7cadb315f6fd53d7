"""
An engine for the examples: moto in this process, or what `DYNAMODB_ENDPOINT` points at.

Your own code has a boto3 client already, and needs nothing of this.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws

from dynamo_document_builder import Table
from dynamo_document_builder.testing import create_table, delete_table

CREDENTIALS = {"aws_access_key_id": "demo", "aws_secret_access_key": "demo", "region_name": "us-east-1"}


@contextmanager
def dynamodb(*tables: Table) -> Generator[Any]:
    """Give a boto3 client, with these tables freshly made."""
    endpoint = os.environ.get("DYNAMODB_ENDPOINT")
    if endpoint is None:
        with mock_aws():
            yield from _client(None, tables)
    else:
        print(f"(on the engine at {endpoint})\n")
        yield from _client(endpoint, tables)


def _client(endpoint: str | None, tables: tuple[Table, ...]) -> Generator[Any]:
    real = endpoint is not None and "AWS_ACCESS_KEY_ID" in os.environ
    client = boto3.client("dynamodb", endpoint_url=endpoint, **({} if real else CREDENTIALS))
    try:
        for table in tables:
            create_table(table, client=client)
        yield client
        for table in tables:
            delete_table(table, client=client)
    finally:
        client.close()
