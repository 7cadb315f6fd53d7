"""TableBatchWrite, played by hand."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import Database, Entity, Table, key
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.table_batch_write import TableBatchWrite, TableBatchWriteResult
from dynamo_document_builder.errors import BatchIncompleteError, OutcomeUnknownError, TableMismatchError, UsageError
from dynamo_document_builder.model.options.retry_policy import RetryPolicy
from tests.unit.play import METADATA, Play, play
from tests.unit.things import ALICE, ALICE_ITEM, O1_KEY, Order, User, orders, table, user_key, users

BOB = {"user_id": "bob"}
PUT_ALICE = {"PutRequest": {"Item": ALICE_ITEM}}
DELETE_BOB = {"DeleteRequest": {"Key": user_key("bob")}}
PUT_O1 = {"PutRequest": {"Item": {**O1_KEY, "order_id": {"S": "o1"}, "status": {"S": "new"}}}}

database = Database()
accounts = Entity(
    User, database.table("accounts"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META"
)
audit = Entity(Order, database.table("audit", partition_key="order_id", sort_key=None))
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/app"


def test_the_groups_of_a_table_share_requests() -> None:
    command = TableBatchWrite(
        [users.prepare(BatchWrite([ALICE], deletes=[BOB])), orders.prepare(BatchWrite([Order("o1")]))],
        return_consumed_capacity="TOTAL",
        return_item_collection_metrics="SIZE",
    )
    payloads, result = play(command.__flow__(table), {})
    assert payloads == [
        {
            "RequestItems": {"app": [PUT_ALICE, DELETE_BOB, PUT_O1]},
            "ReturnConsumedCapacity": "TOTAL",
            "ReturnItemCollectionMetrics": "SIZE",
        }
    ]
    assert result == TableBatchWriteResult(
        items=((ALICE,), (Order("o1"),)),
        count=3,
        unprocessed=(),
        attempts=1,
        response_metadata=METADATA,
        item_collection_metrics={},
    )


def test_requests_are_filled_across_tables() -> None:
    command = TableBatchWrite(
        [
            accounts.prepare(BatchWrite([User(str(number), "") for number in range(20)])),
            audit.prepare(BatchWrite([Order(str(number)) for number in range(20)])),
        ]
    )
    payloads, result = play(command.__flow__(database), {}, {})
    sizes = [{name: len(one) for name, one in payload["RequestItems"].items()} for payload in payloads]
    assert sizes == [{"accounts": 20, "audit": 5}, {"audit": 15}]
    assert result.count == 40


def test_what_is_left_is_told_group_by_group() -> None:
    first, second = BatchWrite([ALICE], deletes=[BOB]), BatchWrite([Order("o1"), Order("o2")], skip_validation=True)
    command = TableBatchWrite(
        [accounts.prepare(first), audit.prepare(second)], retry=RetryPolicy(max_attempts=1), abort=Event()
    )
    left = {
        "accounts": [DELETE_BOB],
        "audit": [{"PutRequest": {"Item": {"order_id": {"S": "o2"}, "status": {"S": "new"}}}}],
    }
    script = Play([{"UnprocessedItems": left}, {"UnprocessedItems": left}])
    with pytest.raises(BatchIncompleteError) as incomplete:
        script.run(command.__flow__(database))
    error = incomplete.value
    assert str(error).startswith(
        "TableBatchWrite User, Order in table accounts, audit: 2 of 4 writes done, 2 not: DynamoDB returned them"
    )
    assert error.unprocessed == (evolve(first, items=[]), evolve(second, items=[Order("o2")]))
    assert error.result.count == 2
    rest = [each.prepare(one) for each, one in zip((accounts, audit), error.unprocessed, strict=True)]
    payloads, result = play(TableBatchWrite(rest).__flow__(database), {})
    assert payloads == [{"RequestItems": left}]
    assert result.count == 2


def test_an_unknown_outcome_of_the_first_request_names_the_command() -> None:
    command = TableBatchWrite([users.prepare(BatchWrite([ALICE]))])
    with pytest.raises(OutcomeUnknownError) as lost:
        play(command.__flow__(table), lambda _: OutcomeUnknownError("no answer"))
    assert lost.value.command is command


def test_the_same_write_in_two_groups_is_sent_once() -> None:
    payloads, result = play(
        TableBatchWrite([users.prepare(BatchWrite([ALICE])), users.prepare(BatchWrite([ALICE]))]).__flow__(table), {}
    )
    assert payloads == [{"RequestItems": {"app": [PUT_ALICE]}}]
    assert result.count == 2


def test_different_writes_of_one_item_in_two_groups_are_refused() -> None:
    groups = [users.prepare(BatchWrite([ALICE])), users.prepare(BatchWrite(deletes=[{"user_id": "u1"}]))]
    with pytest.raises(UsageError, match=r"\[0\] Delete User user_id='u1': is about the same item as \[0\] Put User"):
        table.request(TableBatchWrite(groups))


def test_a_table_under_two_names_is_the_same_table() -> None:
    """Nothing tells the tables of two accounts apart here, so that nothing is left out, and nothing left to chance."""
    everywhere = Database()
    by_arn = Entity(
        User, everywhere.table(ARN), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META"
    )
    by_name = Entity(
        User, everywhere.table("app"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META"
    )
    with pytest.raises(UsageError, match="is about the same item as"):
        everywhere.request(TableBatchWrite([by_arn.prepare(BatchWrite([ALICE])), by_name.prepare(BatchWrite([ALICE]))]))
    other = User("u2", "Ann")
    payloads, _ = play(
        TableBatchWrite([by_arn.prepare(BatchWrite([ALICE])), by_name.prepare(BatchWrite([other]))]).__flow__(
            everywhere
        ),
        {"UnprocessedItems": {ARN: [PUT_ALICE]}},
        {},
        {},
    )
    assert [list(payload["RequestItems"]) for payload in payloads] == [[ARN], ["app"], [ARN]]


def test_a_group_of_another_table_is_refused() -> None:
    with pytest.raises(TableMismatchError, match="bound to table 'accounts', this is table 'app'"):
        table.request(TableBatchWrite([accounts.prepare(BatchWrite([ALICE]))]))


def test_findings_come_together() -> None:
    options: dict[str, Any] = {
        "return_item_collection_metrics": "SIZE",
        "timeout": 2,
        "retry": RetryPolicy(max_delay=1),
    }
    groups: list[Any] = [
        users.prepare(BatchWrite([User("u1", 5)], **options)),  # type: ignore[arg-type]
        orders.prepare(BatchWrite(deletes=[{}])),
    ]
    with pytest.raises(UsageError) as refusal:
        table.request(TableBatchWrite(groups))
    assert str(refusal.value) == (
        "TableBatchWrite was not sent, 5 problems:\n"
        "  group User: timeout= has no effect in a group; give it to the TableBatchWrite\n"
        "  group User: retry= has no effect in a group; give it to the TableBatchWrite\n"
        "  group User: return_item_collection_metrics= has no effect in a group; give it to the TableBatchWrite\n"
        "  [0] Put User user_id='u1': name: expected str, found int\n"
        "  [0] Delete Order: its key is incomplete: PK is built from field 'order_id', which key= does not give"
    )


def test_a_group_may_be_empty_but_not_all() -> None:
    empty = users.prepare(BatchWrite[User]())
    assert table.request(TableBatchWrite([empty, orders.prepare(BatchWrite([Order("o1")]))])).payload == {
        "RequestItems": {"app": [PUT_O1]}
    }
    for writes in ([], [empty]):
        with pytest.raises(UsageError, match="TableBatchWrite was not sent: it has no items and no deletes"):
            table.request(TableBatchWrite(writes))


@pytest.mark.parametrize("writes", [5, None, users.prepare(BatchWrite([ALICE]))])
def test_groups_are_a_list(writes: Any) -> None:
    with pytest.raises(UsageError, match="TableBatchWrite takes a list of groups"):
        TableBatchWrite(writes)


@pytest.mark.parametrize("group", [BatchWrite([ALICE]), BatchWrite, [ALICE]])
def test_groups_are_prepared(group: Any) -> None:
    with pytest.raises(UsageError, match=r"TableBatchWrite takes what entity\.prepare\(BatchWrite\(\.\.\.\)\) returns"):
        TableBatchWrite([group])


def test_keys_without_a_sort_key_are_told_apart_too() -> None:
    numbers = Entity(User, Table("numbers", partition_key="user_id", sort_key=None))
    with pytest.raises(UsageError, match="is about the same item"):
        numbers.request(BatchWrite([ALICE, evolve(ALICE, name="Ann")]))
