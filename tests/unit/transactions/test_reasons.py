"""A cancelled transaction tells which command failed, why, and what the item was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Put,
    ServiceError,
    StoredItemError,
    TransactionCanceledError,
    TransactWrite,
    Update,
    item_not_exists,
)
from tests.unit.play import CONDITION_FAILED, CONFLICT, FINE, ONCE, cancelled, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, User, users

CHECK = ConditionCheck({"user_id": "u3"}, condition={"name": "Bob"})
PUT = Put(ALICE, condition=item_not_exists(), label="insert")
DELETE = Delete({"user_id": "u2"})
COMMAND = TransactWrite(writes=[CHECK, PUT, DELETE], idempotency_token="t1", retry=ONCE)


def cancellation(*reasons: Any, **more: Any) -> TransactionCanceledError:
    return cancellation_of(cancelled(*reasons, **more))


def cancellation_of(answer: Any) -> TransactionCanceledError:
    with pytest.raises(TransactionCanceledError) as caught:
        play(COMMAND.__flow__(users.__model__), answer)
    return caught.value


def test_every_operation_has_its_reason_in_order() -> None:
    error = cancellation(FINE, {**CONDITION_FAILED, "Item": ALICE_ITEM}, CONFLICT)
    assert [reason.code for reason in error.reasons] == ["None", "ConditionalCheckFailed", "TransactionConflict"]
    assert [reason.index for reason in error.reasons] == [0, 1, 2]
    assert [reason.name for reason in error.reasons] == ["ConditionCheck", "Put", "Delete"]
    assert [reason.entity for reason in error.reasons] == ["User"] * 3
    assert [dict(reason.key or {}) for reason in error.reasons] == [
        {"user_id": "u3"},
        {"user_id": "u1"},
        {"user_id": "u2"},
    ]
    assert [reason.failed for reason in error.reasons] == [False, True, True]
    assert error.failures == error.reasons[1:]
    for command, reason in zip((CHECK, PUT, DELETE), error.reasons, strict=True):
        assert reason.command is command
        assert error.reason_for(command) is reason
    assert error.by_label == {"insert": error.reasons[1]}
    assert error.reasons[1].item == ALICE
    assert error.reasons[1].raw_item == ALICE_ITEM
    assert (error.reasons[0].item, error.reasons[2].item) == (None, None)


def test_the_text_names_operations_and_keys_and_no_values() -> None:
    error = cancellation(FINE, {**CONDITION_FAILED, "Item": ALICE_ITEM}, CONFLICT)
    assert str(error) == (
        "TransactWrite was cancelled, nothing was written: 2 of 3 operations failed\n"
        "  [1] (insert) Put User user_id='u1': ConditionalCheckFailed - The conditional request failed "
        "(item_not_exists)\n"
        "  [2] Delete User user_id='u2': TransactionConflict - Transaction is ongoing for the item"
    )
    for text in (str(error), repr(error), repr(error.reasons)):
        assert "Alice" not in text
        assert "Bob" not in text


def test_the_facts_of_the_answer_are_kept() -> None:
    error = cancellation(FINE, CONFLICT, FINE, attempts=3)
    assert (error.code, error.operation, error.request_id) == (
        "TransactionCanceledException",
        "TransactWriteItems",
        "request-1",
    )
    assert error.attempts == 3
    assert error.idempotency_token == "t1"
    assert isinstance(error.__cause__, LookupError)


def test_the_order_of_the_members_of_a_reason_does_not_matter() -> None:
    error = cancellation({"Item": ALICE_ITEM, "Message": "m", "Code": "ConditionalCheckFailed"}, {"Code": "None"}, {})
    assert error.reasons[0].item == ALICE
    assert error.reasons[0].message == "m"
    assert [reason.failed for reason in error.reasons] == [True, False, False]


@pytest.mark.parametrize("code", ["BrandNewReason", "KeyError", "DuplicateItem", "ItemCollectionSizeLimitExceeded", ""])
def test_an_unknown_code_is_a_failure_like_any_other(code: str) -> None:
    error = cancellation(FINE, {"Code": code, "Message": "m", "More": [1]}, FINE)
    assert [reason.code for reason in error.failures] == [code]
    assert not error.retryable


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"message": "Transaction cancelled [None, ConditionalCheckFailed, None]"}',
        b'{"Message": "Transaction cancelled"}',
        b'{"CancellationReasons": null}',
        b'{"CancellationReasons": 5}',
        b'{"CancellationReasons": []}',
        b'{"CancellationReasons": [{"Code": "None"}]}',
        b'{"CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]}',
        b'{"CancellationReasons": [{}, {}, {}, {}]}',
        b'{"CancellationReasons": [5, 6, 7]}',
    ],
)
def test_a_list_that_is_missing_or_of_another_length_is_never_lined_up(body: bytes) -> None:
    error = cancellation_of(refused("TransactionCanceledException", body))
    assert error.reasons == ()
    assert error.failures == ()
    assert error.by_label == {}
    assert not error.retryable
    assert not error.is_validation
    assert "gave no reason per operation" in str(error)
    assert error.idempotency_token == "t1"
    with pytest.raises(KeyError):
        error.reason_for(PUT)


def test_a_message_that_is_null_is_no_message() -> None:
    error = cancellation({"Code": "None", "Message": None}, {**CONFLICT, "Message": None}, FINE)
    assert [(item.index, item.message) for item in error.failures] == [(1, None)]


@pytest.mark.parametrize(
    "item",
    [
        {**ALICE_ITEM, "balance": {"S": "secret"}},
        {"PK": {"S": "USER#u1"}},
        {"PK": {"N": "no number"}},
        {"x": {"NEW": "y"}},
        {"x": {}},
        {"x": 5},
    ],
)
def test_an_item_that_does_not_fit_does_not_mask_the_error(item: Any) -> None:
    error = cancellation(FINE, {**CONDITION_FAILED, "Item": item}, FINE)
    [reason] = error.failures
    assert reason.item is None
    assert reason.raw_item == item
    assert isinstance(reason.item_error, StoredItemError)
    assert "secret" not in str(error) + repr(reason) + str(reason.item_error)


@pytest.mark.parametrize("item", [{}, None])
def test_no_item_is_no_item(item: Any) -> None:
    [reason] = cancellation(FINE, {**CONDITION_FAILED, "Item": item}, FINE).failures
    assert (reason.item, reason.raw_item, reason.item_error) == (None, None, None)


def test_equal_commands_are_told_apart() -> None:
    one, other = Delete({"user_id": "u1"}), Delete({"user_id": "u1"})
    assert one == other
    command = TransactWrite(writes=[one, Delete({"user_id": "u2"})], retry=ONCE)
    with pytest.raises(TransactionCanceledError) as caught:
        play(command.__flow__(users.__model__), cancelled(CONFLICT, FINE))
    assert caught.value.reason_for(one).index == 0
    with pytest.raises(KeyError):
        caught.value.reason_for(other)


CCF, TC, TE, PTE, RLE, VE = (
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ValidationError",
)


@pytest.mark.parametrize(
    ("codes", "retryable", "validation"),
    [
        (("None", TC, "None"), True, False),
        ((TC, TC, TC), True, False),
        (("None", TE, TC), True, False),
        (("None", PTE, RLE), True, False),
        ((TC, CCF, "None"), False, False),
        (("None", CCF, "None"), False, False),
        (("None", VE, "None"), False, True),
        ((VE, VE, VE), False, True),
        ((VE, TC, "None"), False, False),
        ((VE, CCF, "None"), False, False),
        (("None", "BrandNew", TC), False, False),
        (("None", "None", "None"), False, False),
    ],
)
def test_what_stood_in_the_way_tells_whether_sending_again_may_help(
    codes: Any, *, retryable: bool, validation: bool
) -> None:
    error = cancellation(*({"Code": code} for code in codes))
    assert error.retryable is retryable
    assert error.is_validation is validation


def test_a_validation_fault_is_one_through_either_channel() -> None:
    with pytest.raises(ServiceError) as caught:
        play(COMMAND.__flow__(users.__model__), refused("ValidationException"))
    assert caught.value.is_validation
    assert cancellation(FINE, {"Code": "ValidationError", "Message": "m"}, FINE).is_validation


def test_an_item_over_the_wire_is_read_by_the_commands_own_entity() -> None:
    update = Update({"user_id": "u1"}, updates={"name": "x"}, condition={"balance": 1})
    with pytest.raises(TransactionCanceledError) as caught:
        play(
            TransactWrite(writes=[update]).__flow__(users.__model__),
            cancelled({**CONDITION_FAILED, "Item": ALICE_ITEM}),
        )
    assert isinstance(caught.value.reasons[0].item, User)
    assert json.loads(caught.value.fault.body)["CancellationReasons"][0]["Item"] == ALICE_ITEM
