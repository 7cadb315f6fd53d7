"""Read, decide, write, on a real engine: no update is lost, and no decision outlives what it was made on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    Entity,
    Get,
    Put,
    RetryPolicy,
    Table,
    TransactGet,
    TransactionCanceledError,
    Update,
    key,
    stored,
)
from tests.contract.shop import Account, Order, accounts_in, orders_in

if TYPE_CHECKING:
    from tests.contract.conftest import Engine

PATIENT = RetryPolicy(max_attempts=1000, base_delay=0.001, max_delay=0.02)
THREADS, TIMES = 8, 25
TASKS = 50


@frozen
class Counter:
    counter_id: str
    value: int = 0
    seen: frozenset[str] = frozenset()
    notes: dict[str, Any] = field(factory=dict[str, Any])


@frozen
class Versioned:
    counter_id: str
    value: int = 0
    version: int = field(default=0, metadata=stored(version=True))


@frozen
class Doctor:
    name: str
    on_call: bool = True


def counters(table: Table, schema: Any) -> Entity[Any]:
    return Entity(schema, table, partition_key=lambda c: key(schema.__name__, c.counter_id), sort_key=lambda _: "META")


def one_more(found: list[Any]) -> list[Put[Any]]:
    [counter] = found
    return [Put(evolve(counter, value=counter.value + 1))]


KEYS = [{"counter_id": "c1"}]


@pytest.mark.parametrize("schema", [Counter, Versioned])
def test_threads_that_count_lose_no_update(table: Table, engine: Engine, schema: Any) -> None:
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} serves one request at a time, and none of them in the way of another")
    entity = counters(table, schema)
    entity.send(Put(schema("c1")))
    together = Barrier(THREADS)

    def work(_: int) -> int:
        together.wait()
        return sum(entity.transact(one_more, KEYS, retry=PATIENT).tries for _ in range(TIMES))

    with ThreadPoolExecutor(THREADS) as threads:
        tries = sum(threads.map(work, range(THREADS)))
    assert entity.send(Get(KEYS[0], consistent=True)).item.value == THREADS * TIMES
    assert tries > THREADS * TIMES  # they met


def test_tasks_that_count_lose_no_update(table: Table, engine: Engine) -> None:
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} serves one request at a time, and none of them in the way of another")
    entity = counters(table, Versioned)
    entity.send(Put(Versioned("c1")))

    async def scenario() -> None:
        await asyncio.gather(*(entity.atransact(one_more, KEYS, retry=PATIENT) for _ in range(TASKS)))

    asyncio.run(scenario())
    assert entity.send(Get(KEYS[0], consistent=True)).item.value == TASKS


def test_everything_that_can_be_stored_can_be_depended_on(table: Table) -> None:
    entity = counters(table, Counter)
    notes = {"a": [1, "x", None, {"b": True}], "d": b"\x00", "s": {"p", "q"}, "n": {1, 2}}
    entity.send(Put(Counter("c1", 2, frozenset({"x", "y"}), notes)))
    assert entity.transact(one_more, KEYS, retry=RetryPolicy(max_attempts=1)).tries == 1
    assert entity.send(Get(KEYS[0])).item == Counter("c1", 3, frozenset({"x", "y"}), notes)


def test_a_default_that_is_not_stored_is_no_change(table: Table, client: Any) -> None:
    entity = counters(table, Counter)
    client.put_item(
        TableName=table.name, Item={"PK": {"S": "Counter#c1"}, "SK": {"S": "META"}, "counter_id": {"S": "c1"}}
    )
    assert entity.transact(one_more, KEYS, retry=RetryPolicy(max_attempts=1)).tries == 1


def test_a_decision_is_made_anew_when_another_comes_first(table: Table) -> None:
    """Two doctors may not both go off call: each transaction writes one, and depends on both."""
    doctors = Entity(Doctor, table, partition_key=lambda d: key("DOCTOR", d.name), sort_key=lambda _: "META")
    both = [{"name": "ann"}, {"name": "bob"}]
    for one in both:
        doctors.send(Put(Doctor(one["name"])))

    def leave(name: str) -> Any:
        def decide(found: list[Doctor | None]) -> list[Update]:
            if name == "ann" and not overtaken:
                overtaken.append(doctors.transact(leave("bob"), both))
            on_call = [doctor for doctor in found if doctor is not None and doctor.on_call]
            return [Update({"name": name}, updates={"on_call": False})] if len(on_call) > 1 else []

        return decide

    overtaken: list[Any] = []
    result = doctors.transact(leave("ann"), both)
    assert (result.tries, result.written) == (2, None)
    assert [doctor and doctor.on_call for doctor in result.items[0]] == [True, False]


def test_an_item_that_another_creates_first_is_not_overwritten(table: Table) -> None:
    accounts, orders = accounts_in(table), orders_in(table)
    seen: list[Account | None] = []

    def create(found: list[Account | None], _: list[Order | None]) -> Any:
        seen.extend(found)
        if len(seen) == 1:
            accounts.send(Put(Account("a1", "other")))
        return [accounts.prepare([Put(Account("a1", "mine"))])] if found == [None] else None

    result = table.transact(
        create,
        accounts.prepare(TransactGet([{"account_id": "a1"}])),
        orders.prepare(TransactGet([{"order_id": "o1"}])),
    )
    assert seen == [None, Account("a1", "other")]
    assert (result.tries, result.written) == (2, None)


def test_a_condition_of_its_own_is_told_apart(table: Table) -> None:
    accounts = accounts_in(table)
    accounts.send(Put(Account("a1", balance=10)))
    poor = Update({"account_id": "a1"}, updates={"balance": 0}, condition=accounts.where(lambda a: a.balance >= 100))
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.transact(lambda _: [poor], [{"account_id": "a1"}])
    assert cancelled.value.reason_for(poor).failed_clauses[0].path == "balance"
