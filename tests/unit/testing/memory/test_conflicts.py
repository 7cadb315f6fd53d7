"""Conflicts on purpose: what is refused while an item is held, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    TableNotFoundError,
    TransactGet,
    TransactionCanceledError,
    TransactionConflictError,
    TransactWrite,
    Update,
    UsageError,
    add,
    item_exists,
)
from dynamo_document_builder.testing import MemoryDynamoDB, create_table
from tests.asking import Memory

ANN, BEN = {"user_id": "u1"}, {"user_id": "u2"}


@frozen
class User:
    user_id: str
    name: str
    visits: int = 0


@pytest.fixture
def memory() -> MemoryDynamoDB:
    return MemoryDynamoDB()


@pytest.fixture
def users(memory: MemoryDynamoDB) -> Entity[User]:
    users = Entity(User, Table("app", transport=memory), partition_key="USER#{user_id}", sort_key="META")
    create_table(users.table, users)
    users.send(Put(User("u1", "Ann")))
    users.send(Put(User("u2", "Ben")))
    return users


@pytest.mark.parametrize(
    "write",
    [Put(User("u1", "Zoe")), Update(ANN, updates={"visits": add(1)}), Delete(ANN)],
    ids=lambda write: type(write).__name__,
)
def test_single_writes_of_a_held_item_conflict(memory: MemoryDynamoDB, users: Entity[User], write: Any) -> None:
    with memory.conflict(users, ANN):
        with pytest.raises(TransactionConflictError) as refused:
            users.send(write)
        users.send(Put(User("u2", "Bob")))
    assert refused.value.retryable
    assert users.send(Get(ANN)).item == User("u1", "Ann")
    users.send(write)
    assert users.send(Get(ANN)).item != User("u1", "Ann")


@pytest.mark.parametrize(
    "operation",
    [
        Put(User("u1", "Zoe")),
        Update(ANN, updates={"visits": add(1)}),
        Delete(ANN),
        ConditionCheck(ANN, condition=item_exists()),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_a_transaction_with_a_held_item_is_canceled(
    memory: MemoryDynamoDB, users: Entity[User], operation: Any
) -> None:
    with memory.conflict(users, ANN), pytest.raises(TransactionCanceledError) as canceled:
        users.send(TransactWrite([Put(User("u2", "Bob")), operation]))
    assert [reason.code for reason in canceled.value.reasons] == ["None", "TransactionConflict"]
    assert users.send(Get(BEN)).item == User("u2", "Ben")


def test_a_transaction_of_reads_is_canceled(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with memory.conflict(users, BEN), pytest.raises(TransactionCanceledError) as canceled:
        users.send(TransactGet([ANN, BEN]))
    assert [reason.code for reason in canceled.value.reasons] == ["None", "TransactionConflict"]


def test_other_reads_see_the_item_as_it_is(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with memory.conflict(users, ANN):
        assert users.send(Get(ANN, consistent=True)).item == User("u1", "Ann")
        assert users.send(BatchGet([ANN])).items == [User("u1", "Ann")]
        assert users.send(Query(key=ANN)).items == [User("u1", "Ann")]
        assert len(users.send(Scan()).items) == 2


def test_a_batch_leaves_a_held_item_unprocessed(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    writes = BatchWrite([User("u1", "Zoe"), User("u2", "Bob")])
    with memory.conflict(users, ANN):
        request = users.request(writes)
        answered = Memory(memory).ask(request.operation, request.payload)
    assert answered.body["UnprocessedItems"] == {"app": request.payload["RequestItems"]["app"][:1]}
    assert users.send(Get(ANN)).item == User("u1", "Ann")
    assert users.send(Get(BEN)).item == User("u2", "Bob")


@pytest.mark.parametrize("where", ["app", Table("app")], ids=["name", "table"])
def test_items_are_held_by_their_stored_keys(memory: MemoryDynamoDB, users: Entity[User], where: Any) -> None:
    stored = [{"PK": f"USER#{user}", "SK": "META"} for user in ("u1", "u2")]
    with memory.conflict(where, *stored):
        for user in ("u1", "u2"):
            with pytest.raises(TransactionConflictError):
                users.send(Delete({"user_id": user}))


def test_an_item_is_free_when_all_who_hold_it_are_done(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with memory.conflict(users, ANN):
        with memory.conflict(users, ANN, BEN):
            pass
        users.send(Delete(BEN))
        with pytest.raises(TransactionConflictError):
            users.send(Delete(ANN))
    users.send(Delete(ANN))


def test_an_item_is_free_after_an_error_in_the_block(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with pytest.raises(ZeroDivisionError), memory.conflict(users, ANN):
        _ = 1 / 0
    users.send(Delete(ANN))


def test_an_item_that_is_not_there_can_be_held(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with memory.conflict(users, {"user_id": "u3"}), pytest.raises(TransactionConflictError):
        users.send(Put(User("u3", "Cyd")))


def test_what_cannot_be_held_is_named(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    with pytest.raises(TableNotFoundError, match="nowhere"), memory.conflict("nowhere", {"PK": "a"}):
        pass
    with pytest.raises(UsageError, match="user_id"), memory.conflict(users, {"name": "Ann"}):
        pass
