"""TableTransactGet: groups of several entities at one moment, each group in its own list."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    Database,
    StoredItemError,
    Table,
    TableMismatchError,
    TableTransactGet,
    TransactGet,
    TransactionCanceledError,
    UnexpectedResponseError,
    UsageError,
)
from dynamo_document_builder.facade.entity import Entity
from tests.unit.play import CONFLICT, FINE, METADATA, ONCE, cancelled, play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, O1_KEY, Order, User, orders, pages, table, user_key, users

O1_ITEM = {**O1_KEY, "order_id": {"S": "o1"}, "status": {"S": "new"}}
USERS = users.prepare(TransactGet([{"user_id": "u1"}]))
ORDERS = orders.prepare(TransactGet([{"order_id": "o1"}, {"order_id": "o2"}]))
BOTH = TableTransactGet(gets=(USERS, ORDERS))


def test_the_groups_are_one_request_in_order() -> None:
    request = table.request(BOTH)
    assert request.operation == "TransactGetItems"
    assert request.payload == {
        "TransactItems": [
            {"Get": {"TableName": "app", "Key": ALICE_KEY}},
            {"Get": {"TableName": "app", "Key": O1_KEY}},
            {"Get": {"TableName": "app", "Key": {"PK": {"S": "ORDER#o2"}, "SK": {"S": "META"}}}},
        ]
    }


def test_each_group_gets_a_list_of_its_own() -> None:
    _, result = play(BOTH.__flow__(table), {"Responses": [{"Item": ALICE_ITEM}, {"Item": O1_ITEM}, {}]})
    assert result.items == ([ALICE], [Order("o1"), None])
    assert result.response_metadata == METADATA
    assert result.consumed_capacity == ()


def test_an_empty_group_is_an_empty_list() -> None:
    command = TableTransactGet((users.prepare(TransactGet([])), ORDERS))
    _, result = play(command.__flow__(table), {"Responses": [{}, {}]})
    assert result.items == ([], [None, None])


@pytest.mark.parametrize("count", [0, 2, 4])
def test_an_answer_of_another_length_is_an_error(count: int) -> None:
    with pytest.raises(UnexpectedResponseError, match=f"{count} of 3 keys"):
        play(BOTH.__flow__(table), {"Responses": [{}] * count})


def test_a_group_can_be_added() -> None:
    longer = BOTH.and_(users.prepare(TransactGet([{"user_id": "u2"}])))
    assert len(BOTH.gets) == 2
    assert len(table.request(longer).payload["TransactItems"]) == 4
    _, result = play(longer.__flow__(table), {"Responses": [{"Item": ALICE_ITEM}, {}, {}, {}]})
    assert result.items == ([ALICE], [None, None], [None])


def test_a_longer_read_keeps_its_options() -> None:
    command = TableTransactGet((USERS,), timeout=3.0, skip_validation=True, return_consumed_capacity="TOTAL")
    longer = command.and_(ORDERS)
    assert (longer.timeout, longer.skip_validation, longer.return_consumed_capacity) == (3.0, True, "TOTAL")
    assert table.request(longer).payload["ReturnConsumedCapacity"] == "TOTAL"


def test_the_same_item_in_two_groups_is_refused() -> None:
    with pytest.raises(UsageError, match="give its key once"):
        table.request(BOTH.and_(USERS))


def test_101_keys_over_two_groups_are_refused() -> None:
    many = users.prepare(TransactGet([{"user_id": f"x{n}"} for n in range(99)]))
    with pytest.raises(UsageError, match="101 operations"):
        table.request(TableTransactGet((many, ORDERS)))


def test_a_group_of_another_table_is_refused_by_the_table_and_read_by_a_database() -> None:
    command = TableTransactGet((USERS, pages.prepare(TransactGet([{"page_id": "p1"}]))))
    with pytest.raises(TableMismatchError, match="'pages', this is table 'app'"):
        table.request(command)
    request = Database().request(command)
    assert request.payload == {
        "TransactItems": [
            {"Get": {"TableName": "app", "Key": ALICE_KEY}},
            {"Get": {"TableName": "pages", "Key": {"page_id": {"S": "p1"}}}},
        ]
    }
    assert request.tables == ("app", "pages")


def test_one_key_in_two_tables_is_two_items() -> None:
    other = Entity(User, Table("app-2"), partition_key="USER#{user_id}", sort_key="META")
    command = TableTransactGet((USERS, other.prepare(TransactGet([{"user_id": "u1"}]))))
    assert len(Database().request(command).payload["TransactItems"]) == 2


def test_a_write_in_the_way_is_named_by_its_own_entity() -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(evolve(BOTH, retry=ONCE).__flow__(table), cancelled(FINE, FINE, CONFLICT))
    [reason] = caught.value.failures
    assert (reason.entity, dict(reason.key or {})) == ("Order", {"order_id": "o2"})


def test_an_item_that_does_not_fit_names_its_own_entity() -> None:
    with pytest.raises(StoredItemError) as caught:
        play(BOTH.__flow__(table), {"Responses": [{"Item": ALICE_ITEM}, {"Item": O1_KEY}, {}]})
    assert caught.value.entity == "Order"


@pytest.mark.parametrize(
    ("gets", "text"),
    [
        (USERS, "takes a tuple of groups"),
        (5, "takes a tuple of groups"),
        ((TransactGet([{"user_id": "u1"}]),), "not TransactGet"),
        ((users.prepare([]),), "not PreparedWrites"),
        (({"user_id": "u1"},), "not dict"),
    ],
)
def test_what_is_no_tuple_of_groups_is_refused(gets: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        TableTransactGet(gets)


def test_no_groups_are_no_operations() -> None:
    with pytest.raises(UsageError, match="no operations"):
        table.request(TableTransactGet(()))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError):
        TableTransactGet((USERS,), consistent=True)  # type: ignore[call-overload]


@pytest.mark.parametrize(("option", "value"), [("timeout", 0), ("return_consumed_capacity", "ALL")])
def test_options_are_checked(option: str, value: Any) -> None:
    with pytest.raises(UsageError, match=option):
        TableTransactGet((USERS,), **{option: value})


def test_reads_are_values() -> None:
    assert TableTransactGet((USERS, ORDERS)) == BOTH
    assert TableTransactGet((ORDERS, USERS)) != BOTH
    assert hash(TableTransactGet((USERS, ORDERS))) == hash(BOTH)


def test_options_given_to_a_group_are_not_dropped() -> None:
    group = users.prepare(TransactGet([{"user_id": "u1"}], return_consumed_capacity="TOTAL", timeout=1.0))
    with pytest.raises(UsageError, match="return_consumed_capacity= has no effect"):
        table.request(TableTransactGet((group,)))


def test_a_key_that_is_incomplete_names_its_group() -> None:
    command = TableTransactGet((USERS, orders.prepare(TransactGet([{}]))))
    with pytest.raises(UsageError) as caught:
        table.request(command)
    [problem] = caught.value.problems
    assert (problem.index, problem.entity) == (1, "Order")


def test_a_user_key_helper_names_other_items() -> None:
    assert table.request(TableTransactGet((USERS,))).payload["TransactItems"][0]["Get"]["Key"] == user_key("u1")


def test_a_pickled_key_is_the_same_key() -> None:
    get = TransactGet([{"user_id": "u1"}])
    again = users.prepare(pickle.loads(pickle.dumps(get)))  # noqa: S301
    assert table.request(TableTransactGet((again,))).body == table.request(TableTransactGet((USERS,))).body
