"""Which clause of a condition failed, on real engines: each that sends the item as it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    ConditionFailedError,
    Delete,
    Entity,
    Put,
    StaleVersionError,
    Table,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    contains,
    greater_than_or_equal,
    item_exists,
    item_not_exists,
    not_,
    or_,
    size,
    stored,
)


@frozen
class Account:
    account_id: str
    owner: str = "Ada"
    balance: Decimal = Decimal("40.5")
    tags: frozenset[str] = frozenset({"new"})
    closed: bool = field(default=False, metadata=stored(alias="is-closed"))
    version: int = field(default=0, metadata=stored(version=True))


KEY = {"account_id": "a1"}
RICH = {"balance": greater_than_or_equal(100), "owner": "Ada"}


@pytest.fixture
def accounts(client: Any, table_name: str) -> Entity[Account]:
    table = Table(table_name, client=client)
    made = Entity(Account, table, partition_key=lambda a: a.account_id, sort_key=lambda _: "META")
    made.send(Put(Account("a1")))
    return made


def said(failure: Any) -> list[str]:
    return [clause.explain() for clause in failure.failed_clauses]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Delete(KEY, condition=RICH), ["balance >= 100: balance is 40.5"]),
        (
            Update(KEY, updates={"balance": add(-100)}, condition=or_({"closed": True}, RICH)),
            ["closed is True: closed is False", "balance >= 100: balance is 40.5"],
        ),
        (
            Put(Account("a1", version=1), condition=not_(or_({"tags": contains("new")}, {"owner": "Bob"}))),
            ["not (tags contains 'new'): tags is {'new'}"],
        ),
        (
            Delete({"account_id": "a2"}, condition=[item_exists(), {"tags": size(1)}]),
            ["there is such an item: there is none", "the size of tags is 1: tags is not stored"],
        ),
    ],
)
def test_a_write_tells_which_clause_failed(accounts: Entity[Account], command: Any, expected: list[str]) -> None:
    with pytest.raises(ConditionFailedError) as alone:
        accounts.send(command)
    assert said(alone.value) == expected
    with pytest.raises(TransactionCanceledError) as together:
        accounts.send(TransactWrite([command]))
    assert said(together.value.reasons[0]) == expected


def test_a_version_is_a_clause_like_any_other(accounts: Entity[Account]) -> None:
    accounts.send(Update(KEY, updates={"owner": "Bob"}))
    with pytest.raises(StaleVersionError) as stale:
        accounts.send(Delete(Account("a1", version=1)))
    assert said(stale.value) == ["version is 1: version is 2"]


def test_a_transaction_over_groups_tells_it_for_each_operation(accounts: Entity[Account]) -> None:
    fine = ConditionCheck(KEY, condition={"owner": "Ada"})
    new, quiet = Put(Account("a2"), condition=item_exists()), Delete({"account_id": "a3"}, condition=RICH)
    there = Put(Account("a4"))
    accounts.send(there)
    again = Delete({"account_id": "a4"}, condition=item_not_exists(), return_values_on_condition_check_failure="NONE")
    with pytest.raises(TransactionCanceledError) as caught:
        accounts.table.send(TableTransactWrite([accounts.prepare([fine, new]), accounts.prepare([quiet, again])]))
    assert [said(reason) for reason in caught.value.reasons] == [
        [],
        ["there is such an item: there is none"],
        ["balance >= 100: balance is not stored", "owner is 'Ada': owner is not stored"],
        [],
    ]
