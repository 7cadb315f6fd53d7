"""Two tables in DynamoDB's own JSON: trees, with a global and a local index, and sites, by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.asking import Asked

TREES, SITES = "trees", "sites"
BY_SPECIES, BY_GIRTH, BY_STATUS = "by-species", "by-girth", "by-status"

TABLES: Final[dict[str, dict[str, Any]]] = {
    TREES: {
        "TableName": TREES,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "grove", "KeyType": "HASH"},
            {"AttributeName": "tree", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "grove", "AttributeType": "S"},
            {"AttributeName": "tree", "AttributeType": "S"},
            {"AttributeName": "girth", "AttributeType": "N"},
            {"AttributeName": "species", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": BY_SPECIES,
                "KeySchema": [
                    {"AttributeName": "species", "KeyType": "HASH"},
                    {"AttributeName": "girth", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["crown", "lot"]},
            }
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": BY_GIRTH,
                "KeySchema": [
                    {"AttributeName": "grove", "KeyType": "HASH"},
                    {"AttributeName": "girth", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    },
    SITES: {
        "TableName": SITES,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "site", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "site", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "B"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": BY_STATUS,
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    },
}
INDEXES: Final[dict[str, tuple[str, ...]]] = {TREES: (BY_SPECIES, BY_GIRTH), SITES: (BY_STATUS,)}


def create_tables(engine: Asked) -> None:
    """Create both tables, empty, in place of those that are there."""
    for name, definition in TABLES.items():
        engine.ask("DeleteTable", {"TableName": name})
        created = engine.ask("CreateTable", definition)
        assert created.code == "", created
