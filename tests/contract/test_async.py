"""Many tasks share one table, one entity and one set of command objects, on either event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    AsyncHttpTransport,
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
from tests.contract.modes import WIRE
from tests.contract.shop import Account, accounts_in, orders_in
from tests.engines import REGION
from tests.event_loops import LOOPS, run_in

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dynamo_document_builder.transports.botocore import BotocoreTransport
    from tests.conftest import NewTable
    from tests.engines import Engine

pytestmark = WIRE
TASKS = 200
TASKS_ONE_BY_ONE = 30
Run = Callable[["Coroutine[Any, Any, Any]"], Any]


WAYS = ["threads", "http", *(["aiobotocore"] if find_spec("aiobotocore") else [])]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, engine: Engine) -> str:
    """Name the way requests are awaited."""
    if request.param == "aiobotocore" and engine.endpoint is None:
        pytest.skip(f"{engine.name} is in this process, and aiobotocore looks for an endpoint")
    way: str = request.param
    return way


@pytest.fixture
def table(way: str, new_table: NewTable, transport: BotocoreTransport, engine: Engine) -> Table:
    if way == "http":
        return Table(new_table(), transport=AsyncHttpTransport.from_client(transport.client))
    # An engine in this process does not expect threads itself.
    threads = 10 if engine.endpoint else 1
    return Table(new_table(), transport=AsyncThreadTransport(transport, max_threads=threads))


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest, way: str, table: Table, engine: Engine) -> Run:
    """Give what runs a coroutine in an event loop of its own."""
    if way != "aiobotocore":
        return lambda coroutine: run_in(request.param, coroutine)
    return lambda coroutine: run_in(request.param, with_aiobotocore(coroutine, table, engine))


async def with_aiobotocore(coroutine: Coroutine[Any, Any, Any], table: Table, engine: Engine) -> Any:
    """Run a coroutine while its table is connected to a client, which belongs to the event loop."""
    from aiobotocore.session import get_session

    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    opening = get_session().create_client("dynamodb", endpoint_url=engine.endpoint, region_name=REGION, **keys)
    async with opening as client:
        table.connect(client)
        return await coroutine


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

    async def scenario() -> None:
        async with table:
            await accounts.asend(Put(Account("shared")))
            await asyncio.gather(*(task(number) for number in range(TASKS if engine.endpoint else TASKS_ONE_BY_ONE)))

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


def test_event_loops_in_several_threads_share_a_table(way: str, accounts: Entity[Account], run: Run) -> None:
    from concurrent.futures import ThreadPoolExecutor

    if way == "aiobotocore":
        pytest.skip("a client of aiobotocore belongs to one event loop")

    async def scenario(number: int) -> Any:
        await accounts.asend(Put(Account(str(number))))
        return (await accounts.asend(Get({"account_id": str(number)}, consistent=True))).item

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: run(scenario(number)), range(8)))
    assert found == [Account(str(number)) for number in range(8)]
    asyncio.run(accounts.table.aclose())
