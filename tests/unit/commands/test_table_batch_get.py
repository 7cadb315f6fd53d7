"""TableBatchGet, played by hand."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from dynamo_document_builder import Database, Entity, Table, key
from dynamo_document_builder.commands.batch_get import BatchGet
from dynamo_document_builder.commands.table_batch_get import TableBatchGet, TableBatchGetResult
from dynamo_document_builder.errors import BatchIncompleteError, NoAnswerError, TableMismatchError, UsageError
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from tests.unit.play import METADATA, Play, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, O1_KEY, Order, User, orders, table, user_key, users

U1, O1 = {"user_id": "u1"}, {"order_id": "o1"}
O1_ITEM = {**O1_KEY, "order_id": {"S": "o1"}, "status": {"S": "paid"}}
PAID = Order("o1", "paid")

database = Database()
accounts = Entity(
    User, database.table("accounts"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META"
)
audit = Entity(Order, database.table("audit", partition_key="order_id", sort_key=None))
AUDITED = {"order_id": {"S": "o1"}, "status": {"S": "paid"}}


def test_each_group_has_its_items_in_its_own_order() -> None:
    command = TableBatchGet(
        (users.prepare(BatchGet([{"user_id": "nobody"}, U1])), orders.prepare(BatchGet([O1, O1, {"order_id": "o2"}])))
    )
    payloads, result = play(command.__flow__(table), {"Responses": {"app": [O1_ITEM, ALICE_ITEM]}})
    keys = [user_key("nobody"), ALICE_KEY, O1_KEY, {"PK": {"S": "ORDER#o2"}, "SK": {"S": "META"}}]
    assert payloads == [{"RequestItems": {"app": {"Keys": keys}}}]
    assert result == TableBatchGetResult(
        items=([None, ALICE], [PAID, PAID, None]), unprocessed=(), attempts=1, response_metadata=METADATA
    )


def test_requests_are_filled_across_tables() -> None:
    command = TableBatchGet(
        (
            accounts.prepare(BatchGet([{"user_id": str(number)} for number in range(60)])),
            audit.prepare(BatchGet([{"order_id": str(number)} for number in range(60)])),
        )
    )
    payloads, result = play(command.__flow__(database), {}, {})
    sizes = [{name: len(one["Keys"]) for name, one in payload["RequestItems"].items()} for payload in payloads]
    assert sizes == [{"accounts": 60, "audit": 40}, {"audit": 20}]
    assert result.items == ([None] * 60, [None] * 60)


def test_a_key_in_two_groups_is_asked_for_once_and_read_as_each_says() -> None:
    command = TableBatchGet((users.prepare(BatchGet([U1])), users.prepare(BatchGet([U1], skip_validation=True))))
    payloads, result = play(command.__flow__(table), {"Responses": {"app": [ALICE_ITEM]}})
    assert payloads == [{"RequestItems": {"app": {"Keys": [ALICE_KEY]}}}]
    assert result.items == ([ALICE], [ALICE])


def test_groups_of_a_table_that_are_read_in_different_ways_share_no_request() -> None:
    command = TableBatchGet(
        (
            users.prepare(BatchGet([U1])),
            orders.prepare(BatchGet([O1], consistent=True)),
            users.prepare(BatchGet([U1], projection=["name"])),
            users.prepare(BatchGet([{"user_id": "u2"}], projection=["name"])),
        )
    )
    payloads, result = play(
        command.__flow__(table),
        {"Responses": {"app": [ALICE_ITEM]}},
        {"Responses": {"app": [O1_ITEM]}},
        {"Responses": {"app": [{**ALICE_KEY, "name": {"S": "Alice"}}]}},
    )
    names = {"#0": "name", "#1": "PK", "#2": "SK"}
    projected = {"ProjectionExpression": "#0, #1, #2", "ExpressionAttributeNames": names}
    assert [payload["RequestItems"]["app"] for payload in payloads] == [
        {"Keys": [ALICE_KEY]},
        {"Keys": [O1_KEY], "ConsistentRead": True},
        {"Keys": [ALICE_KEY, user_key("u2")], **projected},
    ]
    assert result.items == ([ALICE], [PAID], [{"name": "Alice"}], [None])


def test_tables_that_are_read_in_different_ways_share_requests() -> None:
    command = TableBatchGet((accounts.prepare(BatchGet([U1])), audit.prepare(BatchGet([O1], consistent=True))))
    found = {"Responses": {"accounts": [ALICE_ITEM], "audit": [AUDITED]}}
    payloads, result = play(command.__flow__(database), found)
    assert payloads == [
        {
            "RequestItems": {
                "accounts": {"Keys": [ALICE_KEY]},
                "audit": {"Keys": [{"order_id": {"S": "o1"}}], "ConsistentRead": True},
            }
        }
    ]
    assert result.items == ([ALICE], [PAID])


def test_what_is_left_is_told_group_by_group() -> None:
    keys = [U1, {"user_id": "u2"}]
    command = TableBatchGet(
        (accounts.prepare(BatchGet(keys)), audit.prepare(BatchGet([O1])), accounts.prepare(BatchGet([U1]))),
        retry=RetryPolicy(max_attempts=1),
    )
    unread = {"accounts": {"Keys": [user_key("u2")]}, "audit": {"Keys": [{"order_id": {"S": "o1"}}]}}
    script = Play(
        [{"Responses": {"accounts": [ALICE_ITEM]}, "UnprocessedKeys": unread}, refused("ThrottlingException")]
    )
    with pytest.raises(BatchIncompleteError) as incomplete:
        script.run(command.__flow__(database))
    assert str(incomplete.value).startswith(
        "TableBatchGet User, Order in table accounts, audit: 2 of 4 reads done, 2 not: ThrottledError: BatchGetItem"
    )
    assert incomplete.value.result.items == ([ALICE, None], [None], [ALICE])
    assert incomplete.value.unprocessed == (({"user_id": "u2"},), (O1,), ())


def test_what_ends_it_before_anything_was_read_is_raised_as_it_is() -> None:
    with pytest.raises(NoAnswerError):
        play(TableBatchGet((users.prepare(BatchGet([U1])),)).__flow__(table), lambda _: NoAnswerError("gone"))


def test_a_group_may_be_empty_but_not_all() -> None:
    empty = users.prepare(BatchGet([]))
    _, result = play(
        TableBatchGet((empty, orders.prepare(BatchGet([O1])))).__flow__(table), {"Responses": {"app": [O1_ITEM]}}
    )
    assert result.items == ([], [PAID])
    for gets in ((), (empty,)):
        with pytest.raises(UsageError, match="TableBatchGet was not sent: it has no keys"):
            table.request(TableBatchGet(gets))


def test_a_group_of_another_table_is_refused() -> None:
    with pytest.raises(TableMismatchError, match="bound to table 'accounts', this is table 'app'"):
        table.request(TableBatchGet((users.prepare(BatchGet([U1])), accounts.prepare(BatchGet([U1])))))


def test_findings_come_together() -> None:
    given: dict[str, Any] = {
        "timeout": 1,
        "abort": Event(),
        "return_consumed_capacity": "TOTAL",
        "retry": RetryPolicy(max_attempts=1),
    }
    with pytest.raises(UsageError) as refusal:
        table.request(
            TableBatchGet((accounts.prepare(BatchGet([U1, {}])), orders.prepare(BatchGet([{"order_id": 1}], **given))))
        )
    assert str(refusal.value) == (
        "TableBatchGet was not sent, 7 problems:\n"
        "  group User: it is bound to table 'accounts', this is table 'app': send it with a Database\n"
        "  group Order: timeout= has no effect in a group; give it to the TableBatchGet\n"
        "  group Order: abort= has no effect in a group; give it to the TableBatchGet\n"
        "  group Order: return_consumed_capacity= has no effect in a group; give it to the TableBatchGet\n"
        "  group Order: retry= has no effect in a group; give it to the TableBatchGet\n"
        "  [0] Get Order order_id=1: order_id: expected str, found int\n"
        "  [1] Get User: its key is incomplete: PK is built from field 'user_id', which key= does not give"
    )


@pytest.mark.parametrize("gets", [5, None, users.prepare(BatchGet([U1]))])
def test_groups_are_a_tuple(gets: Any) -> None:
    with pytest.raises(UsageError, match="TableBatchGet takes a tuple of groups"):
        TableBatchGet(gets)


@pytest.mark.parametrize("group", [BatchGet([U1]), BatchGet, [U1]])
def test_groups_are_prepared(group: Any) -> None:
    with pytest.raises(
        UsageError, match=r"TableBatchGet takes what entity\.prepare\(BatchGet\(\.\.\.\)\) returns, not "
    ):
        TableBatchGet((group,))


def test_and_adds_a_group_and_keeps_the_options() -> None:
    one = TableBatchGet((users.prepare(BatchGet([U1])),), timeout=5, retry=RetryPolicy(max_attempts=2))
    both = one.and_(orders.prepare(BatchGet([O1])))
    assert (both.timeout, both.retry) == (5, RetryPolicy(max_attempts=2))
    assert len(one.gets) == 1
    _, result = play(both.__flow__(table), {"Responses": {"app": [O1_ITEM]}})
    assert result.items == ([None], [PAID])


def test_one_table_does_not_send_what_is_about_an_entity() -> None:
    wrong: Any = BatchGet([U1])
    with pytest.raises(UsageError, match="TableBatchGet"):
        table.request(wrong)
    several: Any = TableBatchGet((users.prepare(BatchGet([U1])),))
    with pytest.raises(UsageError, match="so send it with a table or a database"):
        users.request(several)


def test_tables_with_other_keys_are_told_apart() -> None:
    numbers = Entity(User, Table("numbers", partition_key="user_id", sort_key=None))
    mixed = Database()
    assert mixed.request(TableBatchGet((numbers.prepare(BatchGet([U1])), users.prepare(BatchGet([U1]))))).payload[
        "RequestItems"
    ] == {"numbers": {"Keys": [{"user_id": {"S": "u1"}}]}, "app": {"Keys": [ALICE_KEY]}}
