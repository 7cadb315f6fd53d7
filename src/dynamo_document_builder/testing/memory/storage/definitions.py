"""
Tables and indexes as they are defined, read from CreateTable and told by DescribeTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import frozen

from dynamo_document_builder.testing.memory.refused import invalid, invalid_values
from dynamo_document_builder.wire.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamo_document_builder.testing.memory.storage.values import Item

REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"
CREATED: Final = 1_700_000_000.0
"""The moment every table says it was made: two runs of a test describe the same table."""

_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_MAX_GLOBAL: Final = 20
_MAX_LOCAL: Final = 5
_MAX_KEY_PARTS: Final = 4

Projected = Literal["ALL", "KEYS_ONLY", "INCLUDE"]


@frozen
class Index:
    """A secondary index: the attributes of its keys, and which others are copied into it."""

    name: str
    partition: tuple[str, ...]
    sort: tuple[str, ...]
    is_global: bool
    projected: Projected
    included: frozenset[str]
    table_keys: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of its own keys."""
        return (*self.partition, *self.sort)

    def holds(self, item: Item) -> bool:
        """Tell whether an item is in the index: it has all attributes of its keys."""
        return all(name in item for name in self.keys)

    def entry_of(self, item: Item) -> Item:
        """Return what the index stores of an item."""
        if self.projected == "ALL":
            return item
        copied = {*self.keys, *self.table_keys, *self.included}
        return {name: value for name, value in item.items() if name in copied}


@frozen
class Definition:
    """A table: its keys, the types of all key attributes, and its indexes."""

    name: str
    partition: str
    sort: str | None
    types: Mapping[str, str]
    """The type of each key attribute, of the table's keys and of the indexes'."""
    indexes: tuple[Index, ...]
    billing: str
    request: Mapping[str, Any]
    """What CreateTable was given."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of the primary key."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    @property
    def arn(self) -> str:
        """The table's Amazon Resource Name."""
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.name}"

    def index(self, name: str) -> Index:
        """Return an index by its name."""
        for index in self.indexes:
            if index.name == name:
                return index
        raise invalid(f"The table does not have the specified index: {name}")

    @property
    def has_local_indexes(self) -> bool:
        """Whether writes report item collection metrics."""
        return any(not index.is_global for index in self.indexes)


def read_definition(request: Mapping[str, Any]) -> Definition:
    """Return the table that CreateTable asks for, or refuse it."""
    name = request.get("TableName") or ""
    check_name(name, "TableName", "tableName")
    types = _types(request.get("AttributeDefinitions") or [])
    partition, sort = _key_schema(request.get("KeySchema") or [], "")
    if len(partition) != 1 or len(sort) > 1:
        raise invalid_values("a table has one partition key attribute and up to one sort key attribute")
    keys = (*partition, *sort)
    indexes = (
        *_indexes(request.get("LocalSecondaryIndexes") or [], keys, is_global=False),
        *_indexes(request.get("GlobalSecondaryIndexes") or [], keys, is_global=True),
    )
    _check_indexes(indexes, keys)
    _check_types(types, {*keys, *(one for index in indexes for one in index.keys)})
    billing = request.get("BillingMode") or "PROVISIONED"
    _check_billing(billing, request)
    return Definition(name, partition[0], sort[0] if sort else None, types, indexes, billing, dict(request))


def check_name(name: str, member: str, wanted: str) -> None:
    """Refuse a name that is not one of a table or an index."""
    if not _NAME.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at '{wanted}' failed to satisfy constraint: {member} must be "
            "at least 3 characters long, at most 255, and made of a-z, A-Z, 0-9, '_', '-' and '.'"
        )


def _types(given: Iterable[Mapping[str, str]]) -> dict[str, str]:
    types: dict[str, str] = {}
    for one in given:
        name, kind = one["AttributeName"], one["AttributeType"]
        if kind not in {"S", "N", "B"}:
            raise invalid(
                f"1 validation error detected: Value '{kind}' at 'attributeDefinitions.1.member.attributeType' failed "
                "to satisfy constraint: Member must satisfy enum value set: [B, N, S]"
            )
        if name in types:
            raise invalid_values(f"Cannot specify duplicate attribute definitions: {name}")
        types[name] = kind
    return types


