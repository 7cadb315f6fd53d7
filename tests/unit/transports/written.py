"""Requests written by hand."""

from __future__ import annotations

import json
from typing import Any

from dynamo_document_builder.wire.request import Request


def request(operation: str, *tables: str, **payload: Any) -> Request:
    return Request(operation, json.dumps(payload, ensure_ascii=False).encode(), tables)


def put(item: dict[str, Any], table: str = "app", **options: Any) -> Request:
    return request("PutItem", table, TableName=table, Item=item, **options)


def get(key: dict[str, Any], table: str = "app", **options: Any) -> Request:
    return request("GetItem", table, TableName=table, Key=key, **options)


def update(key: dict[str, Any], table: str = "app", **options: Any) -> Request:
    return request("UpdateItem", table, TableName=table, Key=key, **options)


def delete(key: dict[str, Any], table: str = "app", **options: Any) -> Request:
    return request("DeleteItem", table, TableName=table, Key=key, **options)


def transact_write(*operations: dict[str, Any], token: str = "token-1", tables: tuple[str, ...] = ("app",)) -> Request:
    return request("TransactWriteItems", *tables, TransactItems=operations, ClientRequestToken=token)


def transact_get(*keys: dict[str, Any], table: str = "app") -> Request:
    operations = [{"Get": {"TableName": table, "Key": key}} for key in keys]
    return request("TransactGetItems", table, TransactItems=operations)


def query(partition: str, table: str = "app") -> Request:
    given = {"KeyConditionExpression": "PK = :0", "ExpressionAttributeValues": {":0": {"S": partition}}}
    return request("Query", table, TableName=table, **given)


def scan(table: str = "app") -> Request:
    return request("Scan", table, TableName=table)


def batch_get(*keys: dict[str, Any], tables: tuple[str, ...] = ("app",)) -> Request:
    return request("BatchGetItem", *tables, RequestItems={table: {"Keys": keys} for table in tables})


def batch_write(*writes: dict[str, Any], tables: tuple[str, ...] = ("app",)) -> Request:
    return request("BatchWriteItem", *tables, RequestItems=dict.fromkeys(tables, writes))


def primary(name: str) -> dict[str, Any]:
    return {"PK": {"S": name}, "SK": {"S": "META"}}
