"""An index key follows the fields it is built from, or the update is refused with what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    TransactWrite,
    Update,
    UsageError,
    add,
    if_not_exists,
    item_exists,
    item_not_exists,
    ref,
    remove,
    set_,
)
from tests.unit.kept import spelled
from tests.unit.things import MEMBER, MEMBER_KEY, members


def update(updates: Any, key: Any = MEMBER, condition: Any = None) -> dict[str, Any]:
    condition = item_exists() if condition is None else condition
    return members.request(Update(key, updates=updates, condition=condition)).payload


def changed(payload: dict[str, Any]) -> str:
    names = payload["ExpressionAttributeNames"]
    text: str = payload["UpdateExpression"]
    for placeholder in sorted(names, key=len, reverse=True):
        text = text.replace(placeholder, names[placeholder])
    return text


def test_a_field_of_no_index_changes_no_index() -> None:
    assert update({"visits": add(1)}) == {
        "TableName": "members",
        "Key": MEMBER_KEY,
        "UpdateExpression": "SET #0 = #0 + :0",
        "ConditionExpression": "attribute_exists(#1)",
        "ExpressionAttributeNames": {"#0": "visits", "#1": "PK"},
        "ExpressionAttributeValues": {":0": {"N": "1"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_changed_field_takes_every_attribute_it_is_in_along_and_no_other() -> None:
    payload = update({"email": "a@x", "status": "active"})
    assert payload["UpdateExpression"] == "SET #0 = :0, #1 = :1, #2 = :2, #3 = :3"
    assert payload["ExpressionAttributeNames"] == {
        "#0": "email",
        "#1": "status",
        "#2": "GSI1PK",
        "#3": "LSI1SK",
        "#4": "PK",
    }
    assert payload["ExpressionAttributeValues"] == {
        ":0": {"S": "a@x"},
        ":1": {"S": "active"},
        ":2": {"S": "EMAIL#a@x"},
        ":3": {"S": "active#a@x"},
    }


@pytest.mark.parametrize("gone", [None, remove(), set_(None)])
def test_a_removed_field_takes_away_the_attributes_it_is_in_and_no_other(gone: Any) -> None:
    assert changed(update({"email": gone, "status": "x"})) == "SET status = :0 REMOVE email, GSI1PK, LSI1SK"


def test_a_field_of_the_index_that_is_not_given_is_named() -> None:
    with pytest.raises(UsageError, match="changing 'email' changes LSI1SK, which also reads 'status': give"):
        update({"email": "a@x"})


def test_the_missing_field_may_be_given_in_the_key() -> None:
    payload = update({"email": "a@x"}, {**MEMBER, "status": "idle"})
    assert payload["Key"] == MEMBER_KEY
    assert changed(payload) == "SET email = :0, GSI1PK = :1, LSI1SK = :2"
    assert payload["ExpressionAttributeValues"][":2"] == {"S": "idle#a@x"}


def test_what_is_given_in_the_key_alone_is_checked() -> None:
    payload = update({"email": "a@x"}, {**MEMBER, "status": "idle"})
    assert spelled(payload, "ConditionExpression") == "attribute_exists(PK) AND status = idle"
    unused = update({"visits": 1}, {**MEMBER, "status": "idle"})
    assert spelled(unused, "ConditionExpression") == "attribute_exists(PK)"
    told = update({"email": "a@x", "status": "idle"}, {**MEMBER, "status": "new"})
    assert spelled(told, "ConditionExpression") == "attribute_exists(PK)"


@pytest.mark.parametrize("value", [ref("status"), if_not_exists("x"), ref("status", "x")])
def test_a_value_only_dynamodb_would_know_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="GSI1PK follows from 'email', whose new value only DynamoDB would know"):
        update({"email": value, "status": "x"})


@pytest.mark.parametrize("field", ["GSI1PK", "GSI1SK", "LSI1SK", "PK", "SK"])
def test_a_key_attribute_itself_cannot_be_updated(field: str) -> None:
    with pytest.raises(UsageError, match=f"'{field}'"):
        update({field: "x"})


@pytest.mark.parametrize("field", ["tenant", "member_id"])
def test_a_field_of_the_key_cannot_be_updated(field: str) -> None:
    with pytest.raises(UsageError, match=f"'{field}' is part of the key and cannot be updated"):
        update({field: "x"})


def test_an_update_that_creates_writes_what_the_key_tells() -> None:
    payload = update({"visits": 1}, condition=item_not_exists())
    assert spelled(payload, "UpdateExpression") == (
        "SET visits = 1, GSI1SK = T#t1, tenant = if_not_exists(tenant, t1), member_id = if_not_exists(member_id, m1) "
        "REMOVE GSI1PK, LSI1SK"
    )


def test_the_same_holds_in_a_transaction() -> None:
    command = TransactWrite(writes=[Update(MEMBER, updates={"email": "a@x"})])
    with pytest.raises(UsageError, match="changing 'email' changes LSI1SK") as caught:
        members.request(command)
    assert caught.value.problems[0].index == 0