def _key_schema(given: Sequence[Mapping[str, str]], index: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    partition = tuple(part["AttributeName"] for part in given if part["KeyType"] == "HASH")
    sort = tuple(part["AttributeName"] for part in given if part["KeyType"] == "RANGE")
    ordered = [part["KeyType"] for part in given]
    about = f" for index: {index}" if index else ""
    if not partition or ordered != ["HASH"] * len(partition) + ["RANGE"] * len(sort):
        raise invalid(f"Invalid KeySchema: The first KeySchemaElement is not a HASH key type{about}")
    if len({*partition, *sort}) < len(given):
        raise invalid(f"Both the Hash Key and the Range Key element in the KeySchema have the same name{about}")
    return partition, sort


def _indexes(given: Iterable[Mapping[str, Any]], table_keys: tuple[str, ...], *, is_global: bool) -> Iterable[Index]:
    for one in given:
        name = one.get("IndexName") or ""
        check_name(name, "IndexName", "indexName")
        partition, sort = _key_schema(one.get("KeySchema") or [], name)
        projection: dict[str, Any] = one.get("Projection") or {}
        included = frozenset(projection.get("NonKeyAttributes") or ())
        projected = _projected(name, projection.get("ProjectionType"), included)
        if not is_global and (partition != table_keys[:1] or len(table_keys) == 1):
            raise invalid_values(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}"
            )
        parts = _MAX_KEY_PARTS if is_global else 1
        if len(partition) > parts or len(sort) > parts:
            raise invalid_values(f"Index {name} has too many key attributes")
        yield Index(name, partition, sort, is_global, projected, included, table_keys)


def _projected(index: str, projected: Any, included: frozenset[str]) -> Projected:
    if projected not in {"ALL", "KEYS_ONLY", "INCLUDE"}:
        raise invalid_values(f"Unknown ProjectionType: {projected}")
    if included and projected != "INCLUDE":
        raise invalid_values(f"ProjectionType is {projected}, but NonKeyAttributes is specified")
    if projected == "INCLUDE" and not included:
        raise invalid_values(f"ProjectionType is INCLUDE, but NonKeyAttributes is not specified for index: {index}")
    asked: Projected = projected
    return asked


def _check_indexes(indexes: Sequence[Index], keys: tuple[str, ...]) -> None:
    names = [index.name for index in indexes]
    for name in names:
        if names.count(name) > 1:
            raise invalid_values(f"Duplicate index name: {name}")
    there_are = [sum(index.is_global is is_global for index in indexes) for is_global in (False, True)]
    if there_are[0] > _MAX_LOCAL:
        raise invalid_values(f"Number of LocalSecondaryIndexes exceeds per-table limit of {_MAX_LOCAL}")
    if there_are[1] > _MAX_GLOBAL:
        raise invalid_values(f"Number of GlobalSecondaryIndexes exceeds per-table limit of {_MAX_GLOBAL}")
    if there_are[0] and len(keys) == 1:
        raise invalid_values(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )


def _check_types(types: Mapping[str, str], needed: set[str]) -> None:
    missing = sorted(needed - types.keys())
    if missing:
        raise invalid_values(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(missing)}], AttributeDefinitions: [{', '.join(types)}]"
        )
    if types.keys() - needed:
        raise invalid_values(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: [{', '.join(types)}], keys used: [{', '.join(sorted(needed))}]"
        )


def _check_billing(billing: str, request: Mapping[str, Any]) -> None:
    throughput = request.get("ProvisionedThroughput")
    if billing == "PAY_PER_REQUEST" and throughput:
        raise invalid_values(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if billing == "PROVISIONED" and not throughput:
        raise invalid_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )


def described(definition: Definition, items: Sequence[Item], indexed: Mapping[str, Sequence[Item]]) -> dict[str, Any]:
    """Return a table as DescribeTable tells it."""
    request = definition.request
    throughput = request.get("ProvisionedThroughput") or {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    told: dict[str, Any] = {
        "TableName": definition.name,
        "TableArn": definition.arn,
        "TableStatus": "ACTIVE",
        "CreationDateTime": CREATED,
        "KeySchema": request["KeySchema"],
        "AttributeDefinitions": request["AttributeDefinitions"],
        "ItemCount": len(items),
        "TableSizeBytes": sum(map(item_size, items)),
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **throughput},
        "DeletionProtectionEnabled": bool(request.get("DeletionProtectionEnabled")),
    }
    if definition.billing == "PAY_PER_REQUEST":
        told["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if request.get(member):
            told[member] = [
                _described_index(definition, one, indexed[one["IndexName"]], member) for one in request[member]
            ]
    return told


def _described_index(
    definition: Definition, given: Mapping[str, Any], entries: Sequence[Item], member: str
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "IndexName": given["IndexName"],
        "KeySchema": given["KeySchema"],
        "Projection": given["Projection"],
        "IndexArn": f"{definition.arn}/index/{given['IndexName']}",
        "ItemCount": len(entries),
        "IndexSizeBytes": sum(map(item_size, entries)),
    }
    if member == "GlobalSecondaryIndexes":
        throughput = given.get("ProvisionedThroughput") or {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
        told |= {"IndexStatus": "ACTIVE", "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **throughput}}
    return told
