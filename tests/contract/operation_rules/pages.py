"""Rules of the operations that read pages: Query and Scan."""

from __future__ import annotations

from typing import Any, Final

from tests.contract.operation_rules.case import (
    API,
    GUIDE,
    KEY,
    NO_TABLE,
    SERIALIZATION,
    TEXT,
    THREE,
    Case,
    Rules,
)
from tests.groves import BY_GIRTH, BY_SPECIES

_query = Rules(API + "API_Query.html", "Query")
_keys = Rules(GUIDE + "Query.KeyConditionExpressions.html", "Query")
_filters = Rules(GUIDE + "Query.FilterExpression.html", "Query")
_pages = Rules(GUIDE + "Query.Pagination.html", "Query")
_globals = Rules(GUIDE + "GSI.html", "Query")
_locals = Rules(GUIDE + "LSI.html", "Query")
_scan = Rules(API + "API_Scan.html", "Scan")
_segments = Rules(GUIDE + "Scan.html", "Scan")


def of_species(**more: Any) -> dict[str, Any]:
    return {
        "IndexName": BY_SPECIES,
        "KeyConditionExpression": "species = :species",
        "ExpressionAttributeValues": {":species": TEXT},
        **more,
    }


def on(text: str, **given: dict[str, Any]) -> dict[str, Any]:
    return {
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": {f":{name}": value for name, value in given.items()},
    }


def cursor(**members: Any) -> dict[str, Any]:
    return {"ExclusiveStartKey": members}


OAK: Final = {"S": "oak"}

