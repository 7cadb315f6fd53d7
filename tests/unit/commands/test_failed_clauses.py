"""A refused write tells which parts of its condition were false, by the item that came back."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    ConditionFailedError,
    Database,
    Delete,
    Entity,
    FailedClause,
    Put,
    Raw,
    StaleVersionError,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    Update,
    WriteCommand,
    add,
    between,
    greater_than,
    greater_than_or_equal,
    item_not_exists,
    not_,
    or_,
    stored,
)
from tests.unit.play import CONDITION_FAILED, CONFLICT, FINE, ONCE, cancelled, model, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, User, orders, table, users

REFUSED = "ConditionalCheckFailedException"
KEY = {"user_id": "u1"}
RICH = {"balance": greater_than_or_equal(500)}


def failure(command: Any, item: Any = ALICE_ITEM, **more: Any) -> ConditionFailedError:
    body = {} if item is None else {"Item": item}
    with pytest.raises(ConditionFailedError) as caught:
        play(command.__flow__(users.__model__), refused(REFUSED, body, **more))
    return caught.value


@pytest.mark.parametrize(
    "command",
    [
        Put(ALICE, condition=RICH),
        Update(KEY, updates={"balance": add(-500)}, condition=RICH),
        Delete(KEY, condition=RICH),
    ],
)
def test_a_write_names_the_clause_that_was_false(command: Any) -> None:
    error = failure(command)
    [clause] = error.failed_clauses
    assert isinstance(clause, FailedClause)
    assert (clause.path, clause.operator, clause.expected, clause.actual) == (
        "balance",
        "greater_than_or_equal",
        500,
        100,
    )
    assert clause.explain() == "balance >= 500: balance is 100"
    assert str(error) == (
        f"{command.name} User user_id='u1': the condition was false, nothing was written "
        "(balance: greater_than_or_equal)"
    )


def test_no_item_means_that_everything_is_missing() -> None:
    error = failure(Delete(KEY, condition=RICH), None)
    assert [(clause.missing, clause.actual) for clause in error.failed_clauses] == [(True, None)]
    assert str(error).endswith("(balance: greater_than_or_equal, nothing stored)")


def test_without_the_item_nothing_is_known() -> None:
    error = failure(Delete(KEY, condition=RICH, return_values_on_condition_check_failure="NONE"), None)
    assert error.failed_clauses == ()
    assert str(error).endswith("the condition was false, nothing was written")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"Item": {"balance": 5}}', b'{"Item": {"balance": {"N": "x"}}}']
)
def test_an_answer_that_cannot_be_read_blames_nobody(body: bytes) -> None:
    with pytest.raises(ConditionFailedError) as caught:
        play(Delete(KEY, condition=RICH).__flow__(users.__model__), refused(REFUSED, body))
    assert caught.value.failed_clauses == ()


def test_an_item_that_does_not_fit_the_schema_is_explained_all_the_same() -> None:
    error = failure(Delete(KEY, condition=RICH), {**ALICE_ITEM, "balance": {"S": "much"}})
    assert error.item_error is not None
    assert [clause.actual for clause in error.failed_clauses] == ["much"]
    assert "much" not in str(error)


def test_an_answer_about_another_item_blames_nobody() -> None:
    assert failure(Delete(KEY, condition={"balance": 100})).failed_clauses == ()


def test_the_text_has_no_values_and_names_the_first_of_many_clauses() -> None:
    parts = [{"name": f"secret{number}"} for number in range(8)]
    error = failure(Delete(KEY, condition=or_(*parts)), attempts=2)
    assert len(error.failed_clauses) == 8
    assert str(error).endswith(
        f"nothing was written ({'; '.join(['name: equals'] * 5)}; 3 more) "
        "(the SDK sent it more than once: an earlier attempt may have been applied)"
    )
    assert "secret" not in str(error) + repr(error) + repr(error.failed_clauses)


def test_a_condition_in_the_terms_of_the_schema_is_explained_in_them() -> None:
    error = failure(Delete(KEY, condition=users.where(lambda u: between(u.balance, 1, 5) & ~(u.name == "Alice"))))
    assert [clause.explain() for clause in error.failed_clauses] == [
        "balance is between 1 and 5: balance is 100",
        "not (name is 'Alice'): name is 'Alice'",
    ]


@frozen
class Doc:
    doc_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(alias="v", version=True))


docs = Entity(Doc, table, partition_key=lambda d: d.doc_id, sort_key=lambda _: "META")


def test_a_stale_version_is_a_clause_too() -> None:
    with pytest.raises(StaleVersionError) as caught:
        play(
            Put(Doc("d1", version=3), condition={"text": "x"}).__flow__(docs.__model__),
            refused(REFUSED, {"Item": {"v": {"N": "4"}, "doc_id": {"S": "d1"}, "text": {"S": "y"}}}),
        )
    assert [clause.explain() for clause in caught.value.failed_clauses] == [
        "text is 'x': text is 'y'",
        "version is 3: version is 4",
    ]


CHECK = ConditionCheck({"user_id": "u3"}, condition={"name": "Bob"})
PUT = Put(ALICE, condition=item_not_exists(), label="insert")
QUIET = Delete({"user_id": "u2"}, condition=RICH, return_values_on_condition_check_failure="NONE")
FALSE = {**CONDITION_FAILED, "Item": ALICE_ITEM}


def cancellation(flow: Any, *reasons: Any) -> TransactionCanceledError:
    with pytest.raises(TransactionCanceledError) as caught:
        play(flow, cancelled(*reasons))
    return caught.value


def test_each_reason_of_a_transaction_has_its_clauses() -> None:
    error = cancellation(TransactWrite([CHECK, PUT, QUIET]).__flow__(users.__model__), FALSE, FALSE, CONDITION_FAILED)
    assert [[clause.explain() for clause in reason.failed_clauses] for reason in error.reasons] == [
        ["name is 'Bob': name is 'Alice'"],
        ["there is no such item yet: there is one"],
        [],
    ]
    failed = "ConditionalCheckFailed - The conditional request failed"
    assert str(error).splitlines()[1:] == [
        f"  [0] ConditionCheck User user_id='u3': {failed} (name: equals)",
        f"  [1] (insert) Put User user_id='u1': {failed} (item_not_exists)",
        f"  [2] Delete User user_id='u2': {failed}",
    ]
    assert "Bob" not in repr(error.reasons)


def test_only_a_failed_condition_has_clauses() -> None:
    error = cancellation(
        TransactWrite([CHECK, PUT], retry=ONCE).__flow__(users.__model__), {**CONFLICT, "Item": ALICE_ITEM}, FINE
    )
    assert [reason.failed_clauses for reason in error.reasons] == [(), ()]


@pytest.mark.parametrize("target", [table, Database()], ids=["table", "database"])
def test_groups_of_several_entities_have_theirs(target: Any) -> None:
    raw = Raw({"Delete": {"TableName": "app", "Key": {"PK": {"S": "x"}, "SK": {"S": "y"}}}})
    check = ConditionCheck({"order_id": "o1"}, condition=not_({"status": "new"}))
    entities = (users, orders) if target is table else (_in(target, users), _in(target, orders))
    command = TableTransactWrite([entities[0].prepare([CHECK]), raw, entities[1].prepare([check])])
    order = {"order_id": {"S": "o1"}, "status": {"S": "new"}}
    error = cancellation(command.__flow__(model(target)), FALSE, FALSE, {**CONDITION_FAILED, "Item": order})
    assert [[str(clause) for clause in reason.failed_clauses] for reason in error.reasons] == [
        ["name: equals"],
        [],
        ["status: not_(equals)"],
    ]


def _in(database: Database, entity: Any) -> Any:
    first = next(iter(entity.__model__.codec.fields))
    return Entity(entity.schema, database.table("app"), partition_key=f"X#{{{first}}}", sort_key="META")


class Custom(WriteCommand[User]):
    """What someone wrote themselves; it says nothing of its condition."""

    name = "Custom"

    @property
    def __operation_label__(self) -> None:
        return None

    @property
    def __subject__(self) -> Any:
        return KEY

    def __transact_operation__(self, entity: Any, /, *, trusted: bool = False) -> Any:
        return Delete(KEY, condition={"balance": greater_than(500)}).__transact_operation__(entity, trusted=trusted)


def test_a_command_of_someone_else_is_told_about_without_clauses() -> None:
    [reason] = cancellation(TransactWrite([Custom()]).__flow__(users.__model__), FALSE).reasons
    assert (reason.item, reason.failed_clauses) == (ALICE, ())
