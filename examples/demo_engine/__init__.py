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

CREDENTIALS = {"aws_access_key_id": "demo", "aws_secret_access_key": "demo", "region_name": "us-east-1"}


@contextmanager
def dynamodb(*tables: str) -> Generator[Any]:
    """Give a boto3 client, with these tables freshly made."""
    endpoint = os.environ.get("DYNAMODB_ENDPOINT")
    if endpoint is None:
        with mock_aws():
            yield from _client(None, tables)
    else:
        print(f"(on the engine at {endpoint})\n")
        yield from _client(endpoint, tables)


def _client(endpoint: str | None, tables: tuple[str, ...]) -> Generator[Any]:
    real = endpoint is not None and "AWS_ACCESS_KEY_ID" in os.environ
    client = boto3.client("dynamodb", endpoint_url=endpoint, **({} if real else CREDENTIALS))
    try:
        for table in tables:
            _create(client, table)
        yield client
        for table in tables:
            client.delete_table(TableName=table)
    finally:
        client.close()


def _create(client: Any, name: str) -> None:
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=name)
