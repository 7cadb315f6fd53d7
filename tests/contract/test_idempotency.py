"""Idempotency tokens: sent again, nothing happens twice; sent with something else, nothing happens at all."""

from __future__ import annotations

from datetime import UTC, datetime
from random import choice
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    Entity,
    Get,
    IdempotencyMismatchError,
    Put,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    increment,
    item_exists,
    stored,
)
from tests.contract.shop import Account, accounts_in, orders_in
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from dynamo_document_builder import Table
    from tests.contract.conftest import Engine

pytestmark = EVERY_WAY

KEY = {"account_id": "a1"}


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    accounts = accounts_in(table)
    accounts.send(Put(Account("a1")))
    return accounts


def credit(amount: int, token: str | None) -> TransactWrite[Account]:
    return TransactWrite([Update(KEY, updates={"balance": add(amount)})], idempotency_token=token)


def balance(accounts: Entity[Account]) -> int:
    account = accounts.send(Get(KEY, consistent=True)).item
    assert account is not None
    return account.balance


@pytest.mark.parametrize("length", [1, 36])
def test_a_token_sent_again_applies_nothing(accounts: Entity[Account], engine: Engine, length: int) -> None:
    engine.requires("token_replay")
    # One out of twenty thousand characters: it is not to be the token of another run of this test.
    token = str(uuid4()) if length > 1 else chr(choice(range(0x4E00, 0x9E00)))
    assert len(token) == length
    results = [accounts.send(credit(5, token)) for _ in range(3)]
    assert balance(accounts) == 5
    assert {result.idempotency_token for result in results} == {token}


def test_a_command_built_anew_is_the_same_request(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("token_replay", "token_mismatch")
    token = str(uuid4())
    for _ in range(2):
        group = accounts.prepare(
            [
                Put(Account("b1", "Bob", 7, "bob@example.org")),
                Update(KEY, updates={"balance": add(5), "owner": "Al"}, condition=[{"balance": 0}, item_exists()]),
            ]
        )
        accounts.table.send(TableTransactWrite([group], idempotency_token=token))
    assert balance(accounts) == 5


def test_a_token_with_another_payload_is_refused(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("token_mismatch")
    token = uuid4()
    accounts.send(TransactWrite([Update(KEY, updates={"balance": add(5)})], idempotency_token=token))
    with pytest.raises(IdempotencyMismatchError) as refused:
        accounts.send(credit(6, str(token)))
    assert refused.value.idempotency_token == str(token)
    assert str(token) in str(refused.value)
    assert not refused.value.retryable
    assert balance(accounts) == 5


def test_a_token_is_free_again_after_a_cancellation(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("token_replay")
    token = str(uuid4())
    guarded = TransactWrite(
        [Update(KEY, updates={"balance": add(1)}, condition={"owner": "Alice"})], idempotency_token=token
    )
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(guarded)
    assert cancelled.value.idempotency_token == token
    accounts.send(Put(Account("a1", "Alice")))
    accounts.send(guarded)
    accounts.send(guarded)
    assert balance(accounts) == 1


def test_without_a_token_every_send_is_a_transaction_of_its_own(accounts: Entity[Account]) -> None:
    command = credit(5, None)
    tokens = {accounts.send(command).idempotency_token for _ in range(3)}
    assert len(tokens) == 3
    assert balance(accounts) == 15


def test_a_fresh_token_can_be_sent_again_by_hand(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("token_replay")
    made = accounts.send(credit(5, None)).idempotency_token
    accounts.send(credit(5, made))
    assert balance(accounts) == 5


def test_tokens_of_two_tables_do_not_meet_in_one_payload(
    accounts: Entity[Account], table: Table, engine: Engine
) -> None:
    """A token names one transaction of the account, whatever it writes to."""
    engine.requires("token_mismatch")
    token = str(uuid4())
    accounts.send(credit(5, token))
    orders = orders_in(table)
    with pytest.raises(IdempotencyMismatchError):
        orders.send(TransactWrite([Update({"order_id": "o1"}, updates={"status": "x"})], idempotency_token=token))


@frozen
class Job:
    job_id: str
    tags: frozenset[str] = frozenset()
    runs: int = 0
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True))


STARTED = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)


def work(token: str, at: datetime | None) -> list[Any]:
    writes: list[Any] = [
        Put(Job("j1", frozenset({"b", "a"})), timestamp=at),
        Update({"job_id": "j2"}, updates={"runs": increment(1)}, timestamp=at),
    ]
    plain: list[Any] = [evolve(write, timestamp=None) for write in writes]
    return [
        lambda jobs: jobs.send(TransactWrite(plain, idempotency_token=token, timestamp=at)),
        lambda jobs: jobs.table.send(TableTransactWrite([jobs.prepare(plain)], idempotency_token=token, timestamp=at)),
        lambda jobs: jobs.send(TransactWrite(writes, idempotency_token=token)),
    ]


def test_a_transaction_with_timestamps_is_built_again_after_a_crash(table: Table, engine: Engine) -> None:
    engine.requires("token_replay", "token_mismatch")
    jobs = Entity(Job, table, partition_key="JOB#{job_id}", sort_key="META")
    token = str(uuid4())
    for _ in range(2):
        for send in work(token, STARTED):
            assert send(jobs).idempotency_token == token
    first, second = jobs.send(TransactGet([{"job_id": "j1"}, {"job_id": "j2"}])).items
    assert first == Job("j1", frozenset({"a", "b"}), 0, STARTED, STARTED)
    assert second == Job("j2", runs=1, created_at=STARTED, updated_at=STARTED)


def test_without_its_timestamp_it_is_another_request_and_the_error_says_so(table: Table, engine: Engine) -> None:
    engine.requires("token_mismatch")
    jobs = Entity(Job, table, partition_key="JOB#{job_id}", sort_key="META")
    for number in range(3):
        token = str(uuid4())
        work(token, None)[number](jobs)
        with pytest.raises(IdempotencyMismatchError, match="Pass the same timestamp= to both"):
            work(token, None)[number](jobs)
    found = jobs.send(Get({"job_id": "j2"}, consistent=True)).item
    assert found is not None
    assert found.runs == 3
