"""Many tasks share one table, one entity and one set of command objects, on either event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    TableTransactGet,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    item_exists,
    item_not_exists,
)
from dynamo_document_builder.transports.async_threads import AsyncThreadTransport
from tests.contract.shop import Account, accounts_in, orders_in
from tests.contract.ways import AWAITED, FASTEST, loop_of
from tests.event_loops import run_in

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.conftest import NewTable
    from tests.engines import Engine

pytestmark = AWAITED
TASKS = 200
TASKS_OF_THEIR_OWN = 50
TASKS_ONE_BY_ONE = 30
Run = Callable[["Coroutine[Any, Any, Any]"], Any]


@pytest.fixture
def table(way: str, new_table: NewTable, transport: Any) -> Table:
    name = new_table()
    if FASTEST["moto"] == way:
        return Table(name, transport=AsyncThreadTransport(transport, max_threads=1))  # moto does not expect threads
    if way == "threads":
        return Table(name, transport=AsyncThreadTransport(transport, max_threads=10))
    return Table(name, transport=transport)


@pytest.fixture
def run(runner: asyncio.Runner) -> Run:
    """Give what runs a coroutine in the event loop of the way."""
    return runner.run


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    return accounts_in(table)


def test_many_tasks_with_commands_of_their_own(table: Table, engine: Engine, run: Run) -> None:
    accounts, orders = accounts_in(table), orders_in(table)
    never = Put(Account("shared"), condition=item_not_exists())
    nothing = TransactGet([{"order_id": "none"}])

    async def task(number: int) -> None:
        mine = Account(str(number), f"owner {number}", number)
        await accounts.asend(Put(mine))
        assert (await accounts.asend(Get(mine, consistent=True))).item == mine
        with pytest.raises(ConditionFailedError) as refused:
            await accounts.asend(Delete(mine, condition={"balance": -1}))
        assert refused.value.item == mine
        with pytest.raises(TransactionCanceledError):
            await accounts.asend(TransactWrite([Delete(mine), never]))
        both = TableTransactGet((accounts.prepare(TransactGet([mine])), orders.prepare(nothing)))
        assert (await table.asend(both)).items == ([mine], [None])
        await accounts.asend(TransactWrite([Update(mine, updates={"balance": add(1)})]))
        found = await accounts.asend(Query({"account_id": mine.account_id}, consistent=True))
        assert [account.balance for account in found.items] == [number + 1]

    async def scenario() -> None:
        async with table:
            await accounts.asend(Put(Account("shared")))
            await asyncio.gather(
                *(task(number) for number in range(TASKS_OF_THEIR_OWN if engine.endpoint else TASKS_ONE_BY_ONE))
            )

    run(scenario())


def test_two_hundred_tasks_share_one_command(accounts: Entity[Account], run: Run) -> None:
    bump = Update({"account_id": "shared"}, updates={"balance": add(1)}, condition=item_exists())

    async def scenario() -> None:
        async with accounts.table:
            await accounts.asend(Put(Account("shared")))
            await asyncio.gather(*(accounts.asend(bump) for _ in range(TASKS)))
            found = await accounts.asend(Get({"account_id": "shared"}, consistent=True))
        assert found.item == Account("shared", balance=TASKS)

    run(scenario())


def test_some_of_many_tasks_are_cancelled_and_the_others_never_notice(accounts: Entity[Account], run: Run) -> None:
    async def scenario() -> None:
        async with accounts.table:
            await asyncio.gather(*(accounts.asend(Put(Account(str(n)))) for n in range(20)))
            tasks = [asyncio.create_task(accounts.asend(Get({"account_id": str(n % 20)}))) for n in range(TASKS)]
            await asyncio.sleep(0.01)
            for task in tasks[::3]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for number, result in enumerate(results):
            if isinstance(result, asyncio.CancelledError):
                assert number % 3 == 0
            else:
                assert not isinstance(result, BaseException)
                assert result.item == Account(str(number % 20))

    run(scenario())


def test_pages_one_by_one_and_side_by_side(accounts: Entity[Account], run: Run) -> None:
    everything = sorted((Account(str(n)) for n in range(30)), key=lambda account: account.account_id)

    async def scenario() -> None:
        async with accounts.table:
            await asyncio.gather(*(accounts.asend(Put(account)) for account in everything))
            for scan in (Scan(page_size=7), Scan(page_size=7, total_segments=4)):
                found = [account async for account in accounts.apaginate(scan).items()]
                assert sorted(found, key=lambda account: account.account_id) == everything
            async for page in accounts.apaginate(Query(key={"account_id": "7"})):
                assert page.items == [Account("7")]
            async for _ in accounts.apaginate(Scan(page_size=1, total_segments=4)):
                break

    run(scenario())


def test_event_loops_in_several_threads_share_a_table(way: str, accounts: Entity[Account]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    if way == "aiobotocore":
        pytest.skip("a client of aiobotocore belongs to one event loop")

    async def scenario(number: int) -> Any:
        await accounts.asend(Put(Account(str(number))))
        return (await accounts.asend(Get({"account_id": str(number)}, consistent=True))).item

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: run_in(loop_of(way), scenario(number)), range(8)))
    assert found == [Account(str(number)) for number in range(8)]
    asyncio.run(accounts.table.aclose())
