"""Delete: no item afterwards."""

from __future__ import annotations

import pickle

import pytest

from dynamo_document_builder import ConditionFailedError, Delete, StoredItemError, UsageError, greater_than
from tests.unit.play import play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, users

KEY = {"user_id": "u1"}


def test_a_delete_sends_the_key_alone() -> None:
    request = users.request(Delete(KEY))
    assert request.operation == "DeleteItem"
    assert request.payload == {"TableName": "app", "Key": ALICE_KEY}


def test_every_option_is_written() -> None:
    delete = Delete(
        KEY,
        condition={"balance": greater_than(0)},
        return_values="ALL_OLD",
        return_item_collection_metrics="SIZE",
        return_consumed_capacity="TOTAL",
    )
    assert users.request(delete).payload == {
        "TableName": "app",
        "Key": ALICE_KEY,
        "ConditionExpression": "#0 > :0",
        "ExpressionAttributeNames": {"#0": "balance"},
        "ExpressionAttributeValues": {":0": {"N": "0"}},
        "ReturnValues": "ALL_OLD",
        "ReturnItemCollectionMetrics": "SIZE",
        "ReturnConsumedCapacity": "TOTAL",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_the_deleted_item_comes_back_as_an_object() -> None:
    _, result = play(Delete(KEY, return_values="ALL_OLD").__flow__(users.__model__), {"Attributes": ALICE_ITEM})
    assert result.deleted_item == ALICE


def test_deleting_what_is_not_there_succeeds() -> None:
    _, result = play(Delete(KEY, return_values="ALL_OLD").__flow__(users.__model__), {})
    assert (result.deleted_item, result.item_error) == (None, None)


def test_a_deleted_item_that_does_not_fit_never_hides_the_commit() -> None:
    _, result = play(Delete(KEY, return_values="ALL_OLD").__flow__(users.__model__), {"Attributes": ALICE_KEY})
    assert result.deleted_item is None
    assert isinstance(result.item_error, StoredItemError)


def test_a_false_condition_without_an_item_means_there_is_none() -> None:
    delete = Delete(KEY, condition={"balance": 0})
    with pytest.raises(ConditionFailedError, match="Delete User user_id='u1': the condition was false") as caught:
        play(delete.__flow__(users.__model__), refused("ConditionalCheckFailedException"))
    assert caught.value.command is delete
    assert (caught.value.item, caught.value.raw_item) == (None, None)


def test_an_incomplete_key_is_refused() -> None:
    with pytest.raises(UsageError, match="PK is built from field 'user_id'"):
        users.request(Delete({}))


def test_deletes_are_values() -> None:
    delete = Delete(KEY, condition={"name": "a"}, label="goodbye")
    assert delete == Delete({"user_id": "u1"}, condition={"name": "a"}, label="goodbye")
    assert pickle.loads(pickle.dumps(delete)) == delete  # noqa: S301
    with pytest.raises(TypeError):
        Delete(KEY, item=ALICE)  # type: ignore[call-arg]
