"""Create and delete the table that a `Table` describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.testing.scripted import ScriptedTransport
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.facade.table import Table
    from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex
    from dynamo_document_builder.wire.driver import Transport

KeyTypes = Literal["S", "N", "B"]
_POLL: Final = 1


def create_table(
    table: Table,
    *entities: Entity[Any],
    key_types: Mapping[str, KeyTypes] | None = None,
    client: Any = None,
    wait: int = 60,
) -> None:
    """
    Create the table that a `Table` describes, with its indexes, and wait until it is active.

    The table uses on-demand billing. In production, define tables with your infrastructure code instead. If the table
    is connected to a `MemoryDynamoDB`, the function creates it there, without an SDK.

    Key attributes have the type `S` by default. If a key attribute is a field of one of *entities*, it has the type of
    that field. *key_types* overrides both: `{"SK": "N"}`. *client* is a boto3 client. Default: the client of the table.
    *wait* is in seconds. Default: 60.

    Raises:
        UsageError: the table has no boto3 client and you passed none; nothing was created.
        botocore.exceptions.ClientError: the table exists already, or DynamoDB refused to create it.
        botocore.exceptions.WaiterError: the table was created but was not active within *wait* seconds.

    Example:
        >>> from dynamo_document_builder.testing import create_table, delete_table
        >>> scratch = Table("scratch", client=boto3.client("dynamodb"), sort_key=None)
        >>> create_table(scratch)
        >>> delete_table(scratch)

    """
    definition = table_definition(table, *entities, key_types=key_types)
    memory = _memory(table) if client is None else None
    if memory is not None:
        memory.send(Request("CreateTable", json.dumps(definition).encode(), (table.name,)))
        return
    boto3_client = _client(table, client)
    boto3_client.create_table(**definition)
    _wait(boto3_client, "table_exists", table, wait)


def delete_table(table: Table, *, client: Any = None, wait: int = 60) -> None:
    """
    Delete a table with all its items, and wait until it no longer exists.

    *client* and *wait* are as for `create_table`.

    Raises:
        UsageError: the table has no boto3 client and you passed none; nothing was deleted.
        botocore.exceptions.ClientError: the table does not exist, or DynamoDB refused to delete it.
        botocore.exceptions.WaiterError: the table still existed after *wait* seconds.

    """
    memory = _memory(table) if client is None else None
    if memory is not None:
        memory.send(Request("DeleteTable", json.dumps({"TableName": table.name}).encode(), (table.name,)))
        return
    boto3_client = _client(table, client)
    boto3_client.delete_table(TableName=table.name)
    _wait(boto3_client, "table_not_exists", table, wait)


def table_definition(
    table: Table, *entities: Entity[Any], key_types: Mapping[str, KeyTypes] | None = None
) -> dict[str, Any]:
    """
    Return the arguments for `create_table` of a boto3 client. Nothing is sent.

    *entities* and *key_types* are as for `create_table`.

    Example:
        >>> from dynamo_document_builder.testing import table_definition
        >>> table_definition(Table("app"))["KeySchema"]
        [{'AttributeName': 'PK', 'KeyType': 'HASH'}, {'AttributeName': 'SK', 'KeyType': 'RANGE'}]

    """
    own = _key_schema((table.partition_key,), table.key_names[1:])
    indexes = {
        "GlobalSecondaryIndexes": [
            _index(name, _key_schema(index.partition_names, index.sort_names), index)
            for name, index in table.global_secondary_indexes.items()
        ],
        "LocalSecondaryIndexes": [
            _index(name, _key_schema((table.partition_key,), index.sort_names), index)
            for name, index in table.local_secondary_indexes.items()
        ],
    }
    schemas = [own, *(index["KeySchema"] for kind in indexes.values() for index in kind)]
    names = sorted({part["AttributeName"] for schema in schemas for part in schema})
    types = {**_field_types(table, entities), **(key_types or {})}
    return {
        "TableName": table.name,
        "KeySchema": own,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": types.get(name, "S")} for name in names],
        "BillingMode": "PAY_PER_REQUEST",
        **{kind: described for kind, described in indexes.items() if described},
    }


def _key_schema(partition: Iterable[str], sort: Iterable[str]) -> list[dict[str, str]]:
    return [
        *({"AttributeName": name, "KeyType": "HASH"} for name in partition),
        *({"AttributeName": name, "KeyType": "RANGE"} for name in sort),
    ]


def _index(name: str, schema: list[dict[str, str]], index: GlobalIndex | LocalIndex) -> dict[str, Any]:
    if isinstance(index.projection, str):
        projection: dict[str, Any] = {"ProjectionType": index.projection}
    else:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(index.projection)}
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def _field_types(table: Table, entities: Iterable[Entity[Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entity in entities:
        if not entity.table.is_same(table):
            raise UsageError(f"entity {entity.name!r} is bound to table {entity.table.name!r}, not to {table.name!r}")
        for attribute, kind in _fields(entity):
            if found.setdefault(attribute, kind) != kind:
                raise UsageError(f"key attribute {attribute!r} has different types in the given entities")
    return found


def _fields(entity: Entity[Any]) -> Iterator[tuple[str, str]]:
    parts = [*entity.__model__.plan.primary, *(part for index in entity.__model__.plan.indexes for part in index.parts)]
    for part in parts:
        if part.field is not None:
            [tag] = entity.__model__.codec.fields[part.field].kind.wire_types - {"NULL"}
            yield part.attribute, tag
        elif part.template is not None:
            yield part.attribute, "N" if part.template.is_number else "S"


def _memory(table: Table) -> Transport | None:
    """Return the `MemoryDynamoDB` that a table sends its requests to, directly or behind scripts, or `None`."""
    transport: Any = table.__connection__.transport
    # An attribute identifies the engine: importing the class would load the engine for tests that do not use it.
    while isinstance(transport, ScriptedTransport):
        transport = transport.then
    return transport if getattr(transport, "is_memory", False) else None


def _client(table: Table, given: Any) -> Any:
    client = getattr(table.__connection__.transport, "client", None) if given is None else given
    if client is None:
        raise UsageError(f"table {table.name!r} has no boto3 client to create it with: give client=")
    return client


def _wait(client: Any, until: str, table: Table, seconds: int) -> None:
    config = {"Delay": _POLL, "MaxAttempts": max(1, seconds // _POLL)}
    client.get_waiter(until).wait(TableName=table.name, WaiterConfig=config)
