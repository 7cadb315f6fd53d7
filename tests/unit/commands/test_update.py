"""Update: changes of one item, its index keys with them."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    ItemValidationError,
    StoredItemError,
    Update,
    UsageError,
    add,
    greater_than_or_equal,
    item_exists,
    remove,
    set_,
)
from tests.unit.play import play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, users

KEY = {"user_id": "u1"}


def test_an_update_that_must_find_its_item_changes_what_it_says() -> None:
    update = Update(
        key=KEY, updates={"balance": add(-30), "email": remove()}, condition={"balance": greater_than_or_equal(30)}
    )
    request = users.request(update)
    assert request.operation == "UpdateItem"
    assert request.payload == {
        "TableName": "app",
        "Key": ALICE_KEY,
        "UpdateExpression": "SET #0 = #0 + :0 REMOVE #1",
        "ConditionExpression": "#0 >= :1",
        "ExpressionAttributeNames": {"#0": "balance", "#1": "email"},
        "ExpressionAttributeValues": {":0": {"N": "-30"}, ":1": {"N": "30"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_an_update_that_may_create_its_item_leaves_one_that_can_be_read() -> None:
    assert users.request(Update(KEY, updates={"name": "Alice"})).payload == {
        "TableName": "app",
        "Key": ALICE_KEY,
        "UpdateExpression": "SET #0 = :0, #1 = if_not_exists(#1, :1)",
        "ExpressionAttributeNames": {"#0": "name", "#1": "user_id"},
        "ExpressionAttributeValues": {":0": {"S": "Alice"}, ":1": {"S": "u1"}},
    }


def test_every_option_is_written() -> None:
    update = Update(
        KEY,
        updates={"name": "x"},
        condition=item_exists(),
        return_values="UPDATED_NEW",
        return_item_collection_metrics="SIZE",
        return_consumed_capacity="TOTAL",
        return_values_on_condition_check_failure="NONE",
    )
    assert users.request(update).payload == {
        "TableName": "app",
        "Key": ALICE_KEY,
        "UpdateExpression": "SET #0 = :0",
        "ConditionExpression": "attribute_exists(#1)",
        "ExpressionAttributeNames": {"#0": "name", "#1": "PK"},
        "ExpressionAttributeValues": {":0": {"S": "x"}},
        "ReturnValues": "UPDATED_NEW",
        "ReturnItemCollectionMetrics": "SIZE",
        "ReturnConsumedCapacity": "TOTAL",
        "ReturnValuesOnConditionCheckFailure": "NONE",
    }


@pytest.mark.parametrize("return_values", ["ALL_OLD", "ALL_NEW"])
def test_a_whole_item_comes_back_as_an_object(return_values: Any) -> None:
    update = Update(KEY, updates={"name": "x"}, return_values=return_values)
    _, result = play(update.__flow__(users.__model__), {"Attributes": ALICE_ITEM})
    assert result.updated_item == ALICE
    assert (result.updated_fields, result.item_error) == (None, None)


def test_there_may_be_no_old_item() -> None:
    _, result = play(Update(KEY, updates={"name": "x"}, return_values="ALL_OLD").__flow__(users.__model__), {})
    assert result.updated_item is None


def test_a_whole_item_that_does_not_fit_never_hides_the_commit() -> None:
    update = Update(KEY, updates={"name": "x"}, return_values="ALL_NEW")
    _, result = play(update.__flow__(users.__model__), {"Attributes": {**ALICE_KEY, "name": {"S": "x"}}})
    assert result.updated_item is None
    assert isinstance(result.item_error, StoredItemError)


@pytest.mark.parametrize("return_values", ["UPDATED_OLD", "UPDATED_NEW"])
def test_updated_attributes_come_back_by_field_name(return_values: Any) -> None:
    update = Update(KEY, updates={"name": "x", "balance": add(1)}, return_values=return_values)
    answer = {"Attributes": {"name": {"S": "x"}, "balance": {"N": "8"}, "user_id": {"S": "u1"}}}
    _, result = play(update.__flow__(users.__model__), answer)
    assert result.updated_fields == {"name": "x", "balance": 8}
    assert result.updated_item is None


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"name": {"N": "1"}},
        {"name": {"NULL": True}},
        {"unknown": {"S": "x"}},
        {"name": {"L": []}},
        {"name": {"NEW": "x"}},
        {"name": {}},
        {"PK": {"N": "no number"}, "name": {"S": "x"}},
        None,
    ],
)
@pytest.mark.parametrize("return_values", ["UPDATED_OLD", "UPDATED_NEW", "ALL_OLD", "ALL_NEW"])
def test_no_returned_attribute_raises_after_the_commit(return_values: Any, attributes: Any) -> None:
    update = Update(KEY, updates={"name": "x"}, return_values=return_values)
    _, result = play(update.__flow__(users.__model__), {"Attributes": attributes})
    assert result.response_metadata.attempts == 1


@pytest.mark.parametrize("return_values", [None, "NONE"])
def test_without_return_values_nothing_comes_back(return_values: Any) -> None:
    _, result = play(Update(KEY, updates={"name": "x"}, return_values=return_values).__flow__(users.__model__), {})
    assert (result.updated_item, result.updated_fields) == (None, None)


def test_a_false_condition_names_the_update() -> None:
    update = Update(KEY, updates={"balance": add(-30)}, condition={"balance": greater_than_or_equal(300)})
    with pytest.raises(ConditionFailedError) as caught:
        play(update.__flow__(users.__model__), refused("ConditionalCheckFailedException", {"Item": ALICE_ITEM}))
    assert caught.value.command is update
    assert caught.value.item == ALICE


@pytest.mark.parametrize("updates", [{}, [], ()])
def test_an_empty_update_is_refused(updates: Any) -> None:
    with pytest.raises(UsageError, match="at least one change"):
        users.request(Update(KEY, updates=updates))


@pytest.mark.parametrize("updates", [None, 5, "SET a = b", [5], [add(5)], ["x"]])
def test_what_is_no_update_is_refused(updates: Any) -> None:
    with pytest.raises(UsageError):
        Update(KEY, updates=updates)


def test_updates_are_required_by_name() -> None:
    with pytest.raises(TypeError):
        Update(KEY)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Update(KEY, {"name": "x"})  # type: ignore[misc]


def test_all_that_is_wrong_is_reported_at_once() -> None:
    update = Update(
        {"user_id": 5},
        updates={"balance": "x", "nam": "y", "user_id": "u2", "PK": "z"},
        condition={"ballance": 3, "name": 4},
    )
    with pytest.raises(UsageError) as caught:
        users.request(update)
    text = str(caught.value)
    for part in (
        "user_id: expected str",
        "balance: expected int",
        "'balance'",
        "'name'",
        "'user_id' is part of the key",
    ):
        assert part in text
    assert "name: expected str" in text
    assert len(caught.value.problems) >= 7


def test_wrong_values_alone_are_a_validation_error() -> None:
    with pytest.raises(ItemValidationError) as caught:
        users.request(Update(KEY, updates={"balance": "secret"}, condition={"name": "a"}))
    assert [(failure.path, failure.expected, failure.found) for failure in caught.value.failures] == [
        ("balance", "int", "str")
    ]
    assert "secret" not in str(caught.value)


def test_changing_the_mappings_afterwards_changes_nothing() -> None:
    key, updates, condition = {"user_id": "u1"}, {"name": "x"}, {"name": "a"}
    update = Update(key, updates=updates, condition=condition)
    before = users.request(update).body
    key["user_id"], updates["name"], condition["name"] = "u2", "y", "b"
    assert users.request(update).body == before


def test_updates_are_values() -> None:
    update = Update(KEY, updates={"name": "x"})
    assert update == Update(KEY, updates=users.changes(lambda u: [set_(u.name, "x")]))
    assert hash(update) == hash(Update(KEY, updates={"name": "x"}))
    copied = pickle.loads(pickle.dumps(update))  # noqa: S301
    assert copied == update
    assert users.request(copied).body == users.request(update).body


def test_an_old_item_is_no_updated_new() -> None:
    with pytest.raises(UsageError, match="return_values"):
        Update(KEY, updates={"name": "x"}, return_values="NEW")  # type: ignore[arg-type]


def test_a_field_that_every_item_must_have_is_not_removed() -> None:
    # `set_(u.name, None)` is refused; removing it would leave the same item, one that no later read can decode.
    with pytest.raises(UsageError, match="name"):
        users.request(Update(KEY, updates={"name": remove()}, condition=item_exists()))
