"""TransactGet: items of one entity at one moment, in the order of their keys."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    NoAnswerError,
    StoredItemError,
    TransactGet,
    TransactionCanceledError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.wire.no_answer import no_answer_error
from tests.unit.play import CONFLICT, FINE, METADATA, ONCE, cancelled, play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, User, user_key, users

COMMAND = TransactGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}, {"user_id": "u3"}])
BOB = User("u3", "Bob")
BOB_ITEM = {**user_key("u3"), "user_id": {"S": "u3"}, "name": {"S": "Bob"}, "balance": {"N": "0"}}


def test_a_read_sends_its_keys_in_order() -> None:
    request = users.request(COMMAND)
    assert request.operation == "TransactGetItems"
    assert request.tables == ("app",)
    assert request.payload == {
        "TransactItems": [
            {"Get": {"TableName": "app", "Key": ALICE_KEY}},
            {"Get": {"TableName": "app", "Key": user_key("nope")}},
            {"Get": {"TableName": "app", "Key": user_key("u3")}},
        ]
    }


def test_capacity_is_asked_for() -> None:
    command = TransactGet([{"user_id": "u1"}], return_consumed_capacity="TOTAL")
    assert users.request(command).payload == {
        "TransactItems": [{"Get": {"TableName": "app", "Key": ALICE_KEY}}],
        "ReturnConsumedCapacity": "TOTAL",
    }
    _, result = play(command.__flow__(users.__model__), {"Responses": [{}], "ConsumedCapacity": [{"CapacityUnits": 2}]})
    assert [capacity.capacity_units for capacity in result.consumed_capacity] == [2.0]


def test_items_come_in_key_order_with_holes() -> None:
    _, result = play(COMMAND.__flow__(users.__model__), {"Responses": [{"Item": ALICE_ITEM}, {}, {"Item": BOB_ITEM}]})
    assert result.items == [ALICE, None, BOB]
    assert result.response_metadata == METADATA
    assert result.consumed_capacity == ()


@pytest.mark.parametrize(
    "answer", [{}, {"Responses": []}, {"Responses": [{}, {}]}, {"Responses": [{"Item": ALICE_ITEM}, {}, {}, {}]}]
)
def test_an_answer_of_another_length_is_an_error_and_never_lined_up(answer: Any) -> None:
    with pytest.raises(UnexpectedResponseError, match="of 3 keys") as caught:
        play(COMMAND.__flow__(users.__model__), answer)
    assert caught.value.operation == "TransactGetItems"


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b'{"Responses": 5}', b'{"Responses": [5, 6, 7]}', b'{"Responses": [null, null, null]}']
)
def test_an_answer_of_another_shape_is_an_error(answer: bytes) -> None:
    with pytest.raises(UnexpectedResponseError):
        play(COMMAND.__flow__(users.__model__), answer)


def test_an_item_that_does_not_fit_names_its_key() -> None:
    broken = {**BOB_ITEM, "balance": {"S": "x"}}
    with pytest.raises(StoredItemError) as caught:
        play(COMMAND.__flow__(users.__model__), {"Responses": [{"Item": ALICE_ITEM}, {}, {"Item": broken}]})
    assert caught.value.key == {"PK": "USER#u3", "SK": "META"}


def test_a_write_in_the_way_names_the_key_it_was_about() -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(evolve(COMMAND, retry=ONCE).__flow__(users.__model__), cancelled(FINE, FINE, CONFLICT))
    [reason] = caught.value.failures
    assert (reason.index, reason.code, reason.name, reason.entity) == (2, "TransactionConflict", "Get", "User")
    assert dict(reason.key or {}) == {"user_id": "u3"}
    assert caught.value.retryable
    assert caught.value.idempotency_token is None
    assert len(caught.value.reasons) == 3
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_lost_answer_leaves_no_doubt() -> None:
    with pytest.raises(NoAnswerError):
        play(COMMAND.__flow__(users.__model__), lambda request: no_answer_error(request, "no answer", timed_out=True))


def test_an_item_asked_for_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="ask for it once") as caught:
        users.request(TransactGet([{"user_id": "u1"}, {"user_id": "u2"}, ALICE]))
    [problem] = caught.value.problems
    assert problem.index == 2


def test_every_incomplete_key_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        users.request(TransactGet([{"user_id": "u1"}, {}, {"name": "x"}, {"user_id": 5}]))
    assert [problem.index for problem in caught.value.problems] == [1, 2, 3]


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (100, True), (101, False)])
def test_it_reads_one_to_a_hundred_items(count: int, *, fine: bool) -> None:
    command = TransactGet([{"user_id": f"u{n}"} for n in range(count)])
    if fine:
        assert len(users.request(command).payload["TransactItems"]) == count
    else:
        with pytest.raises(UsageError, match=r"no operations|101 operations"):
            users.request(command)


@pytest.mark.parametrize("keys", ["u1", b"u1", {"user_id": "u1"}, None, 5])
def test_what_is_no_list_of_keys_is_refused(keys: Any) -> None:
    with pytest.raises(UsageError, match="takes a list of keys"):
        TransactGet(keys)


def test_a_text_among_the_keys_is_refused() -> None:
    with pytest.raises(UsageError, match="a mapping of fields or a User, not str"):
        users.request(TransactGet(["u1", "u2"]))


def test_keys_may_be_instances_and_come_from_a_generator() -> None:
    made: Any = (key for key in [ALICE, {"user_id": "u3"}])
    command = TransactGet(made)
    assert users.request(command).body == users.request(command).body
    assert len(users.request(command).payload["TransactItems"]) == 2


def test_changing_the_keys_afterwards_changes_nothing() -> None:
    keys = [{"user_id": "u1"}]
    command = TransactGet(keys)
    keys[0]["user_id"] = "u2"
    keys.append({"user_id": "u3"})
    assert users.request(command).payload["TransactItems"] == [{"Get": {"TableName": "app", "Key": ALICE_KEY}}]


def test_reads_are_values() -> None:
    assert TransactGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}, {"user_id": "u3"}]) == COMMAND
    copied = pickle.loads(pickle.dumps(COMMAND))  # noqa: S301
    assert copied == COMMAND
    assert hash(copied) == hash(COMMAND)
    assert users.request(copied).body == users.request(COMMAND).body


def test_the_consistent_option_does_not_exist_for_it_is_always_so() -> None:
    with pytest.raises(TypeError):
        TransactGet([{"user_id": "u1"}], consistent=True)  # type: ignore[call-arg]
