"""TableTransactWrite: writes of several entities, all or none."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Delete,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    Update,
    UsageError,
    item_exists,
)
from tests.unit.play import CONDITION_FAILED, FINE, cancelled, play
from tests.unit.things import ALICE, ALICE_ITEM, O1_KEY, Page, User, orders, pages, table, user_key, users

SHIP = Update(key={"order_id": "o1"}, updates={"status": "shipped"}, condition=item_exists())
COMMAND = TableTransactWrite(
    transactions=[users.prepare([Put(ALICE), Delete(key={"user_id": "u5"})]), orders.prepare([SHIP])]
)
ITEMS = [
    {"Put": {"TableName": "app", "Item": ALICE_ITEM}},
    {"Delete": {"TableName": "app", "Key": user_key("u5")}},
    {
        "Update": {
            "TableName": "app",
            "Key": O1_KEY,
            "UpdateExpression": "SET #0 = :0",
            "ConditionExpression": "attribute_exists(#1)",
            "ExpressionAttributeNames": {"#0": "status", "#1": "PK"},
            "ExpressionAttributeValues": {":0": {"S": "shipped"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    },
]


def test_the_groups_are_one_request_in_order() -> None:
    request = table.request(COMMAND)
    assert request.operation == "TransactWriteItems"
    assert request.payload == {"TransactItems": ITEMS}
    assert Database().request(COMMAND).body == request.body


def test_a_send_has_a_fresh_token() -> None:
    requests, result = play(COMMAND.__flow__(table), {})
    assert requests == [{"TransactItems": ITEMS, "ClientRequestToken": "fresh-token"}]
    assert result.idempotency_token == "fresh-token"


def test_options_are_those_of_a_transaction() -> None:
    command = TableTransactWrite(
        [users.prepare([Put(ALICE)])],
        idempotency_token="t",
        return_consumed_capacity="TOTAL",
        return_item_collection_metrics="SIZE",
    )
    assert table.request(command).payload == {
        "TransactItems": ITEMS[:1],
        "ClientRequestToken": "t",
        "ReturnItemCollectionMetrics": "SIZE",
        "ReturnConsumedCapacity": "TOTAL",
    }


def test_several_tables_need_a_database() -> None:
    command = TableTransactWrite([users.prepare([Put(ALICE)]), pages.prepare([Put(Page("p1"))])])
    with pytest.raises(TableMismatchError, match="send it with a Database") as caught:
        table.request(command)
    [problem] = caught.value.problems
    assert (problem.operation, problem.entity) == ("group", "Page")
    request = Database().request(command)
    assert request.tables == ("app", "pages")
    assert [next(iter(item.values()))["TableName"] for item in request.payload["TransactItems"]] == ["app", "pages"]


def test_every_foreign_group_is_found() -> None:
    command = TableTransactWrite([users.prepare([Put(ALICE)]), orders.prepare([SHIP])])
    with pytest.raises(TableMismatchError) as caught:
        Table("other").request(command)
    assert [problem.entity for problem in caught.value.problems] == ["User", "Order"]


def test_a_table_of_the_same_name_is_the_same_table() -> None:
    assert Table("app").request(COMMAND).body == table.request(COMMAND).body


def test_a_mismatch_and_other_findings_are_one_error_of_the_common_class() -> None:
    command = TableTransactWrite([users.prepare([Put(ALICE)]), pages.prepare([Delete({})])], idempotency_token="")
    with pytest.raises(UsageError) as caught:
        table.request(command)
    assert type(caught.value) is UsageError
    assert len(caught.value.problems) == 3


def test_reasons_are_numbered_over_all_groups() -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(
            COMMAND.__flow__(table),
            cancelled(FINE, FINE, {**CONDITION_FAILED, "Item": {**O1_KEY, "order_id": {"S": "o1"}}}),
        )
    error = caught.value
    [reason] = error.failures
    assert reason.index == 2
    assert reason.command is SHIP
    assert error.reason_for(SHIP) is reason
    assert reason.item.status == "new"
    assert error.idempotency_token == "fresh-token"
    assert "TableTransactWrite was cancelled, nothing was written: 1 of 3 operations failed" in str(error)
    assert "[2] Update Order order_id='o1': ConditionalCheckFailed" in str(error)


def test_the_same_item_in_two_groups_is_refused() -> None:
    command = TableTransactWrite(
        [users.prepare([Put(ALICE)]), users.prepare([ConditionCheck({"user_id": "u1"}, condition={"name": "x"})])]
    )
    with pytest.raises(UsageError, match="move the ConditionCheck's condition onto the Put") as caught:
        table.request(command)
    assert caught.value.problems[0].index == 1


def test_an_empty_group_adds_nothing() -> None:
    command = TableTransactWrite([users.prepare([]), orders.prepare([SHIP])])
    assert table.request(command).payload == {"TransactItems": ITEMS[2:]}
    with pytest.raises(UsageError, match="no operations"):
        table.request(TableTransactWrite([users.prepare([])]))
    with pytest.raises(UsageError, match="no operations"):
        table.request(TableTransactWrite([]))


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        (users.prepare([Put(ALICE)]), "takes a list of groups"),
        (Raw({"Delete": {"TableName": "app", "Key": {}}}), "takes a list of groups"),
        (5, "takes a list of groups"),
        ([Put(ALICE)], "not Put"),
        ([[Put(ALICE)]], "not list"),
        ([users.prepare(TransactGet([{"user_id": "u1"}]))], "not PreparedTransactGet"),
        ([{"Delete": {}}], "not dict"),
    ],
)
def test_what_is_no_list_of_groups_is_refused(groups: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        TableTransactWrite(groups)


def test_changing_the_lists_afterwards_changes_nothing() -> None:
    writes: list[Put[User]] = [Put(ALICE)]
    groups = [users.prepare(writes)]
    command = TableTransactWrite(groups)
    before = table.request(command).body
    writes.append(Put(User("u2", "x")))
    groups.append(orders.prepare([SHIP]))
    assert table.request(command).body == before


def test_transactions_are_values() -> None:
    again = TableTransactWrite(
        transactions=[users.prepare([Put(ALICE), Delete(key={"user_id": "u5"})]), orders.prepare([SHIP])]
    )
    assert again == COMMAND
    assert hash(again) == hash(COMMAND)


def test_an_options_without_effect_names_its_operation() -> None:
    command = TableTransactWrite([users.prepare([Put(ALICE)]), orders.prepare([Delete({"order_id": "o1"}, timeout=3)])])
    with pytest.raises(UsageError, match="timeout= has no effect") as caught:
        table.request(command)
    [problem] = caught.value.problems
    assert (problem.index, problem.entity) == (1, "Order")
