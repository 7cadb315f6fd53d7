"""Identifies the table of an export or import, because tables of several accounts can have the same name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from dynamo_document_builder.errors import NoAnswerError, OutcomeUnknownError, ServiceError
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.facade.entity import Entity

_CREDENTIAL: Final = re.compile(r"Credential=([^/]+)/")


def table_identity(entity: Entity[Any]) -> dict[str, str]:
    """
    Return the identity of the table of an entity, by the names of its parts in error texts.

    It calls DescribeTable for the ARN, which contains the account and region, and for the ID, which changes if the
    table is deleted and created again. Without the permission for that call, the access key identifies the account.
    """
    transport: Any = entity.table.__connection__.transport
    if transport is None:
        return {}  # the table has only an async transport; the first read or write raises
    client: Any = getattr(transport, "client", None)
    if not hasattr(client, "describe_table"):
        return {"transport": _transport_name(transport), **_identity_in(_describe(transport, entity.table.name))}
    place = {"endpoint": client.meta.endpoint_url, "region": client.meta.region_name}
    return {**place, **_describe_through_client(client, entity.table.name)}


def _identity_in(described: Mapping[str, Any]) -> dict[str, str]:
    table = described.get("Table", {})
    found = {"table ARN": table.get("TableArn"), "table ID": table.get("TableId")}
    return {name: value for name, value in found.items() if value}


def _transport_name(transport: Any) -> str:
    """Return the identity of a transport: host and region of an `HttpTransport`, or the class of another one."""
    cls = transport.__class__
    return repr(transport) if cls.__name__ == "HttpTransport" else f"{cls.__module__}.{cls.__qualname__}"


def _describe(transport: Any, table: str) -> Mapping[str, Any]:
    request = Request("DescribeTable", json.dumps({"TableName": table}).encode(), (table,))
    try:
        described: Mapping[str, Any] = json.loads(transport.send(request).body)
    except OutcomeUnknownError as error:  # transports count DescribeTable as a write, but it only reads
        raise NoAnswerError(f"no answer came to DescribeTable of table {table!r}: {error}") from error
    except ServiceError:
        return {}
    return described


def _describe_through_client(client: Any, table: str) -> dict[str, str]:
    used: dict[str, str] = {}

    def look(request: Any, **_: Any) -> None:
        found = _CREDENTIAL.search(str(request.headers.get("Authorization", "")))
        if found is not None:
            used["access key"] = found[1]

    event = "before-send.dynamodb.DescribeTable"
    client.meta.events.register(event, look)
    try:
        return _identity_in(client.describe_table(TableName=table))
    except ClientError:
        return used
    finally:
        client.meta.events.unregister(event, look)