QUERIES: Final[tuple[Case, ...]] = (
    _query.taken("a partition"),
    _query.taken("a partition that is empty", **on("grove = :a", a={"S": "none"})),
    _query.taken("backwards", ScanIndexForward=False),
    _query.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _query.refused("there is no such index", IndexName="by-crown"),
    _query.refused("a limit of 0", Limit=0),
    _query.refused("a limit as text", SERIALIZATION, Limit="1"),
    _query.refused("there is no key condition", KeyConditionExpression=None, ExpressionAttributeValues=None),
    _query.refused("the key condition is empty", KeyConditionExpression=""),
    _query.refused("a selection that there is not", Select="EVERYTHING"),
    _query.taken("a count", Select="COUNT"),
    _query.refused("a count with a projection", Select="COUNT", ProjectionExpression="girth"),
    _query.refused("all attributes with a projection", Select="ALL_ATTRIBUTES", ProjectionExpression="girth"),
    _query.taken("specific attributes", Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="girth"),
    _query.refused("specific attributes that are not named", Select="SPECIFIC_ATTRIBUTES"),
    _query.refused("projected attributes of a table", Select="ALL_PROJECTED_ATTRIBUTES"),
    _keys.refused("no condition on the partition key", **on("tree = :a", a=OAK)),
    _keys.refused("a range of partition keys", **on("grove > :a", a=OAK)),
    _keys.refused("two partition keys", **on("grove = :a AND grove = :a", a=OAK)),
    _keys.refused("two conditions on the sort key", **on("grove = :a AND tree > :a AND tree < :a", a=OAK)),
    _keys.refused("another attribute", **on("grove = :a AND sap = :a", a=OAK)),
    _keys.refused("alternatives", **on("grove = :a OR grove = :b", a=OAK, b=TEXT)),
    _keys.refused("a negation", **on("grove = :a AND NOT tree = :a", a=OAK)),
    _keys.refused("unequal", **on("grove = :a AND tree <> :a", a=OAK)),
    _keys.refused("one of many", **on("grove = :a AND tree IN (:a)", a=OAK)),
    _keys.refused("a part of the text", **on("grove = :a AND contains(tree, :a)", a=OAK)),
    _keys.refused("a partition key of another type", beyond_engine=True, **on("grove = :a", a=THREE)),
    _keys.refused("a sort key of another type", beyond_engine=True, **on("grove = :a AND tree = :b", a=OAK, b=THREE)),
    _keys.refused(
        "a prefix that is a number", beyond_engine=True, **on("grove = :a AND begins_with(tree, :b)", a=OAK, b=THREE)
    ),
    _keys.refused("a range that is reversed", **on("grove = :a AND tree BETWEEN :a AND :b", a=OAK, b={"S": "a"})),
    _keys.refused("a partition key that is empty", beyond_engine=True, **on("grove = :a", a={"S": ""})),
    _keys.refused("parentheses twice", **on("((grove = :a))", a=OAK)),
    _keys.taken("a prefix of the sort key", **on("grove = :a AND begins_with(tree, :a)", a=OAK)),
    _keys.taken("a range of the sort key", **on("grove = :a AND tree BETWEEN :b AND :a", a=OAK, b={"S": "a"})),
    _filters.refused("a filter on the partition key", FilterExpression="grove = :grove"),
    _filters.refused("a filter on the sort key", FilterExpression="tree = :grove"),
    _filters.taken("a filter on the key of an index that is not read", FilterExpression="species = :grove"),
    _filters.refused("a filter on the key of the index", **of_species(FilterExpression="girth > :species")),
    _filters.taken("a filter on the key of the table, in an index", **of_species(FilterExpression="tree > :species")),
    _filters.refused("a filter that is empty", FilterExpression=""),
    _pages.taken("behind a key", **cursor(**KEY)),
    _pages.taken("behind a key that is not stored", **cursor(grove=OAK, tree={"S": "zz"})),
    _pages.refused("behind a key of another partition", **cursor(grove=TEXT, tree=TEXT), beyond_engine=True),
    _pages.refused("behind a key that lacks a part", **cursor(grove=OAK)),
    _pages.refused("behind a key with another attribute", **cursor(**KEY, girth=THREE)),
    _pages.refused("behind a key of another type", **cursor(grove=OAK, tree=THREE)),
    _pages.refused("behind a key that lacks that of the index", **of_species(**cursor(**KEY))),
    _pages.taken("behind a key of an index", **of_species(**cursor(**KEY, species=TEXT, girth=THREE))),
    _globals.taken("an index", **of_species()),
    _globals.refused("an index, consistently", **of_species(ConsistentRead=True)),
    _globals.refused("all attributes of an index that has only some", **of_species(Select="ALL_ATTRIBUTES")),
    _globals.refused(
        "an attribute that the index does not have", beyond_engine=True, **of_species(ProjectionExpression="sap")
    ),
    _globals.taken("an attribute that the index has", **of_species(ProjectionExpression="crown")),
    _globals.taken("projected attributes", **of_species(Select="ALL_PROJECTED_ATTRIBUTES")),
    _locals.taken("an index, consistently", IndexName=BY_GIRTH, ConsistentRead=True),
    _locals.taken("all attributes of an index that has only keys", IndexName=BY_GIRTH, Select="ALL_ATTRIBUTES"),
    _locals.taken("an attribute that the index does not have", IndexName=BY_GIRTH, ProjectionExpression="sap"),
)

SCANS: Final[tuple[Case, ...]] = (
    _scan.taken("a table"),
    _scan.taken("an index", IndexName=BY_SPECIES),
    _scan.taken("a filter on a key", FilterExpression="grove = sap"),
    _scan.refused("there is no such table", NO_TABLE, TableName="shrubs"),
    _scan.refused("there is no such index", IndexName="by-crown"),
    _scan.refused("a limit of 0", Limit=0),
    _scan.refused("a path into a key", FilterExpression="grove.a = sap"),
    _scan.refused("an index, consistently", IndexName=BY_SPECIES, ConsistentRead=True),
    _scan.refused("behind an empty key", **cursor()),
    _scan.refused("specific attributes that are not named", Select="SPECIFIC_ATTRIBUTES"),
    _segments.taken("a segment", Segment=1, TotalSegments=2),
    _segments.refused("a segment without their number", Segment=0),
    _segments.refused("a number of segments without one", TotalSegments=2),
    _segments.refused("a segment beyond their number", Segment=2, TotalSegments=2),
    _segments.refused("no segments", Segment=0, TotalSegments=0),
    _segments.refused("too many segments", Segment=0, TotalSegments=1_000_001),
)

PAGE_RULES: Final = (*QUERIES, *SCANS)
