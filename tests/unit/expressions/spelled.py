"""Rendering an expression of the page for people: placeholders replaced by the names and values they stand for."""

from __future__ import annotations

import json
import re
from typing import Any

from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.update import Update
from tests.unit.things import pages

KEY = {"page_id": "p1"}


def condition_of(condition: Any) -> dict[str, Any]:
    """Return the members of the request that the condition brought."""
    payload = pages.request(Delete(KEY, condition=condition)).payload
    for name in ("TableName", "Key", "ReturnValuesOnConditionCheckFailure"):
        del payload[name]
    return payload


def update_of(updates: Any, **options: Any) -> dict[str, Any]:
    """Return the members of the request that the updates brought."""
    payload = pages.request(Update(KEY, updates=updates, **options)).payload
    del payload["TableName"], payload["Key"]
    payload.pop("ReturnValuesOnConditionCheckFailure", None)
    return payload


def spelled(condition: Any) -> str:
    return _spell(condition_of(condition), "ConditionExpression")


def spelled_update(updates: Any) -> str:
    return _spell(update_of(updates), "UpdateExpression")


def _spell(members: dict[str, Any], expression: str) -> str:
    names = members.get("ExpressionAttributeNames", {})
    values = {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for name, value in members.get("ExpressionAttributeValues", {}).items()
    }
    known = {**names, **values}
    used = set(re.findall(r"[#:]\d+", members[expression]))
    assert used == set(known), "DynamoDB refuses names and values that are not used"
    text: str = members[expression]
    assert not is_enclosed_twice(text), "DynamoDB refuses redundant parentheses"
    return re.sub(r"[#:]\d+", lambda found: known[found[0]], text)


def is_enclosed_twice(expression: str) -> bool:
    """Tell whether a pair of parentheses stands directly inside another: what DynamoDB refuses as redundant."""
    open_at: list[int] = []
    pairs: set[tuple[int, int]] = set()
    for position, character in enumerate(expression):
        if character == "(":
            open_at.append(position)
        elif character == ")":
            pairs.add((open_at.pop(), position))
    assert not open_at
    return any((start + 1, end - 1) in pairs for start, end in pairs)
