"""Two hundred tasks share one table, one entity and one set of commands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from dynamo_document_builder import Get, Put, Query, TransactGet, TransactWrite, Update, add
from tests.contract.shop import Account, accounts_in

if TYPE_CHECKING:
    from dynamo_document_builder import Table

TASKS = 200


def test_two_hundred_tasks_never_get_each_others_answers(table: Table, runner: asyncio.Runner) -> None:
    accounts = accounts_in(table)
    nothing = TransactGet([{"account_id": "none"}])

    async def work(number: int) -> None:
        name = f"task-{number}"
        mine = Account(name, f"owner {number}", number)
        await accounts.asend(Put(mine))
        assert (await accounts.asend(Get({"account_id": name}, consistent=True))).item == mine
        await accounts.asend(TransactWrite([Update({"account_id": name}, updates={"balance": add(1)})]))
        found = await accounts.asend(Query({"account_id": name}, consistent=True))
        assert [one.balance for one in found.items] == [number + 1]
        assert (await accounts.asend(nothing)).items == [None]

    async def scenario() -> list[Any]:
        return await asyncio.gather(*(work(number) for number in range(TASKS)))

    assert runner.run(scenario()) == [None] * TASKS
