"""What is asked of an entity of any class: what it writes, what it reads back, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dynamo_document_builder import Entity, Put, Table, Update, UsageError

TABLE = Table("things")


def entity_of(cls: Any, **options: Any) -> Entity[Any]:
    return Entity(cls, TABLE, partition_key=lambda _: "p", sort_key=lambda _: "s", **options)


def written(item: Any, cls: Any = None) -> dict[str, Any]:
    """Return what a put stores beside the key."""
    stored: dict[str, Any] = entity_of(cls or type(item)).request(Put(item)).payload["Item"]
    return {name: value for name, value in stored.items() if name not in {"PK", "SK"}}


def read(cls: Any, stored: Any, **options: Any) -> Any:
    return entity_of(cls).__model__.decode(json.dumps(stored).encode(), **options)


def back(item: Any, cls: Any = None) -> Any:
    """Return what is read of what is written, which is stored again as it was."""
    again = read(cls or type(item), written(item, cls))
    assert written(again, cls) == written(item, cls)
    return again


def refused(item: Any, cls: Any = None) -> str:
    """Return why a put is refused."""
    with pytest.raises(UsageError) as caught:
        written(item, cls)
    return str(caught.value)


def updated(cls: Any, updates: dict[str, Any], **options: Any) -> list[Any]:
    """Return the values that an update writes."""
    payload = entity_of(cls).request(Update({}, updates=updates, **options)).payload
    return list(payload.get("ExpressionAttributeValues", {}).values())


def not_updated(cls: Any, updates: dict[str, Any]) -> str:
    """Return why an update is refused."""
    with pytest.raises(UsageError) as caught:
        updated(cls, updates)
    return str(caught.value)
