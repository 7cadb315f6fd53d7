"""Put: the whole item goes out, with its keys; what comes back never hides that it was applied."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs import evolve, frozen, validators
from attrs import field as attrs_field
from attrs.exceptions import FrozenInstanceError

from dynamo_document_builder import (
    ConditionFailedError,
    Entity,
    Get,
    ItemValidationError,
    OutcomeUnknownError,
    Put,
    Request,
    ServiceError,
    StoredItemError,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    UnexpectedResponseError,
    UsageError,
    VectorCapacity,
    begins_with,
    equals,
    greater_than,
    item_not_exists,
)
from dynamo_document_builder.wire.no_answer import no_answer_error
from tests.unit.play import METADATA, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, Member, Order, User, members, users


def test_a_put_writes_the_item_and_its_keys_and_nothing_else() -> None:
    request = users.request(Put(ALICE))
    assert request.operation == "PutItem"
    assert request.tables == ("app",)
    assert request.payload == {"TableName": "app", "Item": ALICE_ITEM}


def test_an_answer_without_attributes_gives_no_item() -> None:
    requests, result = play(Put(ALICE).__flow__(users.__model__), {})
    assert requests == [{"TableName": "app", "Item": ALICE_ITEM}]
    assert (result.return_item, result.item_error) == (None, None)
    assert (result.consumed_capacity, result.item_collection_metrics) == (None, None)
    assert result.response_metadata == METADATA


def test_every_option_is_written() -> None:
    put = Put(
        ALICE,
        condition=item_not_exists(),
        return_values="ALL_OLD",
        return_item_collection_metrics="SIZE",
        return_consumed_capacity="TOTAL",
        return_values_on_condition_check_failure="NONE",
    )
    assert users.request(put).payload == {
        "TableName": "app",
        "Item": ALICE_ITEM,
        "ConditionExpression": "attribute_not_exists(#0)",
        "ExpressionAttributeNames": {"#0": "PK"},
        "ReturnValues": "ALL_OLD",
        "ReturnItemCollectionMetrics": "SIZE",
        "ReturnConsumedCapacity": "TOTAL",
        "ReturnValuesOnConditionCheckFailure": "NONE",
    }


def test_a_conditional_put_asks_for_the_item_that_refuses_it() -> None:
    assert users.request(Put(ALICE, condition={"balance": greater_than(1)})).payload == {
        "TableName": "app",
        "Item": ALICE_ITEM,
        "ConditionExpression": "#0 > :0",
        "ExpressionAttributeNames": {"#0": "balance"},
        "ExpressionAttributeValues": {":0": {"N": "1"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_the_old_item_comes_back_as_an_object() -> None:
    _, result = play(
        Put(evolve(ALICE, balance=1), return_values="ALL_OLD").__flow__(users.__model__), {"Attributes": ALICE_ITEM}
    )
    assert result.return_item == ALICE


def test_capacity_and_collection_sizes_come_back() -> None:
    answer = {
        "ConsumedCapacity": {"TableName": "app", "CapacityUnits": 2.0, "Table": {"CapacityUnits": 2.0}},
        "ItemCollectionMetrics": {"ItemCollectionKey": {"PK": {"S": "x"}}, "SizeEstimateRangeGB": [0.0, 1.0]},
    }
    _, result = play(Put(ALICE).__flow__(users.__model__), answer)
    assert result.consumed_capacity.capacity_units == 2.0
    assert result.consumed_capacity.table.capacity_units == 2.0
    assert result.item_collection_metrics.size_estimate_range_gb == (0.0, 1.0)
    assert result.item_collection_metrics.item_collection_key == {"PK": {"S": "x"}}


def test_the_bytes_of_vector_indexes_are_kept() -> None:
    written, searched = {"VectorWriteRequestBytes": 6144.0}, {"VectorSearchRequestBytes": 1.0}
    answer = {"ConsumedCapacity": {"CapacityUnits": 2.0, "VectorIndexes": {"a": written, "b": searched}}}
    _, result = play(Put(ALICE).__flow__(users.__model__), answer)
    assert result.consumed_capacity.vector_indexes == {
        "a": VectorCapacity(vector_write_request_bytes=6144.0),
        "b": VectorCapacity(vector_search_request_bytes=1.0),
    }


def test_an_old_item_that_does_not_fit_never_hides_the_commit() -> None:
    stale = {**ALICE_ITEM, "balance": {"S": "secret"}, "name": {"N": "1"}}
    _, result = play(Put(ALICE, return_values="ALL_OLD").__flow__(users.__model__), {"Attributes": stale})
    assert result.return_item is None
    assert isinstance(result.item_error, StoredItemError)
    assert [failure.path for failure in result.item_error.failures] == ["name", "balance"]
    assert result.item_error.item == stale
    assert "secret" not in str(result.item_error)


def test_an_answer_that_cannot_be_read_says_that_the_write_was_applied() -> None:
    with pytest.raises(UnexpectedResponseError, match="the write was applied"):
        play(Put(ALICE).__flow__(users.__model__), b"<html>")


def test_what_an_answer_has_beside_is_ignored() -> None:
    _, result = play(Put(ALICE).__flow__(users.__model__), {"SomethingNew": {"a": 1}})
    assert result.return_item is None


def test_a_false_condition_is_an_error_with_the_command_and_the_item_as_it_was() -> None:
    put = Put(ALICE, condition=item_not_exists())
    with pytest.raises(ConditionFailedError) as caught:
        play(put.__flow__(users.__model__), refused("ConditionalCheckFailedException", {"Item": ALICE_ITEM}))
    error = caught.value
    assert error.command is put
    assert error.item == ALICE
    assert error.raw_item == ALICE_ITEM
    assert (error.item_error, error.after_retry, error.retryable) == (None, False, False)
    assert (error.code, error.operation, error.request_id) == (
        "ConditionalCheckFailedException",
        "PutItem",
        "request-1",
    )
    assert isinstance(error.__cause__, LookupError)
    assert "user_id='u1'" in str(error)
    assert "Alice" not in str(error)
    assert "Alice" not in repr(error)


def test_a_false_condition_after_a_retry_says_so() -> None:
    with pytest.raises(ConditionFailedError, match="an earlier attempt may have been applied") as caught:
        play(
            Put(ALICE, condition=item_not_exists()).__flow__(users.__model__),
            refused("ConditionalCheckFailedException", attempts=2),
        )
    assert caught.value.after_retry
    assert caught.value.item is None


def test_an_item_in_a_refusal_that_does_not_fit_does_not_mask_it() -> None:
    broken = {**ALICE_ITEM, "balance": {"S": "x"}}
    with pytest.raises(ConditionFailedError) as caught:
        play(
            Put(ALICE, condition=item_not_exists()).__flow__(users.__model__),
            refused("ConditionalCheckFailedException", {"Item": broken}),
        )
    assert caught.value.item is None
    assert caught.value.raw_item == broken
    assert isinstance(caught.value.item_error, StoredItemError)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"Item": 5}', b'{"Item": null}', b'{"Item": "x"}'])
def test_a_refusal_with_any_body_is_a_false_condition(body: bytes) -> None:
    with pytest.raises(ConditionFailedError):
        play(
            Put(ALICE, condition=item_not_exists()).__flow__(users.__model__),
            refused("ConditionalCheckFailedException", body),
        )


def test_another_refusal_passes_as_it_is() -> None:
    with pytest.raises(ServiceError) as caught:
        play(Put(ALICE).__flow__(users.__model__), refused("ValidationException"))
    assert type(caught.value) is ServiceError
    assert caught.value.is_validation


def test_a_lost_answer_names_the_command() -> None:
    put = Put(ALICE)
    with pytest.raises(OutcomeUnknownError) as caught:
        play(put.__flow__(users.__model__), lambda request: no_answer_error(request, "no answer", timed_out=True))
    assert caught.value.command is put
    assert caught.value.idempotency_token is None


def test_another_entitys_item_is_refused() -> None:
    wrong: Any = Put(Order("o1"))
    with pytest.raises(UsageError, match="User items must be User, not Order"):
        users.request(wrong)


def test_all_that_is_wrong_is_reported_at_once() -> None:
    wrong: Any = User("u1", 5, "x")  # type: ignore[arg-type]
    with pytest.raises(ItemValidationError) as caught:
        users.request(Put(wrong, condition={"balance": "secret", "name": 7}))
    assert {failure.path for failure in caught.value.failures} == {"name", "balance"}
    assert len(caught.value.failures) == 4
    assert len(caught.value.problems) == 4
    assert {problem.entity for problem in caught.value.problems} == {"User"}
    assert {problem.operation for problem in caught.value.problems} == {"Put"}
    assert "secret" not in str(caught.value)


def test_a_key_that_cannot_be_built_is_refused() -> None:
    with pytest.raises(UsageError, match="part 2 of a key is empty"):
        users.request(Put(User("", "Alice")))
    with pytest.raises(UsageError, match="contains '#'"):
        users.request(Put(User("a#b", "Alice")))


def test_an_item_over_400_kb_is_refused() -> None:
    assert users.request(Put(User("u1", "x" * 409_000)))
    with pytest.raises(UsageError, match="400 KB"):
        users.request(Put(User("u1", "x" * 409_600)))


def test_each_attribute_of_an_index_key_is_written_where_its_own_fields_have_values() -> None:
    item = members.request(Put(Member("t1", "m1", "a@x"))).payload["Item"]
    assert item == {
        "PK": {"S": "TENANT#t1"},
        "SK": {"S": "MEMBER#m1"},
        "GSI1PK": {"S": "EMAIL#a@x"},
        "GSI1SK": {"S": "T#t1"},
        "LSI1SK": {"S": "active#a@x"},
        "tenant": {"S": "t1"},
        "member_id": {"S": "m1"},
        "email": {"S": "a@x"},
        "status": {"S": "active"},
        "visits": {"N": "0"},
    }
    sparse = members.request(Put(Member("t1", "m1"))).payload["Item"]
    assert sorted(sparse) == ["GSI1SK", "PK", "SK", "member_id", "status", "tenant", "visits"]
    assert sparse["GSI1SK"] == {"S": "T#t1"}


@frozen
class Guarded:
    guarded_id: str
    amount: int = attrs_field(validator=validators.ge(0))


guarded = Entity(Guarded, Table("guarded", partition_key="guarded_id", sort_key=None))


def test_skip_validation_leaves_out_the_classs_own_validators_but_not_the_types() -> None:
    item = Guarded("g1", 1)
    object.__setattr__(item, "amount", -1)
    with pytest.raises(ItemValidationError):
        guarded.request(Put(item))
    assert guarded.request(Put(item, skip_validation=True)).payload["Item"]["amount"] == {"N": "-1"}
    object.__setattr__(item, "amount", "x")
    with pytest.raises(ItemValidationError):
        guarded.request(Put(item, skip_validation=True))


def test_the_item_is_never_changed() -> None:
    item = User("u1", "Alice")
    users.request(Put(item))
    assert item == User("u1", "Alice")
    with pytest.raises(FrozenInstanceError):
        Put(item).item = ALICE  # type: ignore[misc]


def test_puts_are_equal_when_built_equally() -> None:
    assert Put(ALICE, condition={"name": "a"}) == Put(ALICE, condition={"name": equals("a")})
    assert Put(ALICE, condition={"name": "a"}) != Put(ALICE, condition={"name": begins_with("a")})
    assert hash(Put(ALICE)) == hash(Put(ALICE))


def test_a_put_pickles_and_gives_the_same_bytes() -> None:
    put = Put(ALICE, condition={"name": "a"})
    copied = pickle.loads(pickle.dumps(put))  # noqa: S301
    assert copied == put
    assert users.request(copied).body == users.request(put).body
    assert isinstance(users.request(put), Request)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("return_values", "ALL_NEW"),
        ("return_values", "all_old"),
        ("return_item_collection_metrics", "ALL"),
        ("return_consumed_capacity", "SOME"),
        ("return_values_on_condition_check_failure", "ALL_NEW"),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", "5"),
        ("timeout", True),
    ],
)
def test_an_option_dynamodb_has_no_such_word_for_is_refused(option: str, value: Any) -> None:
    with pytest.raises(UsageError, match=option):
        Put(ALICE, **{option: value})


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError):
        Put(ALICE, if_absent=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Put(ALICE, {"name": "a"})  # type: ignore[misc]


def test_skip_validation_of_a_transaction_counts_for_its_writes_or_is_refused() -> None:
    item = Guarded("g1", 1)
    object.__setattr__(item, "amount", -1)
    [operation] = guarded.request(TransactWrite(writes=[Put(item)], skip_validation=True)).payload["TransactItems"]
    assert operation["Put"]["Item"]["amount"] == {"N": "-1"}


def test_skip_validation_of_a_table_transaction_counts_for_its_writes_or_is_refused() -> None:
    item = Guarded("g1", 1)
    object.__setattr__(item, "amount", -1)
    command = TableTransactWrite([guarded.prepare([Put(item)])], skip_validation=True)
    [operation] = guarded.table.request(command).payload["TransactItems"]
    assert operation["Put"]["Item"]["amount"] == {"N": "-1"}


def test_skip_validation_of_reads_counts_for_the_items_that_come() -> None:
    stored = {"guarded_id": {"S": "g1"}, "amount": {"N": "-1"}}
    key = {"guarded_id": "g1"}
    with pytest.raises(StoredItemError):
        play(Get(key).__flow__(guarded.__model__), {"Item": stored})
    _, result = play(Get(key, skip_validation=True).__flow__(guarded.__model__), {"Item": stored})
    assert result.item.amount == -1
    _, result = play(
        TransactGet([key], skip_validation=True).__flow__(guarded.__model__), {"Responses": [{"Item": stored}]}
    )
    assert result.items[0].amount == -1
    group = guarded.prepare(TransactGet([key], skip_validation=True))
    _, result = play(TableTransactGet((group,)).__flow__(guarded.table), {"Responses": [{"Item": stored}]})
    assert result.items[0][0].amount == -1


def test_skip_validation_of_a_table_read_counts_for_its_groups() -> None:
    stored = {"guarded_id": {"S": "g1"}, "amount": {"N": "-1"}}
    group = guarded.prepare(TransactGet([{"guarded_id": "g1"}]))
    _, result = play(
        TableTransactGet((group,), skip_validation=True).__flow__(guarded.table), {"Responses": [{"Item": stored}]}
    )
    assert result.items[0][0].amount == -1
