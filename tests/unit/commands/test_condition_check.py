"""ConditionCheck: a condition on an item that the transaction does not write."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionCheck,
    TransactWrite,
    UsageError,
    item_exists,
    item_not_exists,
    or_,
)
from tests.unit.kept import D1_KEY, Doc, docs
from tests.unit.things import ALICE, ALICE_KEY, users

KEY = {"user_id": "u1"}


def operation(check: ConditionCheck) -> Any:
    [operation] = users.request(TransactWrite(writes=[check])).payload["TransactItems"]
    return operation


def test_a_check_is_its_key_and_its_condition() -> None:
    assert operation(ConditionCheck(KEY, condition={"name": "Bob"})) == {
        "ConditionCheck": {
            "TableName": "app",
            "Key": ALICE_KEY,
            "ConditionExpression": "#0 = :0",
            "ExpressionAttributeNames": {"#0": "name"},
            "ExpressionAttributeValues": {":0": {"S": "Bob"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


@pytest.mark.parametrize(
    ("condition", "text"),
    [(item_exists(), "attribute_exists(#0)"), (item_not_exists(), "attribute_not_exists(#0)")],
)
def test_a_check_without_values_sends_none(condition: Any, text: str) -> None:
    check = ConditionCheck(KEY, condition=condition, return_values_on_condition_check_failure="NONE")
    assert operation(check) == {
        "ConditionCheck": {
            "TableName": "app",
            "Key": ALICE_KEY,
            "ConditionExpression": text,
            "ExpressionAttributeNames": {"#0": "PK"},
            "ReturnValuesOnConditionCheckFailure": "NONE",
        }
    }


@pytest.mark.parametrize("condition", [{}, [], ()])
def test_an_empty_condition_is_refused(condition: Any) -> None:
    with pytest.raises(UsageError, match="empty condition"):
        ConditionCheck(KEY, condition=condition)


@pytest.mark.parametrize("condition", [True, "name = :x", 5])
def test_what_is_no_condition_is_refused(condition: Any) -> None:
    with pytest.raises(UsageError, match="a condition is"):
        ConditionCheck(KEY, condition=condition)


@pytest.mark.parametrize("option", ["return_values", "timeout", "abort", "skip_validation", "consistent", "updates"])
def test_an_option_it_does_not_have_is_refused(option: str) -> None:
    with pytest.raises(TypeError):
        ConditionCheck(KEY, condition={"name": "a"}, **{option: None})


def test_sent_alone_it_is_refused_with_what_to_do_instead() -> None:
    check: Any = ConditionCheck(KEY, condition={"name": "a"})
    with pytest.raises(UsageError, match=r"only exists inside a [Tt]ransact.*; use Get"):
        users.request(check)
    with pytest.raises(UsageError, match=r"only exists inside a [Tt]ransact.*; use Get"):
        users.send(check)
    with pytest.raises(UsageError, match=r"only exists inside a [Tt]ransact.*; use Get"):
        users.table.request(check)


def test_checks_are_values() -> None:
    check = ConditionCheck(KEY, condition=or_({"name": "a"}, {"name": "b"}), label="active")
    assert check == ConditionCheck({"user_id": "u1"}, condition=or_({"name": "a"}, {"name": "b"}), label="active")
    assert hash(check) == hash(pickle.loads(pickle.dumps(check)))  # noqa: S301


def test_the_version_of_an_item_is_a_condition() -> None:
    for check in (ConditionCheck(Doc("d1", "x", 3)), ConditionCheck({"doc_id": "d1", "version": 3})):
        [written] = docs.request(TransactWrite([check])).payload["TransactItems"]
        assert written["ConditionCheck"] == {
            "TableName": "app",
            "Key": D1_KEY,
            "ConditionExpression": "#0 = :0",
            "ExpressionAttributeNames": {"#0": "v"},
            "ExpressionAttributeValues": {":0": {"N": "3"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    [unwritten] = docs.request(TransactWrite([ConditionCheck(Doc("d1"))])).payload["TransactItems"]
    assert unwritten["ConditionCheck"]["ConditionExpression"] == "attribute_not_exists(#0)"


@pytest.mark.parametrize(
    ("check", "entity"),
    [
        (ConditionCheck(KEY), users),
        (ConditionCheck(ALICE), users),
        (ConditionCheck({"doc_id": "d1"}), docs),
        (ConditionCheck(Doc("d1", "x", 3), check_version=False), docs),
    ],
)
def test_a_check_of_nothing_is_refused_where_it_would_be_sent(check: ConditionCheck, entity: Any) -> None:
    with pytest.raises(UsageError, match="there is nothing to check: pass condition="):
        entity.request(TransactWrite([check]))
