"""Entities with fields the library keeps, and commands built at a given moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from attrs import field, frozen

from dynamo_document_builder import Entity, Table, key, stored

table = Table("app")
T = TypeVar("T")


@frozen
class Doc:
    doc_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True, alias="v"))


@frozen
class Note:
    note_id: str
    text: str = ""
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True, alias="changed"))


docs = Entity(Doc, table, partition_key=lambda d: key("DOC", d.doc_id), sort_key=lambda _: "META")
notes = Entity(Note, table, partition_key=lambda n: key("NOTE", n.note_id), sort_key=lambda _: "META")

D1 = {"doc_id": "d1"}
D1_KEY = {"PK": {"S": "DOC#d1"}, "SK": {"S": "META"}}
N1 = {"note_id": "n1"}
N1_KEY = {"PK": {"S": "NOTE#n1"}, "SK": {"S": "META"}}

NOON = datetime(2026, 1, 2, 12, 0, 0, 123456, UTC)
NOON_TEXT = {"S": "2026-01-02T12:00:00.123456Z"}
EARLIER = datetime(2025, 5, 5, tzinfo=UTC)
EARLIER_TEXT = {"S": "2025-05-05T00:00:00.000000Z"}


def doc_item(version: int, text: str = "") -> dict[str, Any]:
    return {**D1_KEY, "doc_id": {"S": "d1"}, "text": {"S": text}, "v": {"N": str(version)}}


def at_noon(command: T) -> T:
    """Let a command have been built at noon."""
    object.__setattr__(command, "__built_ns__", round(NOON.timestamp() * 1_000_000) * 1000)
    return command


def spelled(payload: dict[str, Any], member: str) -> str:
    """Return an expression with its names and values in place of their placeholders."""
    text: str = payload[member]
    found = payload.get("ExpressionAttributeNames", {}) | {
        placeholder: next(iter(value.values()))
        for placeholder, value in payload.get("ExpressionAttributeValues", {}).items()
    }
    for placeholder in sorted(found, key=len, reverse=True):
        text = text.replace(placeholder, str(found[placeholder]))
    return text
