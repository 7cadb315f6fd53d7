"""What an error holds, asked for by the entity or command it is about."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    BatchGet,
    BatchIncompleteError,
    BatchWrite,
    CancellationReason,
    ConditionFailedError,
    Database,
    Entity,
    Put,
    Raw,
    StaleVersionError,
    StoredItemError,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    UsageError,
    item_not_exists,
)
from tests.unit.play import CONDITION_FAILED, FINE, cancelled, model, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, Order, User, orders, table, user_key, users

NEW = Put(ALICE, condition=item_not_exists())
KEYS = [{"user_id": "u1"}, {"user_id": "u2"}]
elsewhere = Entity(User, Table("other"), partition_key="USER#{user_id}", sort_key="META")
same = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")


def failed(item: Any = ALICE_ITEM) -> ConditionFailedError:
    with pytest.raises(ConditionFailedError) as caught:
        play(
            NEW.__flow__(users.__model__),
            refused("ConditionalCheckFailedException", {} if item is None else {"Item": item}),
        )
    return caught.value


def reasons(command: Any, target: Any, *codes: Any) -> tuple[CancellationReason, ...]:
    with pytest.raises(TransactionCanceledError) as caught:
        play(command.__flow__(model(target)), cancelled(*codes))
    return caught.value.reasons


def incomplete(command: Any, target: Any) -> BatchIncompleteError:
    left: Any = {"UnprocessedKeys": {"app": {"Keys": [user_key("u2")]}}, "Responses": {"app": [ALICE_ITEM]}}
    if "Write" in type(command).__name__:
        left = {"UnprocessedItems": {"app": [{"DeleteRequest": {"Key": user_key("u2")}}]}}
    with pytest.raises(BatchIncompleteError) as caught:
        play(command.__flow__(model(target)), left, refused("AccessDeniedException"))
    return caught.value


def test_the_item_of_a_condition_that_was_false() -> None:
    assert failed().item_of(users) == ALICE
    assert failed(None).item_of(users) is None


def test_the_item_of_an_equal_entity_is_the_same() -> None:
    assert failed().item_of(same) == ALICE


def test_the_item_of_a_copied_error() -> None:
    assert copy.deepcopy(failed()).item_of(users) == ALICE


def test_the_item_of_a_stale_write_is_asked_for_in_the_same_way() -> None:
    error = StaleVersionError("text", item=ALICE, sent_to=failed().sent_to)
    assert error.item_of(users) == ALICE


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        (
            orders,
            "item_of(entity Order of table 'app'): this error is about entity User of table 'app'; pass that instead",
        ),
        (elsewhere, "item_of(entity User of table 'other'): this error is about entity User of table 'app'; pass that"),
        (table, "item_of(table 'app'): this error is about entity User of table 'app'; pass that instead"),
        (User, "item_of() takes an entity, not the class User"),
        (None, "item_of() takes an entity, not NoneType"),
    ],
)
def test_the_item_of_another_entity_is_refused(entity: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        failed().item_of(entity)
    assert str(caught.value).startswith(text)


def test_an_item_that_does_not_fit_the_schema_is_not_taken_for_none() -> None:
    error = failed({**ALICE_ITEM, "balance": {"S": "much"}})
    with pytest.raises(StoredItemError, match="balance"):
        error.item_of(users)


def test_an_error_without_an_entity_has_no_typed_item() -> None:
    with pytest.raises(UsageError, match="does not name its entity; read its attributes without a type"):
        ConditionFailedError("text", item=ALICE).item_of(users)


def test_the_item_of_a_reason() -> None:
    one, fine = reasons(
        TransactWrite([NEW, Put(User("u2", "Bob"))]), users, {**CONDITION_FAILED, "Item": ALICE_ITEM}, FINE
    )
    assert one.item_of(users) == ALICE
    assert fine.item_of(users) is None
    with pytest.raises(UsageError, match="about entity User of table 'app'"):
        fine.item_of(orders)


def test_each_reason_of_several_entities_has_its_own() -> None:
    raw = Raw({"Delete": {"TableName": "app", "Key": user_key("u9")}})
    command = TableTransactWrite([users.prepare([NEW]), orders.prepare([Put(Order("o1"))]), raw])
    of_user, of_order, of_raw = reasons(command, table, {**CONDITION_FAILED, "Item": ALICE_ITEM}, FINE, FINE)
    assert of_user.item_of(users) == ALICE
    assert of_order.item_of(orders) is None
    with pytest.raises(UsageError, match="does not name its entity"):
        of_raw.item_of(users)


READ = BatchGet(KEYS)
WRITE = BatchWrite([ALICE], deletes=[{"user_id": "u2"}])
READS = TableBatchGet((users.prepare(READ),))
WRITES = TableBatchWrite([users.prepare(WRITE)])
each = pytest.mark.parametrize(
    ("command", "to"), [(READ, users), (WRITE, users), (READS, table), (WRITES, table), (READS, Database())]
)


@each
def test_the_result_of_a_batch_that_was_not_done(command: Any, to: Any) -> None:
    error = incomplete(command, to)
    assert error.result_of(to, command) is error.result
    assert copy.copy(error).result_of(to, command) == error.result


@each
def test_the_result_of_a_batch_that_was_sent_elsewhere_is_refused(command: Any, to: Any) -> None:
    error = incomplete(command, to)
    other: Any = elsewhere if to is users else Table("other")
    with pytest.raises(UsageError, match=r"this error is about .*; pass that instead"):
        error.result_of(other, command)


def test_the_result_of_another_batch_is_refused() -> None:
    error = incomplete(READ, users)
    for other in (BatchGet(KEYS, projection=["name"]), BatchGet(KEYS[:1]), WRITE):
        with pytest.raises(
            UsageError, match=r"result_of\(\.\.\., Batch(Get|Write)\): this error is about another BatchGet"
        ):
            error.result_of(users, other)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
@each
def test_a_copy_of_the_error_refuses_another_batch(command: Any, to: Any, again: Any) -> None:
    travelled = again(incomplete(command, to))
    assert travelled.command_sent == command
    assert travelled.result_of(to, command) == travelled.result
    with pytest.raises(UsageError, match="this error is about another"):
        travelled.result_of(to, evolve(command, timeout=3))
