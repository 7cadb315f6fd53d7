"""The engine in memory as its users meet it: tables, snapshots, clients, threads and tasks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    IdempotencyMismatchError,
    OutcomeUnknownError,
    Put,
    Query,
    ServiceError,
    Table,
    TableNotFoundError,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    add,
    greater_than,
    item_exists,
    item_not_exists,
    less_than,
)
from dynamo_document_builder.testing import (
    AsyncScriptedTransport,
    MemoryDynamoDB,
    ScriptedTransport,
    create_table,
    delete_table,
    lose_answer,
    throttle,
)


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    city: str | None = None


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> MemoryDynamoDB:
    return MemoryDynamoDB(clock=clock)


def users_in(transport: Any) -> Entity[User]:
    table = Table(
        "app",
        transport=transport,
        global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"}},
    )
    return Entity(
        User,
        table,
        partition_key="USER#{user_id}",
        sort_key="META",
        global_secondary_indexes={"GSI1": {"partition_key": "CITY#{city}", "sort_key": "{name}"}},
    )


@pytest.fixture
def users(memory: MemoryDynamoDB) -> Entity[User]:
    users = users_in(memory)
    create_table(users.table, users)
    return users


def test_what_is_put_is_got(users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann")))
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann")
    assert users.send(Get({"user_id": "u2"})).item is None


def test_send_and_asend_reach_the_same_items(users: Entity[User]) -> None:
    async def played() -> User | None:
        await users.asend(Put(User("u1", "Ann")))
        return (await users.asend(Get({"user_id": "u1"}))).item

    assert asyncio.run(played()) == users.send(Get({"user_id": "u1"})).item == User("u1", "Ann")


def test_a_snapshot_is_restored_any_number_of_times(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann", city="Oslo")))
    before = memory.items("app")
    snapshot = memory.snapshot()
    for _ in range(2):
        users.send(Put(User("u2", "Ben", city="Oslo")))
        users.send(Update({"user_id": "u1"}, updates={"balance": add(5)}))
        assert len(users.send(Query(index={"GSI1": {"city": "Oslo"}})).items) == 2
        memory.restore(snapshot)
        assert memory.items(users.table) == before
        assert users.send(Query(index={"GSI1": {"city": "Oslo"}})).items == [User("u1", "Ann", city="Oslo")]


def test_a_restored_engine_leaves_its_snapshot_alone(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    empty = memory.snapshot()
    users.send(Put(User("u1", "Ann")))
    full = memory.snapshot()
    memory.restore(empty)
    users.send(Put(User("u2", "Ben")))
    memory.restore(full)
    assert [item["user_id"] for item in memory.items("app")] == ["u1"]
    memory.restore(empty)
    assert memory.items("app") == []


def test_tables_and_tokens_are_part_of_a_snapshot(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    snapshot = memory.snapshot()
    users.send(TransactWrite([Put(User("u1", "Ann"))], idempotency_token="t1"))
    delete_table(users.table)
    memory.restore(snapshot)
    users.send(TransactWrite([Put(User("u2", "Ben"))], idempotency_token="t1"))
    assert [item["user_id"] for item in memory.items("app")] == ["u2"]


def test_items_are_python_values_by_their_stored_types(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann", balance=5)))
    assert memory.items("app") == [
        {"PK": "USER#u1", "SK": "META", "user_id": "u1", "name": "Ann", "balance": 5, "GSI1SK": "Ann"}
    ]


def test_a_table_that_is_not_there_is_named(memory: MemoryDynamoDB) -> None:
    with pytest.raises(TableNotFoundError, match="app"):
        memory.items("app")
    with pytest.raises(TableNotFoundError, match="app"):
        users_in(memory).send(Get({"user_id": "u1"}))


def test_a_failed_condition_brings_its_item(users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann", balance=50)))
    with pytest.raises(ConditionFailedError) as failed:
        users.send(
            Update(
                {"user_id": "u1"},
                updates={"balance": add(1)},
                condition={"balance": less_than(50)},
                return_values_on_condition_check_failure="ALL_OLD",
            )
        )
    assert failed.value.item == User("u1", "Ann", balance=50)


def test_a_transaction_is_all_or_nothing(users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann")))
    with pytest.raises(TransactionCanceledError) as cancelled:
        users.send(
            TransactWrite(
                [
                    Put(User("u2", "Ben"), condition=item_not_exists()),
                    Delete({"user_id": "u1"}),
                    Update({"user_id": "u3"}, updates={"balance": 1}, condition=item_exists()),
                ]
            )
        )
    assert [reason.code for reason in cancelled.value.reasons] == ["None", "None", "ConditionalCheckFailed"]
    keys = [{"user_id": "u1"}, {"user_id": "u2"}]
    assert users.send(TransactGet(keys)).items == [User("u1", "Ann"), None]


def test_a_token_is_good_for_ten_minutes(users: Entity[User], clock: Clock) -> None:
    def deposit(token: str) -> None:
        writes = [Update({"user_id": "u1"}, updates={"balance": add(5)})]
        users.send(TransactWrite(writes, idempotency_token=token))

    users.send(Put(User("u1", "Ann")))
    deposit("t1")
    clock.now = 600
    deposit("t1")
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann", balance=5)
    with pytest.raises(IdempotencyMismatchError):
        users.send(TransactWrite([Put(User("u1", "Ann"))], idempotency_token="t1"))
    clock.now = 601
    deposit("t1")
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann", balance=10)


def test_a_scripted_transport_stands_before_it(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    script = ScriptedTransport(throttle(), then=memory)
    with pytest.raises(ServiceError) as refused:
        users_in(script).send(Put(User("u1", "Ann")))
    assert refused.value.retryable
    users_in(script).send(Put(User("u1", "Ann")))
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann")


def test_a_boto3_client_sees_the_same_items(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    client = memory.client()
    client.put_item(
        TableName="app",
        Item={"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "user_id": {"S": "u1"}, "name": {"S": "Ann"}},
    )
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann")
    through = users_in(None)
    through.table.connect(client)
    assert through.send(Get({"user_id": "u1"})).item == User("u1", "Ann")
    assert client.describe_table(TableName="app")["Table"]["ItemCount"] == 1


def test_an_operation_that_it_does_not_know_is_named(memory: MemoryDynamoDB) -> None:
    client = memory.client()
    with pytest.raises(client.exceptions.ClientError, match="MemoryDynamoDB does not know the operation ListBackups"):
        client.list_backups()


def test_threads_share_it(users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann")))
    with ThreadPoolExecutor(8) as threads:
        for _ in range(200):
            threads.submit(users.send, Update({"user_id": "u1"}, updates={"balance": add(1)}))
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann", balance=200)


def test_neither_the_engine_nor_a_scripted_test_brings_what_it_does_not_use() -> None:
    program = (
        "import sys\n"
        "import dynamo_document_builder.testing as testing\n"
        "assert not any('testing.memory' in name for name in sys.modules)\n"
        "testing.MemoryDynamoDB\n"
        "assert not {'boto3', 'botocore', 'moto'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_async_script_stands_before_it(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    script = AsyncScriptedTransport(lose_answer(), then=memory.as_async())

    async def played() -> None:
        with pytest.raises(OutcomeUnknownError):
            await users_in(script).asend(Put(User("u1", "Ann")))

    asyncio.run(played())
    assert users.send(Get({"user_id": "u1"})).item == User("u1", "Ann")


def test_attributes_may_have_the_names_of_legacy_parameters(memory: MemoryDynamoDB) -> None:
    table = Table("odd", transport=memory, partition_key="Expected", sort_key=None)
    users = Entity(User, table, partition_key="{user_id}")
    create_table(table)
    users.send(Put(User("u1", "Ann")))
    assert users.send(BatchGet([{"user_id": "u1"}])).items == [User("u1", "Ann")]
    assert users.send(TransactGet([{"user_id": "u1"}])).items == [User("u1", "Ann")]


def test_a_legacy_parameter_is_named(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    key = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}
    with pytest.raises(UsageError, match="AttributesToGet: write an expression"):
        memory.client().get_item(TableName="app", Key=key, AttributesToGet=["name"])


def test_a_client_pages_and_waits(memory: MemoryDynamoDB, users: Entity[User]) -> None:
    for number in range(5):
        users.send(Put(User(f"u{number}", "Ann")))
    client = memory.client()
    client.get_waiter("table_exists").wait(TableName="app")
    pages = client.get_paginator("scan").paginate(TableName="app", PaginationConfig={"PageSize": 2})
    assert [page["Count"] for page in pages] == [2, 2, 1]


def test_concurrent_transactions_keep_a_sum(users: Entity[User]) -> None:
    users.send(Put(User("u1", "Ann", balance=100)))
    users.send(Put(User("u2", "Ben", balance=100)))

    def move(number: int) -> None:
        source, target = ("u1", "u2") if number % 2 else ("u2", "u1")
        debit = Update({"user_id": source}, updates={"balance": add(-7)}, condition={"balance": greater_than(6)})
        credit = Update({"user_id": target}, updates={"balance": add(7)})
        with suppress(TransactionCanceledError):
            users.send(TransactWrite([debit, credit]))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(move, range(200)))
    found = users.send(TransactGet([{"user_id": "u1"}, {"user_id": "u2"}])).items
    balances = [user.balance for user in found if user is not None]
    assert sum(balances) == 200
    assert min(balances) >= 0
