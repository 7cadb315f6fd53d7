"""A server that answers every request with its own body, and what leads to it."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config

from dynamo_document_builder import (
    HttpTransport,
)
from dynamo_document_builder.transports.http.configuration.credentials import Credentials
from dynamo_document_builder.wire.request import Request
from tests.fault_server import FaultServer, Seen, says

KEYS = Credentials("AKIA", "secret")
READ = Request("GetItem", b'{"TableName":"app","Key":{"PK":{"S":"1"}}}', ("app",))
WRITE = Request("PutItem", b'{"TableName":"app","Item":{"PK":{"S":"1"}}}', ("app",))


def echo(seen: Seen) -> Any:
    """Answer with the request's own body, so that an answer to another request is noticed."""
    return says(seen.body)


def plain(server: FaultServer, **options: Any) -> HttpTransport:
    return HttpTransport(region="eu-north-1", endpoint_url=server.endpoint, credentials=KEYS, **options)


def client_of(endpoint: str | None = None, **config: Any) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-north-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(**config),
    )


def numbered(number: int) -> Request:
    return Request("GetItem", json.dumps({"TableName": "app", "n": number}).encode(), ("app",))
