"""
Read and check a CreateTable request.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (secondary indexes)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from dynamo_document_builder.testing.memory.members import Members, null
from dynamo_document_builder.testing.memory.refused import constraint, invalid, invalid_values
from dynamo_document_builder.testing.memory.storage.definitions import Definition, Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.testing.memory.storage.definitions import Projected

KeyNames = tuple[tuple[str, ...], tuple[str, ...]]
"""The attributes of the partition key and of the sort key."""

_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_MAX_GLOBAL: Final = 20
_MAX_LOCAL: Final = 5
_MAX_KEY_PARTS: Final = 4
_THROUGHPUT: Final = ("ReadCapacityUnits", "WriteCapacityUnits")


def read_definition(members: Members) -> Definition:
    """Check a CreateTable request, and return the definition of the table."""
    name = _named(members, "TableName")
    types = _types(members)
    partition, sort = _key_schema(members, "")
    if len(partition) != 1 or len(sort) > 1:
        raise invalid_values("a table has one partition key attribute and up to one sort key attribute")
    keys = (*partition, *sort)
    billing = members.choice("BillingMode", ("PROVISIONED", "PAY_PER_REQUEST"), "PROVISIONED")
    _check_billing(billing, members)
    indexes = (
        *_indexes(members, "LocalSecondaryIndexes", keys, billing=billing, is_global=False),
        *_indexes(members, "GlobalSecondaryIndexes", keys, billing=billing, is_global=True),
    )
    _check_indexes(indexes, keys)
    _check_types(types, {*keys, *(one for index in indexes for one in index.keys)})
    return Definition(name, partition[0], sort[0] if sort else None, types, indexes, billing, dict(members.given))


def _named(members: Members, member: str) -> str:
    name = members.needed_text(member)
    if not _NAME.fullmatch(name):
        raise constraint(f"'{name}'", member, "be 3 to 255 characters long and made of a-z, A-Z, 0-9, '_', '-' and '.'")
    return name


def _types(members: Members) -> dict[str, str]:
    types: dict[str, str] = {}
    for one in members.structures("AttributeDefinitions"):
        name = one.needed_text("AttributeName")
        kind = one.needed_choice("AttributeType", ("B", "N", "S"))
        if name in types:
            raise invalid_values(f"Cannot specify duplicate attribute definitions: {name}")
        types[name] = kind
    return types


def _key_schema(members: Members, index: str) -> KeyNames:
    parts = members.structures("KeySchema")
    if not parts:
        raise constraint("'[]'", "keySchema", "have length greater than or equal to 1")
    kinds = [part.needed_choice("KeyType", ("HASH", "RANGE")) for part in parts]
    names = [part.needed_text("AttributeName") for part in parts]
    count = kinds.count("HASH")
    suffix = f" for index: {index}" if index else ""
    if not count or "HASH" in kinds[count:]:
        raise invalid(f"Invalid KeySchema: The first KeySchemaElement is not a HASH key type{suffix}")
    if len(set(names)) < len(names):
        raise invalid(f"Both the Hash Key and the Range Key element in the KeySchema have the same name{suffix}")
    return tuple(names[:count]), tuple(names[count:])


def _indexes(
    members: Members, member: str, table_keys: tuple[str, ...], *, billing: str, is_global: bool
) -> Iterable[Index]:
    if members.given.get(member) is None:
        return
    indexes = members.structures(member)
    if not indexes:
        raise invalid_values(f"List of {member} is empty")
    for one in indexes:
        name = _named(one, "IndexName")
        partition, sort = _key_schema(one, name)
        projected, included = _projected(name, Members(one.needed_mapping("Projection")))
        if not is_global and (partition != table_keys[:1] or len(table_keys) == 1):
            raise invalid_values(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}"
            )
        most = _MAX_KEY_PARTS if is_global else 1
        if len(partition) > most or len(sort) > most:
            raise invalid_values(f"Index {name} has too many key attributes")
        if not is_global and not sort:
            raise invalid_values(f"Index KeySchema does not have a range key for index: {name}")
        if one.given.get("ProvisionedThroughput") is not None and billing == "PAY_PER_REQUEST":
            raise invalid_values(
                f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            )
        yield Index(name, partition, sort, is_global, projected, included, table_keys)


def _projected(index: str, members: Members) -> tuple[Projected, frozenset[str]]:
    projected = members.text("ProjectionType")
    given = members.given.get("NonKeyAttributes")
    if projected is None:
        raise invalid_values("Unknown ProjectionType: null")
    members.choice("ProjectionType", ("ALL", "INCLUDE", "KEYS_ONLY"), "")
    if given == []:
        raise constraint("'[]'", "projection.nonKeyAttributes", "have length greater than or equal to 1")
    if given and projected != "INCLUDE":
        raise invalid_values(f"ProjectionType is {projected}, but NonKeyAttributes is specified")
    if projected == "INCLUDE" and not given:
        raise invalid_values(f"ProjectionType is INCLUDE, but NonKeyAttributes is not specified for index: {index}")
    return cast("Projected", projected), frozenset(given or ())


def _check_indexes(indexes: Sequence[Index], keys: tuple[str, ...]) -> None:
    names = [index.name for index in indexes]
    for name in names:
        if names.count(name) > 1:
            raise invalid_values(f"Duplicate index name: {name}")
    global_ones = sum(index.is_global for index in indexes)
    if len(indexes) - global_ones > _MAX_LOCAL:
        raise invalid_values(f"Number of LocalSecondaryIndexes exceeds per-table limit of {_MAX_LOCAL}")
    if global_ones > _MAX_GLOBAL:
        raise invalid_values(f"Number of GlobalSecondaryIndexes exceeds per-table limit of {_MAX_GLOBAL}")
    if len(indexes) > global_ones and len(keys) == 1:
        raise invalid_values(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )


def _check_types(types: dict[str, str], needed: set[str]) -> None:
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


def _check_billing(billing: str, members: Members) -> None:
    given = members.mapping("ProvisionedThroughput")
    if given is not None:
        throughput = Members(given)
        for member in _THROUGHPUT:
            if throughput.integer(member, 1) is None:
                raise null(f"provisionedThroughput.{member[0].lower()}{member[1:]}")
    if billing == "PAY_PER_REQUEST" and given is not None:
        raise invalid_values(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if billing == "PROVISIONED" and given is None:
        raise invalid_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
