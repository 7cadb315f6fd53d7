"""TestCondition: one consistent read, and what the condition is on what came back."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    Entity,
    Table,
    TestCondition,
    TransactWrite,
    UsageError,
    condition_from_text,
    item_not_exists,
    key,
    not_,
    not_equals,
)
from tests.unit.play import play
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, User, users

U1 = {"user_id": "u1"}
RICH: list[Any] = [
    {"name": "Alice", "balance": 7},
    users.where(lambda u: (u.name == "Alice") & (u.balance == 7)),
    condition_from_text("#n = :n AND balance = :b", names={"#n": "name"}, values={":n": "Alice", ":b": 7}),
]


@pytest.mark.parametrize("condition", RICH, ids=["mapping", "static", "text"])
def test_it_reads_consistently_and_tells_clause_by_clause(condition: Any) -> None:
    [payload], result = play(TestCondition(U1, condition=condition).__flow__(users.__model__), {"Item": ALICE_ITEM})
    assert payload == {"TableName": "app", "Key": ALICE_KEY, "ConsistentRead": True}
    assert (result.passed, result.item, result.entity, result.key) == (False, ALICE, "User", U1)
    assert [(clause.passed, clause.actual) for clause in result.clauses] == [(True, "Alice"), (False, 100)]
    assert result.failed == result.clauses[1:]


@pytest.mark.parametrize(
    ("condition", "passed"),
    [({"name": "Alice"}, False), (item_not_exists(), True), ({"name": not_equals("Bob")}, True), (not_(RICH[1]), True)],
)
def test_of_no_item_it_says_what_dynamodb_would(condition: Any, passed: bool) -> None:
    _, result = play(TestCondition(U1, condition=condition).__flow__(users.__model__), {})
    assert (result.passed, result.item, result.raw_item) == (passed, None, None)
    assert all(clause.missing for clause in result.clauses)


def test_an_item_that_does_not_fit_is_told_with_its_own_values() -> None:
    wrong = {**ALICE_ITEM, "balance": {"S": "lots"}}
    _, result = play(TestCondition(U1, condition={"balance": 7}).__flow__(users.__model__), {"Item": wrong})
    assert (result.passed, result.item, result.clauses[0].actual) == (False, None, "lots")
    assert "balance: expected int" in str(result.item_error)


def test_what_it_costs_comes_back() -> None:
    command = TestCondition(U1, condition={"name": "Alice"}, return_consumed_capacity="TOTAL")
    capacity = {"TableName": "app", "CapacityUnits": 1.0}
    [payload], result = play(command.__flow__(users.__model__), {"Item": ALICE_ITEM, "ConsumedCapacity": capacity})
    assert payload["ReturnConsumedCapacity"] == "TOTAL"
    assert result.consumed_capacity.capacity_units == 1


def test_its_text_and_repr_have_no_values() -> None:
    _, result = play(TestCondition(U1, condition={"name": "s3cret"}).__flow__(users.__model__), {"Item": ALICE_ITEM})
    assert not {"s3cret", "Alice"} & {*str(result).split("'"), *repr(result).split("'")}
    assert result.show(values=True).endswith("FAILS   name is 's3cret': name is 'Alice'")


def test_a_key_and_a_condition_that_do_not_fit_are_told_together() -> None:
    with pytest.raises(UsageError) as refused:
        users.request(TestCondition({"user": "u1"}, condition={"blance": 1}))
    assert [problem.text.split(";")[0] for problem in refused.value.problems] == [
        "User has no field 'user'",
        "User has no field 'blance'",
    ]


def test_it_is_no_part_of_a_transaction() -> None:
    command: Any = TestCondition(U1, condition={"name": "Alice"})
    with pytest.raises(UsageError, match="prepare takes Put, Update, Delete and ConditionCheck, not TestCondition"):
        users.prepare([command])
    with pytest.raises(UsageError, match="TransactWrite takes Put, Update, Delete and ConditionCheck, not TestCond"):
        TransactWrite([command]).__flow__(users.__model__).send(None)


def test_it_says_what_it_would_do_and_what_that_costs() -> None:
    command = TestCondition(U1, condition={"name": "Alice"})
    assert users.explain(command).sentences == ("Test User user_id='u1': name is 'Alice', strongly consistent",)
    assert "Alice" not in str(users.explain(command, values=False))
    assert users.cost(command).read_units == 1


def test_the_tag_of_an_entity_is_looked_at() -> None:
    tagged = Entity(
        User,
        Table("app", entity_attribute="_type"),
        partition_key=lambda u: key("USER", u.user_id),
        sort_key=lambda _: "META",
    )
    stranger = {**ALICE_ITEM, "_type": {"S": "Order"}}
    _, result = play(TestCondition(U1, condition={"name": "Alice"}).__flow__(tagged.__model__), {"Item": stranger})
    assert (result.passed, result.item) == (True, None)
    assert "expected entity 'User'" in str(result.item_error)


def test_without_validation_an_item_comes_as_it_is_stored() -> None:
    stored = {**ALICE_ITEM, "balance": {"S": "lots"}}
    _, checked = play(TestCondition(U1, condition={"name": "Alice"}).__flow__(users.__model__), {"Item": stored})
    assert (checked.passed, checked.item) == (True, None)
    assert checked.item_error is not None
    _, trusted = play(
        TestCondition(U1, condition={"name": "Alice"}, skip_validation=True).__flow__(users.__model__), {"Item": stored}
    )
    assert (trusted.passed, trusted.item.balance, trusted.item_error) == (True, "lots", None)
