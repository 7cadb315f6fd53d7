"""TransactWrite and TableTransactWrite: all of it or nothing, and whose fault it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    ServiceError,
    StoredItemError,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    attr,
    greater_than_or_equal,
    increment,
    item_exists,
    item_not_exists,
)
from tests.contract.shop import Account, Order, accounts_in, orders_in, wire_key
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from dynamo_document_builder import Table
    from tests.contract.conftest import Engine, OpenTable


pytestmark = EVERY_WAY


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    return accounts_in(table)


@pytest.fixture
def orders(table: Table) -> Entity[Order]:
    return orders_in(table)


def named(index: int) -> dict[str, str]:
    return {"account_id": f"a{index}"}


def count(client: Any, table: Table) -> int:
    pages = client.get_paginator("scan").paginate(TableName=table.name, Select="COUNT", ConsistentRead=True)
    return sum(page["Count"] for page in pages)


@pytest.mark.parametrize("size", [1, 2, 25, 100])
def test_all_operations_are_applied(accounts: Entity[Account], client: Any, size: int) -> None:
    """Every kind in turn, on items that are there beforehand and on new ones."""
    for n in range(size):
        if n % 4:
            accounts.send(Put(Account(f"a{n}", "before", n)))
    kinds = [
        lambda n: Put(Account(f"a{n}", "new", n), condition=item_not_exists()),
        lambda n: Update(named(n), updates={"owner": "after", "balance": add(1)}, condition={"balance": n}),
        lambda n: Delete(named(n), condition=item_exists()),
        lambda n: ConditionCheck(named(n), condition={"owner": "before"}),
    ]
    result = accounts.send(TransactWrite([kinds[n % 4](n) for n in range(size)]))
    assert result.attempts == 1
    for n in range(size):
        expected = [Account(f"a{n}", "new", n), Account(f"a{n}", "after", n + 1), None, Account(f"a{n}", "before", n)]
        assert accounts.send(Get(named(n))).item == expected[n % 4]
    assert count(client, accounts.table) == size - len(range(2, size, 4))


def four_writes() -> list[Any]:
    """Return one of each kind, every condition true of the stored items."""
    return [
        Put(Account("a0", "Eve"), condition=item_not_exists(), label="insert"),
        Update(
            named(1), updates={"balance": add(-30)}, condition={"balance": greater_than_or_equal(30)}, label="debit"
        ),
        Delete(named(2), condition={"owner": "Carol"}, label="close"),
        ConditionCheck(named(3), condition={"owner": "Dan"}, label="active"),
    ]


def stop(write: Any) -> Any:
    """Return the same write with a condition that no item meets."""
    kind = type(write)
    never = attr("balance") < -1
    if kind is Put:
        return Put(write.item, condition=never, label=write.label)
    if kind is Update:
        return Update(write.key, updates=write.updates, condition=never, label=write.label)
    return kind(write.key, condition=never, label=write.label)


BEFORE = [None, Account("a1", "Bob", 100), Account("a2", "Carol"), Account("a3", "Dan", 5)]


def prepare(accounts: Entity[Account]) -> None:
    accounts.send(TransactWrite([Put(account) for account in BEFORE if account is not None]))


def test_the_four_writes_are_applied_when_nothing_stands_in_the_way(accounts: Entity[Account]) -> None:
    prepare(accounts)
    accounts.send(TransactWrite(four_writes()))
    after = [accounts.send(Get(named(n))).item for n in range(4)]
    assert after == [Account("a0", "Eve"), Account("a1", "Bob", 70), None, Account("a3", "Dan", 5)]


@pytest.mark.parametrize("failing", [{0}, {1}, {2}, {3}, {0, 3}, {1, 2}, {0, 1, 2, 3}], ids=str)
def test_one_failing_operation_undoes_all_and_is_named(accounts: Entity[Account], failing: set[int]) -> None:
    prepare(accounts)
    writes = [stop(write) if n in failing else write for n, write in enumerate(four_writes())]
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite(writes))
    error = cancelled.value
    assert [accounts.send(Get(named(n))).item for n in range(4)] == BEFORE
    assert [reason.index for reason in error.reasons] == [0, 1, 2, 3]
    assert {reason.index for reason in error.failures} == failing
    for n, (reason, write) in enumerate(zip(error.reasons, writes, strict=True)):
        assert reason.command is write
        assert error.reason_for(write) is reason
        assert error.by_label[write.label] is reason
        assert (reason.entity, reason.key["account_id"]) == ("Account", f"a{n}")
        assert reason.code == ("ConditionalCheckFailed" if n in failing else "None")
        assert reason.item == (BEFORE[n] if n in failing else None)
        assert reason.item_error is None
        assert (f"account_id='a{n}'" in str(error)) == (n in failing)
    assert error.code == "TransactionCanceledException"
    assert error.idempotency_token
    assert not error.retryable
    assert not error.is_validation
    assert "Bob" not in str(error)


@pytest.mark.parametrize("size", [1, 2, 25, 100])
@pytest.mark.parametrize("place", ["first", "last"])
def test_nothing_is_written_whatever_the_size(accounts: Entity[Account], client: Any, size: int, place: str) -> None:
    failing = 0 if place == "first" else size - 1
    writes = [Put(Account(f"a{n}"), condition=item_exists() if n == failing else None) for n in range(size)]
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite(writes))
    assert [reason.index for reason in cancelled.value.failures] == [failing]
    assert len(cancelled.value.reasons) == size
    assert count(client, accounts.table) == 0


def test_equal_commands_are_told_apart(accounts: Entity[Account], orders: Entity[Order], table: Table) -> None:
    one, other = (Delete({"account_id": "x"}, condition=item_exists()) for _ in range(2))
    assert one == other
    deletes = [ConditionCheck({"order_id": "x"}, condition=item_not_exists())]
    with pytest.raises(TransactionCanceledError) as cancelled:
        table.send(TableTransactWrite([orders.prepare(deletes), accounts.prepare([other])]))
    assert cancelled.value.reason_for(other).index == 1
    with pytest.raises(KeyError):
        cancelled.value.reason_for(one)


def test_each_reason_brings_its_item_as_its_own_entity_has_it(
    accounts: Entity[Account], orders: Entity[Order], table: Table
) -> None:
    account, order = Account("1", "Alice", 5), Order("1", "shipped", ("a", "b"))
    table.send(TableTransactWrite([accounts.prepare([Put(account)]), orders.prepare([Put(order)])]))
    raw_key = wire_key("ORDER", "2")
    table.send(TableTransactWrite([Raw({"Put": {"TableName": table.name, "Item": raw_key | {"n": {"N": "1"}}}})]))
    raw = {
        "TableName": table.name,
        "Key": raw_key,
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    groups = [
        orders.prepare([Update({"order_id": "1"}, updates={"status": "new"}, condition={"status": "new"})]),
        Raw({"Delete": raw}, label="raw"),
        accounts.prepare([Put(Account("1"), condition=item_not_exists()), Put(Account("2"))]),
    ]
    with pytest.raises(TransactionCanceledError) as cancelled:
        table.send(TableTransactWrite(groups))
    found = cancelled.value.reasons
    assert [reason.item for reason in found] == [order, {"PK": "ORDER#2", "SK": "META", "n": 1}, account, None]
    assert [reason.entity for reason in found] == ["Order", None, "Account", "Account"]
    assert [reason.failed for reason in found] == [True, True, True, False]
    assert cancelled.value.by_label["raw"].key == {"PK": "ORDER#2", "SK": "META"}


def test_the_item_is_left_out_when_told_so(accounts: Entity[Account]) -> None:
    accounts.send(Put(Account("a1", "Bob")))
    silent = Put(Account("a1"), condition=item_not_exists(), return_values_on_condition_check_failure="NONE")
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite([silent]))
    [reason] = cancelled.value.reasons
    assert (reason.failed, reason.item, reason.raw_item) == (True, None, None)


def test_an_item_that_does_not_fit_does_not_hide_the_cancellation(
    accounts: Entity[Account], table: Table, client: Any
) -> None:
    client.put_item(TableName=table.name, Item=wire_key("ACCOUNT", "a1") | {"balance": {"S": "lots"}})
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite([Put(Account("a1"), condition=item_not_exists()), Put(Account("a2"))]))
    reason = cancelled.value.reasons[0]
    assert (reason.failed, reason.item) == (True, None)
    assert reason.raw_item is not None
    assert reason.raw_item["balance"] == {"S": "lots"}
    assert isinstance(reason.item_error, StoredItemError)


def test_groups_keep_their_order(accounts: Entity[Account], orders: Entity[Order], table: Table) -> None:
    blocked = ConditionCheck({"order_id": "none"}, condition=item_exists())
    groups = [
        accounts.prepare([Put(Account("1")), Put(Account("2"))]),
        orders.prepare([blocked]),
        accounts.prepare([Put(Account("3"))]),
    ]
    with pytest.raises(TransactionCanceledError) as cancelled:
        table.send(TableTransactWrite(groups))
    assert [reason.failed for reason in cancelled.value.reasons] == [False, False, True, False]
    assert [reason.name for reason in cancelled.value.reasons] == ["Put", "Put", "ConditionCheck", "Put"]


def test_consumed_capacity_is_per_table(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("transact_write_capacity")
    assert accounts.send(TransactWrite([Put(Account("a1"))])).consumed_capacity == ()
    [capacity] = accounts.send(
        TransactWrite([Put(Account("a1")), Put(Account("a2"))], return_consumed_capacity="TOTAL")
    ).consumed_capacity
    assert (capacity.table_name, capacity.capacity_units) == (accounts.table.name, 4.0)


def test_item_collection_metrics_are_by_table(open_table: OpenTable, engine: Engine) -> None:
    engine.requires("transact_item_collection_metrics")
    accounts = accounts_in(open_table(local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}}))
    result = accounts.send(TransactWrite([Put(Account("a1"))], return_item_collection_metrics="SIZE"))
    [metrics] = result.item_collection_metrics[accounts.table.name]
    assert metrics.item_collection_key == {"PK": {"S": "ACCOUNT#a1"}}


def test_a_reason_can_be_that_the_operation_is_invalid(
    accounts: Entity[Account], table: Table, client: Any, engine: Engine
) -> None:
    """Arithmetic on what is no number: known to DynamoDB only, so it comes as a reason or as a plain refusal."""
    client.put_item(TableName=table.name, Item=wire_key("ACCOUNT", "a1") | {"balance": {"S": "lots"}})
    writes = [Put(Account("a0")), Update(named(1), updates={"balance": add(1)}), Put(Account("a2"))]
    with pytest.raises(ServiceError) as refused:
        accounts.send(TransactWrite(writes))
    assert refused.value.is_validation
    assert not refused.value.retryable
    assert count(client, table) == 1
    if engine.has("update_operand_reason"):
        assert isinstance(refused.value, TransactionCanceledError)
        assert [reason.code for reason in refused.value.reasons] == ["None", "ValidationError", "None"]
        assert refused.value.reasons[1].message


def test_an_upsert_in_a_transaction_leaves_an_item_that_can_be_read(accounts: Entity[Account]) -> None:
    accounts.send(TransactWrite([Update(named(1), updates={"balance": increment(5)}), Put(Account("a2"))]))
    assert accounts.send(Get(named(1))).item == Account("a1", balance=5)
