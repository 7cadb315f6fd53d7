"""Get: one item, or None."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dynamo_document_builder import (
    Get,
    ItemValidationError,
    RequestTimeoutError,
    StoredItemError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.wire.no_answer import no_answer_error
from tests.unit.play import METADATA, play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, Order, members, pages, users


def test_a_get_sends_the_key_alone() -> None:
    request = users.request(Get(key={"user_id": "u1"}))
    assert request.operation == "GetItem"
    assert request.payload == {"TableName": "app", "Key": ALICE_KEY}


def test_options_are_written() -> None:
    get = Get({"user_id": "u1"}, consistent=True, return_consumed_capacity="INDEXES")
    assert users.request(get).payload == {
        "TableName": "app",
        "Key": ALICE_KEY,
        "ConsistentRead": True,
        "ReturnConsumedCapacity": "INDEXES",
    }


def test_a_found_item_is_an_object_without_its_key_attributes() -> None:
    requests, result = play(Get({"user_id": "u1"}).__flow__(users.__model__), {"Item": ALICE_ITEM})
    assert requests == [{"TableName": "app", "Key": ALICE_KEY}]
    assert result.item == ALICE
    assert result.response_metadata == METADATA
    assert result.consumed_capacity is None


def test_a_missing_item_is_none() -> None:
    _, result = play(Get({"user_id": "u1"}).__flow__(users.__model__), {})
    assert result.item is None


def test_capacity_comes_back() -> None:
    _, result = play(Get({"user_id": "u1"}).__flow__(users.__model__), {"ConsumedCapacity": {"CapacityUnits": 0.5}})
    assert result.consumed_capacity.capacity_units == 0.5


def test_unknown_attributes_are_ignored() -> None:
    _, result = play(Get({"user_id": "u1"}).__flow__(users.__model__), {"Item": {**ALICE_ITEM, "age": {"N": "7"}}})
    assert result.item == ALICE


def test_an_instance_is_a_key_too() -> None:
    assert users.request(Get(ALICE)).body == users.request(Get({"user_id": "u1"})).body


def test_fields_the_key_is_not_built_of_do_no_harm() -> None:
    assert users.request(Get({"user_id": "u1", "name": "Alice"})).payload["Key"] == ALICE_KEY


def test_a_key_without_builders_is_the_schemas_own_field() -> None:
    assert pages.request(Get({"page_id": "p1"})).payload == {"TableName": "pages", "Key": {"page_id": {"S": "p1"}}}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ({}, "PK is built from field 'user_id'"),
        ({"name": "Alice"}, "PK is built from field 'user_id'"),
        ({"userid": "u1"}, "did you mean 'user_id'"),
        ({"user_id": ""}, "'user_id' is empty"),
        ({"user_id": "a#b"}, "contains '#'"),
        ("u1", "a mapping of fields or a User, not str"),
        (("u1",), "a mapping of fields or a User, not tuple"),
        (Order("o1"), "a mapping of fields or a User, not Order"),
        (None, "a mapping of fields or a User, not NoneType"),
    ],
)
def test_a_key_that_names_no_item_is_refused(key: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        users.request(Get(key))


@pytest.mark.parametrize("value", [5, None, b"u1", True])
def test_a_key_value_of_another_type_is_refused_by_the_codec(value: Any) -> None:
    with pytest.raises(ItemValidationError) as caught:
        users.request(Get({"user_id": value}))
    assert [failure.path for failure in caught.value.failures] == ["user_id"]


def test_a_key_of_two_fields_names_the_missing_one_and_the_attribute() -> None:
    with pytest.raises(UsageError, match="SK is built from field 'member_id'"):
        members.request(Get({"tenant": "t1"}))


def test_changing_the_mapping_afterwards_changes_nothing() -> None:
    key = {"user_id": "u1"}
    get = Get(key)
    key["user_id"] = "u2"
    assert users.request(get).payload["Key"] == ALICE_KEY


def test_a_stored_item_that_does_not_fit_names_table_key_and_every_field() -> None:
    broken = {**ALICE_ITEM, "balance": {"S": "secret"}, "email": {"N": "1"}}
    del broken["name"]
    with pytest.raises(StoredItemError) as caught:
        play(Get({"user_id": "u1"}).__flow__(users.__model__), {"Item": broken})
    error = caught.value
    assert (error.table, error.entity, error.key) == ("app", "User", {"PK": "USER#u1", "SK": "META"})
    assert [failure.path for failure in error.failures] == ["name", "balance", "email"]
    assert error.item == broken
    assert "expected int, found stored S" in str(error)
    assert "secret" not in str(error)
    assert "table app" in str(error)


@pytest.mark.parametrize("body", [b"", b"[]", b"no", b'{"Item": 5, '])
def test_an_answer_that_cannot_be_read_is_its_own_error(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        play(Get({"user_id": "u1"}).__flow__(users.__model__), body)
    assert caught.value.operation == "GetItem"
    assert "applied" not in str(caught.value)


def test_a_lost_answer_leaves_no_doubt() -> None:
    with pytest.raises(RequestTimeoutError):
        play(
            Get({"user_id": "u1"}).__flow__(users.__model__),
            lambda request: no_answer_error(request, "no answer", timed_out=True),
        )


def test_gets_are_values() -> None:
    get = Get({"user_id": "u1"})
    assert get == Get({"user_id": "u1"})
    assert get != Get({"user_id": "u1"}, consistent=True)
    assert hash(get) == hash(Get({"user_id": "u1"}))
    copied = pickle.loads(pickle.dumps(get))  # noqa: S301
    assert copied == get
    assert users.request(copied).body == users.request(get).body
