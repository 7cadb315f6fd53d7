"""
A rule of one operation as a request, and what DynamoDB answers to it: an error code, or success.

Requests go to the tables of `tests/groves.py`, which hold `ITEMS`. A request is the usual one of its operation, with
some members replaced, or left out where they are `None`.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from tests.groves import SITES, TREES

API: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
GUIDE: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"

VALIDATION: Final = "ValidationException"
SERIALIZATION: Final = "SerializationException"
NO_TABLE: Final = "ResourceNotFoundException"
CONDITION: Final = "ConditionalCheckFailedException"
CANCELED: Final = "TransactionCanceledException"

NEW: Final = "new"
"""The table that cases create."""

KEY: Final = {"grove": {"S": "oak"}, "tree": {"S": "a"}}
OTHER: Final = {"grove": {"S": "oak"}, "tree": {"S": "b"}}
ABSENT: Final = {"grove": {"S": "oak"}, "tree": {"S": "z"}}
SITE: Final = {"site": {"N": "1"}}
TEXT, THREE = {"S": "pine"}, {"N": "3"}

ITEMS: Final = {
    TREES: [
        {
            **KEY,
            "girth": {"N": "3"},
            "species": {"S": "pine"},
            "layers": {"L": [{"N": "1"}, {"N": "2"}]},
            "lot": {"M": {"city": {"S": "Oslo"}}},
            "kinds": {"SS": ["a", "b"]},
            "sap": {"S": "resin"},
        },
        {**OTHER, "girth": {"N": "9"}},
    ],
    SITES: [{**SITE, "status": {"B": "b2Fr"}}],
}

USUAL: Final[dict[str, dict[str, Any]]] = {
    "PutItem": {"TableName": TREES, "Item": KEY},
    "GetItem": {"TableName": TREES, "Key": KEY},
    "DeleteItem": {"TableName": TREES, "Key": KEY},
    "UpdateItem": {"TableName": TREES, "Key": KEY},
    "Query": {
        "TableName": TREES,
        "KeyConditionExpression": "grove = :grove",
        "ExpressionAttributeValues": {":grove": {"S": "oak"}},
    },
    "Scan": {"TableName": TREES},
}


@frozen
class Case:
    """One request, and what comes of it."""

    title: str
    page: str
    operation: str
    payload: dict[str, Any]
    code: str
    """Empty for success."""
    reasons: tuple[str, ...] = ()
    """The codes of a canceled transaction."""
    beyond_engine: bool = False
    """Whether the reference engine answers something else."""

    def __str__(self) -> str:
        return f"{self.operation}: {self.title}"


@frozen
class Rules:
    """Makes the cases of an operation, which one page states."""

    page: str
    operation: str

    def taken(self, title: str, *, beyond_engine: bool = False, **members: Any) -> Case:
        return self._case(title, "", (), beyond_engine, members)

    def refused(self, title: str, code: str = VALIDATION, *, beyond_engine: bool = False, **members: Any) -> Case:
        return self._case(title, code, (), beyond_engine, members)

    def canceled(self, title: str, *reasons: str, beyond_engine: bool = False, **members: Any) -> Case:
        return self._case(title, CANCELED, reasons, beyond_engine, members)

    def _case(
        self, title: str, code: str, reasons: tuple[str, ...], beyond_engine: bool, members: dict[str, Any]
    ) -> Case:
        payload = {**USUAL.get(self.operation, {}), **members}
        payload = {name: value for name, value in payload.items() if value is not None}
        return Case(title, self.page, self.operation, payload, code, reasons, beyond_engine)
