"""Reads by key that meet items which do not fit: an error, or `None` in their place."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    BatchGet,
    BatchIncompleteError,
    RetryPolicy,
    StoredItemError,
    TableBatchGet,
    TableTransactGet,
    TransactGet,
    UsageError,
)
from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite
from tests.unit.play import play
from tests.unit.things import ALICE, ALICE_ITEM, O1_KEY, Order, User, orders, table, user_key, users

ADVICE = 'pass on_unfit="skip" or "collect" to read the other items'
U1, U2, U3 = ({"user_id": f"u{number}"} for number in (1, 2, 3))
O1 = {"order_id": "o1"}
O1_ITEM = {**O1_KEY, "order_id": {"S": "o1"}}


def item(user_id: str, **more: Any) -> dict[str, Any]:
    return {**user_key(user_id), "user_id": {"S": user_id}, "name": {"S": "Ann"}, **more}


def unfit(user_id: str) -> dict[str, Any]:
    return item(user_id, balance={"S": "s3cret"})


def answered(command: Any, *items: Any) -> dict[str, Any]:
    """Return what DynamoDB answers a read by key."""
    if isinstance(command, (BatchGet, TableBatchGet)):
        return {"Responses": {"app": [one for one in items if one is not None]}}
    return {"Responses": [{} if one is None else {"Item": one} for one in items]}


KEYS = [U1, U2, U3]
READS: list[Any] = [BatchGet(KEYS), TransactGet(KEYS)]
IDS = ["batch", "transaction"]
ANN = {user_id: User(user_id, "Ann") for user_id in ("u1", "u2", "u3")}


@pytest.mark.parametrize("command", READS, ids=IDS)
@pytest.mark.parametrize(
    "bad", [{"u1"}, {"u2"}, {"u3"}, {"u1", "u3"}, {"u1", "u2", "u3"}], ids=lambda users: " ".join(sorted(users))
)
def test_they_are_none_in_their_place(command: Any, bad: set[str]) -> None:
    answer = answered(command, *(unfit(name) if name in bad else item(name) for name in ANN))
    wanted = [None if name in bad else one for name, one in ANN.items()]
    _, skipped = play(evolve(command, on_unfit="skip").__flow__(users.__model__), answer)
    assert (skipped.items, skipped.unfit) == (wanted, ())
    _, collected = play(evolve(command, on_unfit="collect").__flow__(users.__model__), answer)
    assert collected.items == wanted
    assert [one.key["PK"] for one in collected.unfit] == [f"USER#{name}" for name in sorted(bad)]
    assert "s3cret" not in repr(collected)


@pytest.mark.parametrize("command", READS, ids=IDS)
def test_a_hole_is_told_from_one_that_does_not_fit(command: Any) -> None:
    _, result = play(
        evolve(command, on_unfit="collect").__flow__(users.__model__), answered(command, None, unfit("u2"), item("u3"))
    )
    assert result.items == [None, None, ANN["u3"]]
    [one] = result.unfit
    assert (one.table, one.entity, one.key) == ("app", "User", {"PK": "USER#u2", "SK": "META"})
    assert one.item == unfit("u2")
    assert [failure.path for failure in one.failures] == ["balance"]


@pytest.mark.parametrize("command", READS, ids=IDS)
def test_one_under_another_key_than_its_fields_build(command: Any) -> None:
    other = {**item("u2"), "user_id": {"S": "u9"}}
    _, result = play(
        evolve(command, on_unfit="collect").__flow__(users.__model__), answered(command, item("u1"), other, None)
    )
    assert result.items == [ANN["u1"], None, None]
    assert [failure.path for failure in result.unfit[0].failures] == ["PK"]


@pytest.mark.parametrize("command", READS, ids=IDS)
def test_an_error_says_how_to_go_on(command: Any) -> None:
    with pytest.raises(StoredItemError, match=f"{ADVICE}(?m:$)") as caught:
        play(command.__flow__(users.__model__), answered(command, item("u1"), unfit("u2"), item("u3")))
    assert caught.value.cursor is None


@pytest.mark.parametrize("command", READS, ids=IDS)
def test_parts_of_items(command: Any) -> None:
    answer = answered(command, item("u1"), unfit("u2"), None)
    _, result = play(
        evolve(command, on_unfit="collect", projection=["balance", "name"]).__flow__(users.__model__), answer
    )
    assert result.items == [{"name": "Ann"}, None, None]
    assert len(result.unfit) == 1


@pytest.mark.parametrize("command", READS, ids=IDS)
@pytest.mark.parametrize("given", ["ignore", None, 1])
def test_other_words_are_refused(command: Any, given: Any) -> None:
    with pytest.raises(UsageError, match=r"Get\(on_unfit=.*\): must be one of 'raise', 'skip', 'collect'"):
        evolve(command, on_unfit=given)


def test_one_that_is_asked_for_twice_is_listed_once() -> None:
    command = BatchGet([U2, U1, U2], on_unfit="collect")
    _, result = play(command.__flow__(users.__model__), answered(command, unfit("u2"), ALICE_ITEM))
    assert result.items == [None, ALICE, None]
    assert len(result.unfit) == 1


def test_what_came_of_an_incomplete_batch_has_them_too() -> None:
    command = BatchGet([U1, U2], on_unfit="collect", retry=RetryPolicy(max_attempts=1))
    left = {"Responses": {"app": [unfit("u1")]}, "UnprocessedKeys": {"app": {"Keys": [user_key("u2")]}}}
    again = {"UnprocessedKeys": {"app": {"Keys": [user_key("u2")]}}}
    with pytest.raises(BatchIncompleteError) as caught:
        play(command.__flow__(users.__model__), left, again)
    result = caught.value.result
    assert (result.items, len(result.unfit), result.unprocessed) == ([None, None], 1, (U2,))


TABLES: list[Any] = [(TableBatchGet, BatchGet), (TableTransactGet, TransactGet)]


@pytest.mark.parametrize(("whole", "part"), TABLES, ids=IDS)
def test_of_several_entities_each_says_whose_it_is(whole: Any, part: Any) -> None:
    bad_order = {**O1_ITEM, "status": {"N": "1"}}
    command = whole((users.prepare(part([U1, U2])), orders.prepare(part([O1]))), on_unfit="collect")
    _, result = play(command.__flow__(table), answered(command, unfit("u1"), item("u2"), bad_order))
    assert result.items == ([None, ANN["u2"]], [None])
    assert [(one.table, one.entity) for one in result.unfit] == [("app", "User"), ("app", "Order")]
    with pytest.raises(StoredItemError, match=ADVICE):
        play(evolve(command, on_unfit="raise").__flow__(table), answered(command, item("u1"), item("u2"), bad_order))


@pytest.mark.parametrize(("whole", "part"), TABLES, ids=IDS)
@pytest.mark.parametrize("of_group", ["skip", "collect"])
@pytest.mark.parametrize("of_whole", ["raise", "skip", "collect"])
def test_a_group_can_choose_for_itself(whole: Any, part: Any, of_group: str, of_whole: str) -> None:
    groups = users.prepare(part([U1], on_unfit=of_group)), orders.prepare(part([O1]))
    command = whole(groups, on_unfit=of_whole)
    _, result = play(command.__flow__(table), answered(command, unfit("u1"), O1_ITEM))
    assert result.items == ([None], [Order("o1")])
    assert [one.entity for one in result.unfit] == (["User"] if of_group == "collect" else [])


@pytest.mark.parametrize(("whole", "part"), TABLES, ids=IDS)
def test_the_choice_of_a_group_is_not_that_of_the_others(whole: Any, part: Any) -> None:
    groups = users.prepare(part([U1], on_unfit="skip")), orders.prepare(part([O1]))
    bad_order = {**O1_ITEM, "status": {"N": "1"}}
    command = whole(groups)
    with pytest.raises(StoredItemError, match="Order"):
        play(command.__flow__(table), answered(command, unfit("u1"), bad_order))


@pytest.mark.parametrize(("whole", "part"), TABLES, ids=IDS)
def test_one_more_group_keeps_the_options(whole: Any, part: Any) -> None:
    retry = RetryPolicy(max_attempts=2)
    longer = whole((users.prepare(part([U1])),), on_unfit="skip", retry=retry).and_(orders.prepare(part([O1])))
    assert (len(longer.gets), longer.on_unfit, longer.retry) == (2, "skip", retry)


def test_a_transact_takes_no_such_choice() -> None:
    for on_unfit in ("skip", "collect"):
        group = users.prepare(evolve(TransactGet([U1]), on_unfit=on_unfit))
        with pytest.raises(UsageError, match=r"on_unfit= cannot be used in a transact: .*; leave it out"):
            play(ReadModifyWrite(change=lambda _: [], reads=(group,)).__flow__(table))


def test_a_transact_gives_no_advice_it_has_no_option_for() -> None:
    command = ReadModifyWrite(change=lambda _: [], reads=(users.prepare(TransactGet([U1])),))
    with pytest.raises(StoredItemError, match=r"found stored S(?m:$)"):
        play(command.__flow__(table), {"Responses": [{"Item": unfit("u1")}]})
