"""TransactGet and TableTransactGet: one entry per key, in order, with holes, each of its own class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    Entity,
    Put,
    StoredItemError,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    UsageError,
)
from tests.contract.shop import Account, Order, accounts_in, orders_in, wire_key
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from tests.contract.conftest import Engine


pytestmark = EVERY_WAY


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    return accounts_in(table)


@pytest.fixture
def orders(table: Table) -> Entity[Order]:
    return orders_in(table)


def account(index: int) -> Account:
    return Account(f"a{index}", "Zoë", index, None if index % 2 else "z@example.org")


@pytest.mark.parametrize("size", [1, 2, 25, 100])
def test_items_come_in_the_order_of_the_keys_with_holes(accounts: Entity[Account], engine: Engine, size: int) -> None:
    if size > 25:
        engine.requires("transact_get_100")
    there = [n for n in range(size) if n % 3 != 1]
    accounts.send(TransactWrite([Put(account(n)) for n in there]))
    order = [n * 7 % size for n in range(size)] if size % 7 else list(range(size))
    result = accounts.send(TransactGet([{"account_id": f"a{n}"} for n in order]))
    assert result.items == [account(n) if n in there else None for n in order]
    assert result.response_metadata.http_status == 200
    assert result.consumed_capacity == ()


def test_nothing_found_is_all_holes(accounts: Entity[Account]) -> None:
    assert accounts.send(TransactGet([{"account_id": "x"}, {"account_id": "y"}])).items == [None, None]


def test_an_instance_is_a_key_too(accounts: Entity[Account]) -> None:
    accounts.send(Put(account(1)))
    assert accounts.send(TransactGet([Account("a1"), Account("a2")])).items == [account(1), None]


def test_consumed_capacity_is_per_table(accounts: Entity[Account]) -> None:
    accounts.send(Put(account(1)))
    read = TransactGet([{"account_id": "a1"}], return_consumed_capacity="TOTAL")
    [capacity] = accounts.send(read).consumed_capacity
    assert (capacity.table_name, capacity.capacity_units) == (accounts.table.name, 2.0)


def test_the_same_key_twice_is_refused_before_it_is_sent(accounts: Entity[Account]) -> None:
    with pytest.raises(UsageError, match="ask for it once"):
        accounts.send(TransactGet([{"account_id": "a1"}, {"account_id": "a2"}, Account("a1")]))


def test_a_stored_item_that_does_not_fit_is_named(accounts: Entity[Account], client: Any) -> None:
    accounts.send(Put(account(1)))
    client.put_item(TableName=accounts.table.name, Item=wire_key("ACCOUNT", "a2") | {"account_id": {"N": "2"}})
    with pytest.raises(StoredItemError) as misread:
        accounts.send(TransactGet([{"account_id": "a1"}, {"account_id": "a2"}]))
    assert misread.value.key == {"PK": "ACCOUNT#a2", "SK": "META"}


def test_groups_come_back_as_they_were_asked(accounts: Entity[Account], orders: Entity[Order], table: Table) -> None:
    order = Order("o1", lines=("x", "y"))
    table.send(TableTransactWrite([accounts.prepare([Put(account(1)), Put(account(2))]), orders.prepare([Put(order)])]))
    result = table.send(
        TableTransactGet(
            (
                accounts.prepare(TransactGet([{"account_id": "a2"}, {"account_id": "none"}])),
                orders.prepare(TransactGet([{"order_id": "none"}])),
                orders.prepare(TransactGet([{"order_id": "o1"}])),
                accounts.prepare(TransactGet([{"account_id": "a1"}])),
            ),
            return_consumed_capacity="TOTAL",
        )
    )
    assert result.items == ([account(2), None], [None], [order], [account(1)])
    assert [capacity.table_name for capacity in result.consumed_capacity] == [table.name]


def test_nine_groups_and_more_can_be_asked(accounts: Entity[Account], orders: Entity[Order], table: Table) -> None:
    accounts.send(TransactWrite([Put(account(n)) for n in range(9)]))
    groups = tuple(accounts.prepare(TransactGet([{"account_id": f"a{n}"}])) for n in range(9))
    read = TableTransactGet(groups).and_(orders.prepare(TransactGet([{"order_id": "o"}])))
    assert table.send(read).items == (*([account(n)] for n in range(9)), [None])


def test_a_hundred_keys_over_two_entities(
    accounts: Entity[Account], orders: Entity[Order], table: Table, engine: Engine
) -> None:
    engine.requires("transact_get_100")
    table.send(
        TableTransactWrite(
            [
                accounts.prepare([Put(account(n)) for n in range(50)]),
                orders.prepare([Put(Order(f"o{n}")) for n in range(50)]),
            ]
        )
    )
    found = table.send(
        TableTransactGet(
            (
                orders.prepare(TransactGet([{"order_id": f"o{n}"} for n in range(49, -1, -1)])),
                accounts.prepare(TransactGet([{"account_id": f"a{n}"} for n in range(50)])),
            )
        )
    )
    assert found.items == ([Order(f"o{n}") for n in range(49, -1, -1)], [account(n) for n in range(50)])


@pytest.mark.parametrize("sent", [101, 0])
def test_more_than_a_hundred_keys_or_none_are_refused_before_they_are_sent(
    accounts: Entity[Account], sent: int
) -> None:
    with pytest.raises(UsageError, match=f"{sent or 'no'} operations"):
        accounts.send(TransactGet([{"account_id": f"a{n}"} for n in range(sent)]))
