"""
The table description in responses of CreateTable, DescribeTable and DeleteTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.testing.memory.storage.store import Store
    from dynamo_document_builder.testing.memory.storage.tables import Table

CREATED: Final = 1_700_000_000.0
"""The creation time of every table. It is fixed, so that test runs are reproducible."""

_NO_THROUGHPUT: Final = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
_GLOBAL: Final = "GlobalSecondaryIndexes"


def table_description(table: Table) -> dict[str, Any]:
    """Return the description of a table and its indexes. Unlike in DynamoDB, sizes and counts are always current."""
    definition = table.definition
    request = definition.request
    answer: dict[str, Any] = {
        "TableName": definition.name,
        "TableArn": definition.arn,
        "TableStatus": "ACTIVE",
        "CreationDateTime": CREATED,
        "KeySchema": request["KeySchema"],
        "AttributeDefinitions": request["AttributeDefinitions"],
        **_counted(table.items, "Table"),
        "ProvisionedThroughput": _throughput(request),
        "DeletionProtectionEnabled": bool(request.get("DeletionProtectionEnabled")),
    }
    if definition.billing == "PAY_PER_REQUEST":
        answer["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    for member in ("LocalSecondaryIndexes", _GLOBAL):
        if request.get(member):
            answer[member] = [_index_description(table, one, member) for one in request[member]]
    return answer


def _index_description(table: Table, given: Mapping[str, Any], member: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "IndexName": given["IndexName"],
        "KeySchema": given["KeySchema"],
        "Projection": given["Projection"],
        "IndexArn": f"{table.definition.arn}/index/{given['IndexName']}",
        **_counted(table.entries[given["IndexName"]], "Index"),
    }
    if member == _GLOBAL:
        answer |= {"IndexStatus": "ACTIVE", "ProvisionedThroughput": _throughput(given)}
    return answer


def _counted(store: Store, what: str) -> dict[str, int]:
    items = store.all()
    return {"ItemCount": len(items), f"{what}SizeBytes": sum(map(item_size, items))}


def _throughput(given: Mapping[str, Any]) -> dict[str, int]:
    return {"NumberOfDecreasesToday": 0, **(given.get("ProvisionedThroughput") or _NO_THROUGHPUT)}
