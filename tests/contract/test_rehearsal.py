"""A rehearsal says what the transaction then meets, and writes nothing."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    Table,
    TableTransactWrite,
    TestCondition,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    add,
    item_exists,
    item_not_exists,
)
from tests.contract.shop import Account, Order, accounts_in, orders_in, wire_key

if TYPE_CHECKING:
    from tests.contract.conftest import Engine

ALICE = Account("a1", "Alice", 40, "a@example.org")


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    accounts = accounts_in(table)
    accounts.send(Put(ALICE))
    return accounts


def test_a_condition_is_tested_on_what_is_there(accounts: Entity[Account]) -> None:
    rich = accounts.where(lambda a: (a.balance >= 100) & (a.owner == "Alice"))
    result = accounts.send(TestCondition(key={"account_id": "a1"}, condition=rich))
    assert (result.passed, result.item) == (False, ALICE)
    assert [clause.passed for clause in result.clauses] == [False, True]
    assert result.show(values=True).splitlines() == [
        "TestCondition Account account_id='a1': fails",
        "  FAILS   balance >= 100: balance is 40",
        "  passes  owner is 'Alice': owner is 'Alice'",
    ]
    nobody = accounts.send(TestCondition(key={"account_id": "nobody"}, condition=item_not_exists()))
    assert (nobody.passed, nobody.item) == (True, None)


def test_each_operation_is_told_and_nothing_is_written(table: Table, accounts: Entity[Account]) -> None:
    orders = orders_in(table)
    writes = TableTransactWrite(
        [
            accounts.prepare(
                [
                    Update({"account_id": "a1"}, updates={"balance": add(5)}, condition={"balance": 41}, label="pay"),
                    Put(Account("a2"), condition=item_not_exists()),
                    ConditionCheck({"account_id": "a3"}, condition=item_exists()),
                ]
            ),
            orders.prepare([Delete({"order_id": "o1"})]),
            Raw(
                {
                    "Update": {
                        "TableName": table.name,
                        "Key": wire_key("ACCOUNT", "a4"),
                        "UpdateExpression": "SET n = :n",
                        "ConditionExpression": "attribute_exists(#x) OR size(y) > :n",
                        "ExpressionAttributeNames": {"#x": "x"},
                        "ExpressionAttributeValues": {":n": {"N": "1"}},
                    }
                }
            ),
        ]
    )
    rehearsal = table.rehearse(writes)
    assert [report.passed for report in rehearsal.reports] == [False, True, False, True, False]
    assert rehearsal.passed is False
    assert rehearsal.by_label["pay"].item == ALICE
    assert rehearsal.title == "TableTransactWrite would be cancelled: 3 of 5 operations fail"
    with pytest.raises(TransactionCanceledError) as cancelled:
        table.send(writes)
    assert [reason.failed for reason in cancelled.value.reasons] == [
        report.passed is False for report in rehearsal.reports
    ]
    assert accounts.send(Get({"account_id": "a2"}, consistent=True)).item is None


def test_it_is_awaited_as_well(table: Table, accounts: Entity[Account]) -> None:
    async def scenario() -> list[bool | None]:
        put = Put(Account("a1"), condition=item_not_exists())
        found = [
            await accounts.arehearse(put),
            await table.arehearse(TableTransactWrite([accounts.prepare([put])])),
        ]
        tested = await accounts.asend(TestCondition(key={"account_id": "a1"}, condition=item_exists()))
        return [*(one.passed for one in found), tested.passed]

    assert asyncio.run(scenario()) == [False, False, True]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_rehearsed_is_what_happens(table: Table, engine: Engine, seed: int) -> None:
    engine.requires("equal_to_missing")
    random, accounts = Random(seed), accounts_in(table)
    orders = orders_in(table)
    for number in range(6):
        if random.random() < 0.6:
            accounts.send(Put(Account(str(number), random.choice("ab"), random.randrange(3))))
    writes = [drawn(random, str(number)) for number in range(6)]
    command = TransactWrite(writes)
    rehearsal = accounts.rehearse(command)
    before = [accounts.send(Get({"account_id": str(number)}, consistent=True)).item for number in range(6)]
    assert [report.item for report in rehearsal.reports] == before
    assert met(accounts, command) == [report.passed for report in rehearsal.reports]
    assert orders.send(Get({"order_id": "o"})).item is None


def met(accounts: Entity[Account], command: TransactWrite[Account]) -> list[bool]:
    """Send it, and return which operations DynamoDB took."""
    try:
        accounts.send(command)
    except TransactionCanceledError as error:
        return [not reason.failed for reason in error.reasons]
    return [True] * len(command.writes)


def drawn(random: Random, name: str) -> Any:
    condition = random.choice(
        [
            None,
            item_exists(),
            item_not_exists(),
            {"owner": random.choice("ab")},
            {"balance": random.randrange(3)},
            [item_exists(), {"owner": "a"}],
        ]
    )
    kinds: list[Any] = [
        Put(Account(name, "new"), condition=condition),
        Update({"account_id": name}, updates={"owner": "x"}, condition=condition),
        Delete({"account_id": name}, condition=condition),
    ]
    return random.choice(kinds)


def test_what_cannot_be_sent_is_refused(table: Table, accounts: Entity[Account]) -> None:
    with pytest.raises(UsageError, match="no field 'blance'"):
        accounts.rehearse(TransactWrite([Delete({"account_id": "a1"}, condition={"blance": 1})]))
    with pytest.raises(UsageError, match="about the same item"):
        accounts.rehearse(TransactWrite([Delete({"account_id": "a1"}), Put(ALICE)]))
    with pytest.raises(UsageError, match="rehearse takes a write or a transaction of writes, not Get"):
        accounts.rehearse(Get({"account_id": "a1"}))
    with pytest.raises(UsageError, match="it is about one entity, which sends it"):
        table.rehearse(TransactWrite([Put(ALICE)]))  # type: ignore[arg-type]


def test_an_item_that_does_not_fit_is_looked_at_all_the_same(table: Table, client: Any) -> None:
    accounts = accounts_in(table)
    client.put_item(TableName=table.name, Item={**wire_key("ACCOUNT", "a1"), "balance": {"S": "lots"}})
    [report] = accounts.rehearse(TransactWrite([Delete({"account_id": "a1"}, condition={"balance": 1})])).reports
    assert (report.passed, report.item) == (False, None)
    assert report.item_error is not None
    assert report.clauses[0].actual == "lots"


def test_a_raw_operation_that_cannot_be_read_is_not_told(table: Table, accounts: Entity[Account]) -> None:
    members = {"TableName": table.name, "Key": wire_key("ACCOUNT", "a1"), "ConditionExpression": "this is none"}
    rehearsal = table.rehearse(TableTransactWrite([Raw({"Delete": members})]))
    assert (rehearsal.passed, rehearsal.reports[0].passed) == (None, None)
    assert rehearsal.title.endswith("no condition fails, and some cannot be evaluated")


def test_values_are_shown_only_when_asked_for(accounts: Entity[Account]) -> None:
    put = Put(evolve(ALICE, owner="Bob"), condition={"owner": "s3cret"})
    rehearsal = accounts.rehearse(put)
    assert "s3cret" not in str(rehearsal)
    assert "s3cret" not in repr(rehearsal.reports[0].clauses)
    assert "owner is 's3cret': owner is 'Alice'" in rehearsal.show(values=True)
    assert "<script>" not in accounts.rehearse(Put(ALICE, condition={"owner": "<script>"}))._repr_html_()
    pytest.importorskip("rich.text")
    assert "s3cret" in rehearsal.__rich__().plain
    [report] = rehearsal.reports
    assert "s3cret" in report._repr_html_()
    assert "s3cret" in report.__rich__().plain


def test_a_transaction_of_orders_only_reads_orders(table: Table) -> None:
    orders = orders_in(table)
    assert table.rehearse(TableTransactWrite([orders.prepare([Put(Order("o1"))])])).passed
