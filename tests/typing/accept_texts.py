"""Expressions as text, and the types they give: clean in mypy and pyright, both strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from dynamo_document_builder import (
    Change,
    Condition,
    Delete,
    ExpressionSyntaxError,
    ExpressionText,
    Get,
    Update,
    condition_from_text,
    condition_to_text,
    key_condition_from_text,
    projection_from_text,
    projection_to_text,
    updates_from_text,
    updates_to_text,
)
from tests.typing.things import users

KEY = {"user_id": "u1"}
condition = condition_from_text("balance >= :n AND #n = :s", names={"#n": "name"}, values={":n": 3, ":s": "x"})
assert_type(condition, Condition)
assert_type(key_condition_from_text("PK = :p", values={":p": {"S": "x"}}), Condition)
assert_type(condition_from_text("balance = :n", values={":n": 3}, values_as="json"), Condition)
assert_type(key_condition_from_text("a = :p", values={":p": 1}, partition_key="a", sort_key=["b", "c"]), Condition)
updates = updates_from_text("SET balance = :n", values={":n": 3})
assert_type(updates, tuple[Change, ...])
users.send(Delete(KEY, condition=condition))
users.send(Update(KEY, updates=updates))
assert_type(users.send(Get(KEY, projection=projection_from_text("name"))).item, dict[str, Any] | None)
text = condition_to_text(condition)
assert_type(text, ExpressionText)
assert_type(text.names, Mapping[str, str])
assert_type(updates_to_text({"name": "x"}), ExpressionText)
assert_type(projection_to_text(["name"]), ExpressionText)


def handle(error: ExpressionSyntaxError) -> int:
    return error.position
