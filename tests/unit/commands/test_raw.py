"""Raw: an operation in DynamoDB JSON beside the others."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Put,
    Raw,
    TableMismatchError,
    TableTransactWrite,
    TransactionCanceledError,
    UsageError,
)
from tests.unit.play import CONDITION_FAILED, FINE, cancelled, play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, table, users

DELETE: dict[str, Any] = {"Delete": {"TableName": "app", "Key": {"PK": {"S": "X#1"}, "SK": {"S": "META"}}}}


def request_of(*groups: Any) -> Any:
    return table.request(TableTransactWrite(groups)).payload["TransactItems"]


@pytest.mark.parametrize(
    "operation",
    [
        DELETE,
        {"Put": {"TableName": "app", "Item": {"PK": {"S": "a"}, "SK": {"S": "é😀"}, "n": {"N": "01.50"}}}},
        {
            "Update": {
                **DELETE["Delete"],
                "UpdateExpression": "SET #x = :y",
                "ExpressionAttributeNames": {"#x": "a.b"},
                "ExpressionAttributeValues": {":y": {"M": {}}},
            }
        },
        {"ConditionCheck": {**DELETE["Delete"], "ConditionExpression": "attribute_exists(PK)"}},
    ],
)
def test_an_operation_is_sent_as_it_is(operation: dict[str, Any]) -> None:
    assert request_of(Raw(operation)) == [operation]


def test_it_keeps_its_place_among_groups() -> None:
    items = request_of(users.prepare([Put(ALICE)]), Raw(DELETE))
    assert items == [{"Put": {"TableName": "app", "Item": ALICE_ITEM}}, DELETE]


def test_bytes_are_given_as_bytes_or_as_base64() -> None:
    as_bytes = Raw({"Put": {"TableName": "app", "Item": {"PK": {"B": b"\x00\xff"}}}})
    as_text = Raw({"Put": {"TableName": "app", "Item": {"PK": {"B": "AP8="}}}})
    assert request_of(as_bytes) == request_of(as_text)


def test_what_is_no_dynamodb_json_is_refused() -> None:
    with pytest.raises(UsageError, match=r"in which float has no place|in which set has no place"):
        request_of(Raw({"Put": {"TableName": "app", "Item": {"PK": {"SS": {"a"}}}}}))


@pytest.mark.parametrize(
    "operation",
    [
        None,
        "Delete",
        {},
        {"Get": {"TableName": "app", "Key": {}}},
        {"delete": {"TableName": "app", "Key": {}}},
        {"Delete": 5},
        {"Delete": {"Key": {}}},
        {"Delete": {"TableName": 5, "Key": {}}},
        {"Delete": {"TableName": "app"}, "Put": {"TableName": "app"}},
    ],
)
def test_what_is_not_one_operation_is_refused(operation: Any) -> None:
    with pytest.raises(UsageError, match="Raw"):
        Raw(operation)


def test_changing_the_mapping_afterwards_changes_nothing() -> None:
    operation = json.loads(json.dumps(DELETE))
    raw = Raw(operation)
    operation["Delete"]["Key"]["PK"]["S"] = "changed"
    assert request_of(raw) == [DELETE]


def test_another_table_needs_a_database() -> None:
    other = Raw({"Delete": {"TableName": "elsewhere", "Key": {"id": {"S": "1"}}}})
    with pytest.raises(TableMismatchError, match="'elsewhere', this is table 'app'"):
        request_of(other)
    request = Database().request(TableTransactWrite([other, Raw(DELETE)]))
    assert request.tables == ("elsewhere", "app")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"S": "USER#u1"}, {"S": "USER#u1"}),
        ({"N": "1"}, {"N": "1.0"}),
        ({"N": "100"}, {"N": "1E2"}),
        ({"B": "AA=="}, {"B": b"\x00"}),
    ],
)
def test_two_raw_operations_on_one_item_are_found(one: Any, other: Any) -> None:
    groups = [Raw({"Delete": {"TableName": "app", "Key": {"id": key}}}) for key in (one, other)]
    with pytest.raises(UsageError, match="same item"):
        request_of(*groups)


def test_one_item_is_found_whatever_the_order_of_its_key_attributes() -> None:
    raw = Raw({"Delete": {"TableName": "app", "Key": {"SK": {"S": "META"}, "PK": {"S": "USER#u1"}}}})
    with pytest.raises(UsageError, match="same item"):
        request_of(users.prepare([Put(ALICE)]), raw)


def test_a_raw_operation_and_a_commands_on_one_item_are_found() -> None:
    with pytest.raises(UsageError, match="same item"):
        request_of(users.prepare([Put(ALICE)]), Raw({"Delete": {"TableName": "app", "Key": ALICE_KEY}}))
    with pytest.raises(UsageError, match="same item"):
        request_of(
            Raw({"Put": {"TableName": "app", "Item": {"x": {"S": "y"}, **ALICE_KEY}}}), users.prepare([Put(ALICE)])
        )


def test_a_check_and_a_raw_write_get_the_advice() -> None:
    check = ConditionCheck({"user_id": "u1"}, condition={"name": "a"})
    with pytest.raises(UsageError, match="move the ConditionCheck's condition onto the Raw Delete"):
        request_of(users.prepare([check]), Raw({"Delete": {"TableName": "app", "Key": ALICE_KEY}}))


def test_a_key_that_is_no_dynamodb_json_is_refused() -> None:
    with pytest.raises(UsageError, match="its key is not DynamoDB JSON") as caught:
        request_of(Raw({"Delete": {"TableName": "app", "Key": {"PK": "USER#u1"}}}))
    assert caught.value.problems[0].index == 0


def test_a_reason_tells_the_raw_operation_its_key_and_the_item_as_it_was() -> None:
    raw = Raw(DELETE, label="sweep")
    command = TableTransactWrite([users.prepare([Put(ALICE)]), raw])
    stored = {"PK": {"S": "X#1"}, "SK": {"S": "META"}, "n": {"N": "5"}}
    with pytest.raises(TransactionCanceledError) as caught:
        play(command.__flow__(table), cancelled(FINE, {**CONDITION_FAILED, "Item": stored}))
    reason = caught.value.by_label["sweep"]
    assert caught.value.reason_for(raw) is reason
    assert (reason.index, reason.name, reason.entity) == (1, "Raw Delete", None)
    assert reason.key == {"PK": "X#1", "SK": "META"}
    assert reason.item == {"PK": "X#1", "SK": "META", "n": 5}
    assert reason.raw_item == stored


def test_an_item_under_a_raw_operation_that_cannot_be_read_does_not_mask_the_error() -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(
            TableTransactWrite([Raw(DELETE)]).__flow__(table),
            cancelled({**CONDITION_FAILED, "Item": {"x": {"NEW": "y"}}}),
        )
    assert caught.value.reasons[0].raw_item == {"x": {"NEW": "y"}}


def test_raw_operations_are_values() -> None:
    raw = Raw(DELETE, label="a")
    assert raw == Raw(json.loads(json.dumps(DELETE)), label="a")
    assert raw != Raw(DELETE)
    assert pickle.loads(pickle.dumps(raw)) == raw  # noqa: S301


@pytest.mark.parametrize("kind", ["Update", "Delete", "ConditionCheck"])
def test_raw_shows_what_it_does_to_which_key_and_no_value(kind: str) -> None:
    key = {"PK": {"S": "X#1"}}
    raw = Raw({kind: {"TableName": "app", "Key": key, "ExpressionAttributeValues": {":0": {"S": "secret"}}}}, label="a")
    assert repr(raw) == f"Raw(<{kind} in table 'app', key {key!r}>, label='a')"
    assert repr(raw) in repr(TableTransactWrite([raw]))


def test_a_raw_put_shows_no_item() -> None:
    assert repr(Raw({"Put": {"TableName": "app", "Item": {"s": {"S": "secret"}}}})) == "Raw(<Put in table 'app'>)"


def test_raw_is_not_sent_alone() -> None:
    raw: Any = Raw(DELETE)
    with pytest.raises(UsageError, match=r"Raw was not sent: it only exists inside a .*[Tt]ransact") as caught:
        table.request(raw)
    assert "Get" not in str(caught.value)
    with pytest.raises(UsageError, match="Raw"):
        users.prepare([raw])


PUT: dict[str, Any] = {"Put": {"TableName": "app", "Item": {"PK": {"S": "X#1"}, "SK": {"S": "META"}, "n": {"N": "1"}}}}
NUMBERED: dict[str, Any] = {"Put": {"TableName": "things", "Item": {"id": {"N": "1"}, "n": {"N": "7"}}}}


@pytest.mark.parametrize(
    "groups",
    [
        [Raw(PUT), Raw(PUT)],
        [Raw(PUT), Raw(DELETE)],
        [Raw({"Put": {"TableName": "app", "Item": {"SK": {"S": "META"}, "PK": {"S": "X#1"}}}}), Raw(PUT)],
        [Raw(PUT), users.prepare([Put(ALICE)]), Raw(PUT)],
    ],
)
def test_two_raw_puts_of_one_item_are_found_where_the_keys_of_the_table_are_known(groups: list[Any]) -> None:
    with pytest.raises(UsageError, match="is about the same item as"):
        request_of(*groups)


@pytest.mark.parametrize(
    "other",
    [
        {"Delete": {"TableName": "things", "Key": {"id": {"N": "1.0"}}}},
        {"ConditionCheck": {"TableName": "things", "Key": {"id": {"N": "1"}}, "ConditionExpression": "n = m"}},
    ],
)
def test_the_key_of_one_raw_operation_tells_where_a_raw_put_goes(other: Any) -> None:
    for groups in ([Raw(NUMBERED), Raw(other)], [Raw(other), Raw(NUMBERED)]):
        with pytest.raises(UsageError, match="is about the same item as"):
            Database().request(TableTransactWrite(groups))


def test_raw_puts_of_which_nobody_knows_the_keys_are_sent() -> None:
    assert Database().request(TableTransactWrite([Raw(NUMBERED), Raw(NUMBERED)]))
    without_sort_key = {"Put": {"TableName": "app", "Item": {"PK": {"S": "a"}}}}
    assert request_of(Raw(without_sort_key), Raw(without_sort_key)), "DynamoDB says what is missing"


@pytest.mark.parametrize("name", ["ab", "", "a b c", "arn:", "x" * 256, None, 5])
def test_a_raw_operation_names_a_table(name: Any) -> None:
    with pytest.raises(UsageError, match=r"Raw\('Delete'\) needs a 'TableName': 3 to 255"):
        Raw({"Delete": {"TableName": name, "Key": {"PK": {"S": "a"}}}})
