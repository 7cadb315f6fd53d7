"""A rehearsal, played by hand: one transactional read in, one verdict per operation out."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Delete,
    Entity,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    UnexpectedResponseError,
    Update,
    UsageError,
    item_exists,
    item_not_exists,
    stored,
)
from dynamo_document_builder.rehearsal.flow import rehearse
from tests.unit.play import CONFLICT, FINE, ONCE, Play, cancelled, model, play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, O1_KEY, orders, table, user_key, users

U1, U2 = {"user_id": "u1"}, {"user_id": "u2"}
FOUND = {"Item": ALICE_ITEM}
MIXED = TableTransactWrite(
    [
        users.prepare(
            [
                Update(U1, updates={"balance": 1}, condition={"balance": 7}, label="debit"),
                ConditionCheck(U2, condition=item_not_exists()),
            ]
        ),
        orders.prepare([Delete({"order_id": "o1"}, condition={"status": "paid"})]),
    ]
)


def test_the_items_of_all_operations_are_read_at_once_and_in_order() -> None:
    [payload], found = play(rehearse(MIXED, table), {"Responses": [FOUND, {}, {}]})
    assert payload == {
        "TransactItems": [
            {"Get": {"TableName": "app", "Key": ALICE_KEY}},
            {"Get": {"TableName": "app", "Key": user_key("u2")}},
            {"Get": {"TableName": "app", "Key": O1_KEY}},
        ]
    }
    assert [(report.index, report.entity, report.key, report.passed) for report in found.reports] == [
        (0, "User", U1, False),
        (1, "User", U2, True),
        (2, "Order", {"order_id": "o1"}, False),
    ]
    assert found.by_label["debit"].command is MIXED.transactions[0].writes[0]  # type: ignore[union-attr]
    assert found.by_label["debit"].item == ALICE
    assert [report.name for report in found.failed] == ["Update", "Delete"]


def test_a_single_write_is_rehearsed_with_the_options_that_a_transaction_refuses() -> None:
    put = Put(ALICE, condition=item_not_exists(), return_values="ALL_OLD")
    [payload], found = play(rehearse(put, users.__model__), {"Responses": [FOUND]})
    assert payload == {"TransactItems": [{"Get": {"TableName": "app", "Key": ALICE_KEY}}]}
    assert found.title == "Put would be cancelled: 1 of 1 operations fail"


@pytest.mark.parametrize(
    ("condition", "there", "line", "found"),
    [
        (item_not_exists(), FOUND, "FAILS   there is no such item yet", "there is one"),
        (item_not_exists(), {}, "passes  there is no such item yet", "there is none"),
        (item_exists(), {}, "FAILS   there is such an item", "there is none"),
        (item_exists(), FOUND, "passes  there is such an item", "there is one"),
        (~item_exists(), FOUND, "FAILS   not (there is such an item)", "there is one"),
    ],
)
def test_whether_an_item_exists_is_said_in_the_same_words_with_values_and_without(
    condition: Any, there: Any, line: str, found: str
) -> None:
    _, rehearsed = play(rehearse(Put(ALICE, condition=condition), users.__model__), {"Responses": [there]})
    assert str(rehearsed).splitlines()[-1] == f"    {line}"
    assert rehearsed.show(values=True).splitlines()[-1] == f"    {line}: {found}"
    assert str(rehearsed.reports[0]).splitlines()[-1] == f"  {line}"


def test_a_write_without_a_condition_passes_and_shows_what_is_there() -> None:
    _, found = play(rehearse(TransactWrite([Put(ALICE)]), users.__model__), {"Responses": [FOUND]})
    [report] = found.reports
    assert (found.passed, report.item, report.clauses) == (True, ALICE, ())
    assert found.title == "TransactWrite: every condition is true, 1 operation"


@frozen
class Note:
    note_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))


notes = Entity(Note, Table("notes", partition_key="note_id", sort_key=None))


def test_a_version_that_is_no_longer_there_is_stale() -> None:
    item = {"note_id": {"S": "n1"}, "text": {"S": "x"}, "version": {"N": "4"}}
    _, found = play(
        rehearse(TransactWrite([Put(Note("n1", "y", 3))]), notes.__model__), {"Responses": [{"Item": item}]}
    )
    [report] = found.reports
    assert (report.passed, report.stale) == (False, True)
    assert report.title.endswith("fails, the item was changed since it was read")


def test_a_raw_operation_is_read_by_its_own_names_and_values() -> None:
    raw = Raw(
        {
            "Delete": {
                "TableName": "app",
                "Key": ALICE_KEY,
                "ConditionExpression": "#n = :n",
                "ExpressionAttributeNames": {"#n": "name"},
                "ExpressionAttributeValues": {":n": {"S": "Bob"}},
            }
        },
        label="raw",
    )
    _, found = play(rehearse(TableTransactWrite([raw]), table), {"Responses": [FOUND]})
    assert found.by_label["raw"].show(values=True) == (
        "[0] (raw) Raw Delete PK='USER#u1' SK='META': fails\n  FAILS   name is 'Bob': name is 'Alice'"
    )


def test_a_raw_put_has_the_key_of_the_table_it_is_sent_to() -> None:
    command = TableTransactWrite([Raw({"Put": {"TableName": "app", "Item": ALICE_ITEM}})])
    [payload], found = play(rehearse(command, table), {"Responses": [FOUND]})
    assert payload["TransactItems"] == [{"Get": {"TableName": "app", "Key": ALICE_KEY}}]
    assert (found.passed, found.reports[0].raw_item) == (True, ALICE_ITEM)


def test_what_is_not_known_to_have_a_key_is_not_told() -> None:
    put = Raw({"Put": {"TableName": "elsewhere", "Item": ALICE_ITEM}})
    database = Database()
    [payload], found = play(
        rehearse(TableTransactWrite([put, Raw({"Delete": {"TableName": "app", "Key": ALICE_KEY}})]), database),
        {"Responses": [FOUND]},
    )
    assert len(payload["TransactItems"]) == 1
    assert [report.passed for report in found.reports] == [None, True]
    assert found.passed is None
    with pytest.raises(UsageError, match="nothing was sent: the key attributes of its Raw puts are unknown"):
        next(rehearse(TableTransactWrite([put]), database))


def test_contention_is_tried_again_and_told_when_it_stays() -> None:
    busy = cancelled(CONFLICT, FINE, FINE)
    script = Play([busy, {"Responses": [FOUND, {}, {}]}])
    assert script.run(rehearse(MIXED, table)).passed is False
    assert (len(script.requests), len(script.pauses)) == (2, 1)
    with pytest.raises(TransactionCanceledError, match="rehearse was cancelled, nothing was written") as canceled:
        play(rehearse(TableTransactWrite(MIXED.transactions, retry=ONCE), table), busy)
    assert canceled.value.by_label["debit"].code == "TransactionConflict"


def test_an_answer_that_lacks_items_is_not_lined_up_by_guess() -> None:
    with pytest.raises(UnexpectedResponseError, match="answered 1 of 3 keys"):
        play(rehearse(MIXED, table), {"Responses": [FOUND]})


@pytest.mark.parametrize(
    ("command", "to", "error", "text"),
    [
        (TableTransactWrite([]), table, UsageError, "it has no operations"),
        (TableTransactWrite(MIXED.transactions, idempotency_token=""), table, UsageError, "0 characters"),
        (MIXED, Table("other"), TableMismatchError, "'app'"),
        (TransactWrite([ConditionCheck(U1, condition=item_exists()), Put(ALICE)]), users, UsageError, "same item"),
        (ConditionCheck(U1, condition=item_exists()), users, UsageError, "not ConditionCheck"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_read(
    command: Any, to: Any, error: type[UsageError], text: str
) -> None:
    with pytest.raises(error, match=text):
        next(rehearse(command, model(to)))
