"""Transactions across tables: a Database reads and writes several at once, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    Database,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    Update,
    add,
    item_exists,
    stored,
)
from dynamo_document_builder.testing import MemoryDynamoDB
from tests.contract.shop import Account, Order, accounts_in, orders_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contract.conftest import OpenTable, Stored


@frozen
class Stock:
    sku: int = field(metadata=stored(alias="id"))
    left: int


@frozen(kw_only=True)
class Shop:
    """Three tables with entities, and one that only raw operations know."""

    database: Database
    accounts: Entity[Account]
    orders: Entity[Order]
    stock: Entity[Stock]
    ledger: Table


@pytest.fixture
def shop(database: Database, open_table: OpenTable) -> Shop:
    stock = open_table("stock", database=database, partition_key="id", sort_key=None, key_types={"id": "N"})
    shop = Shop(
        database=database,
        accounts=accounts_in(open_table(database=database)),
        orders=orders_in(open_table(database=database)),
        stock=Entity(Stock, stock),
        ledger=open_table(database=database, partition_key="entry", sort_key="at", key_types={"at": "N"}),
    )
    shop.accounts.send(Put(Account("a1", "Alice", 100)))
    shop.stock.send(Put(Stock(7, 3)))
    return shop


def checkout(shop: Shop, *, stock: Any = None, entry: Any = None) -> TableTransactWrite:
    ledger = {"TableName": shop.ledger.name, "Item": {"entry": {"S": "o1"}, "at": {"N": "1"}, "raw": {"B": b"\x00"}}}
    return TableTransactWrite(
        [
            shop.accounts.prepare([Update({"account_id": "a1"}, updates={"balance": add(-30)})]),
            shop.orders.prepare([Put(Order("o1", "paid"))]),
            Raw({"Put": ledger | (entry or {})}, label="ledger"),
            shop.stock.prepare([Update({"sku": 7}, updates={"left": add(-1)}, condition=stock)]),
        ]
    )


def test_a_transaction_spans_tables(shop: Shop, stored: Stored) -> None:
    assert shop.database.send(checkout(shop)).attempts == 1
    assert shop.accounts.send(Get({"account_id": "a1"})).item == Account("a1", "Alice", 70)
    assert shop.stock.send(Get({"sku": 7})).item == Stock(7, 2)
    assert shop.orders.send(Get({"order_id": "o1"})).item == Order("o1", "paid")
    entry = stored(shop.ledger, entry={"S": "o1"}, at={"N": "1"})
    assert entry is not None
    assert entry["raw"] == {"B": b"\x00"}


FAILURES: dict[str, Callable[[Shop], tuple[TableTransactWrite, int, Any]]] = {
    "entity": lambda shop: (checkout(shop, stock={"left": 0}), 3, Stock(7, 3)),
    "raw": lambda shop: (checkout(shop, entry={"ConditionExpression": "attribute_exists(entry)"}), 2, None),
}


@pytest.mark.parametrize("which", FAILURES)
def test_a_failure_in_one_table_undoes_the_others(shop: Shop, stored: Stored, which: str) -> None:
    command, index, item = FAILURES[which](shop)
    with pytest.raises(TransactionCanceledError) as cancelled:
        shop.database.send(command)
    assert [reason.index for reason in cancelled.value.failures] == [index]
    assert cancelled.value.reasons[index].item == item
    assert len(cancelled.value.reasons) == 4
    assert shop.accounts.send(Get({"account_id": "a1"})).item == Account("a1", "Alice", 100)
    assert shop.stock.send(Get({"sku": 7})).item == Stock(7, 3)
    assert shop.orders.send(Get({"order_id": "o1"})).item is None
    assert stored(shop.ledger, entry={"S": "o1"}, at={"N": "1"}) is None


def test_every_kind_of_raw_operation(shop: Shop, stored: Stored) -> None:
    name = shop.ledger.name

    def at(moment: str) -> dict[str, Any]:
        return {"TableName": name, "Key": {"entry": {"S": "e"}, "at": {"N": moment}}}

    written = {"TableName": name, "Item": {**at("1")["Key"], "n": {"N": "1"}}}
    shop.database.send(TableTransactWrite([Raw({"Put": written})]))
    shop.database.send(
        TableTransactWrite(
            [
                Raw(
                    {
                        "Update": at("2")
                        | {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}
                    }
                ),
                Raw({"ConditionCheck": at("1") | {"ConditionExpression": "attribute_exists(n)"}}),
                Raw({"Delete": at("3")}),
                shop.accounts.prepare([ConditionCheck({"account_id": "a1"}, condition=item_exists())]),
            ]
        )
    )
    shop.database.send(TableTransactWrite([Raw({"Delete": at("1")})]))
    assert stored(shop.ledger, **at("1")["Key"]) is None
    assert stored(shop.ledger, **at("2")["Key"]) == {**at("2")["Key"], "n": {"N": "2"}}


def test_one_key_in_two_tables_is_two_items(shop: Shop) -> None:
    twins = accounts_in(shop.orders.table)
    shop.database.send(
        TableTransactWrite(
            [twins.prepare([Put(Account("t", "twin"))]), shop.accounts.prepare([Put(Account("t", "other"))])]
        )
    )
    assert twins.send(Get({"account_id": "t"})).item == Account("t", "twin")
    assert shop.accounts.send(Get({"account_id": "t"})).item == Account("t", "other")


def test_a_read_spans_tables(shop: Shop) -> None:
    shop.orders.send(Put(Order("o1")))
    read = TableTransactGet(
        (
            shop.stock.prepare(TransactGet([{"sku": 8}, {"sku": 7}])),
            shop.accounts.prepare(TransactGet([{"account_id": "a1"}])),
            shop.orders.prepare(TransactGet([{"order_id": "o1"}])),
        ),
        return_consumed_capacity="TOTAL",
    )
    result = shop.database.send(read)
    assert result.items == ([None, Stock(7, 3)], [Account("a1", "Alice", 100)], [Order("o1")])
    assert {capacity.table_name for capacity in result.consumed_capacity} == {
        shop.stock.table.name,
        shop.accounts.table.name,
        shop.orders.table.name,
    }


def test_a_table_refuses_what_belongs_to_another(shop: Shop) -> None:
    with pytest.raises(TableMismatchError) as refused:
        shop.accounts.table.send(
            TableTransactWrite([shop.orders.prepare([Delete({"order_id": "o1"})]), shop.accounts.prepare([])])
        )
    assert shop.orders.table.name in str(refused.value)


def another(transport: Any, client: Any) -> Any:
    """Return a transport of the same kind that leads elsewhere, as far as anybody can tell."""
    if isinstance(transport, MemoryDynamoDB):
        return MemoryDynamoDB()
    kind = type(transport)
    return kind(client, wire=not transport.wire) if hasattr(transport, "wire") else kind.from_client(client)


def test_a_database_refuses_what_belongs_to_another(shop: Shop, client: Any, transport: Any) -> None:
    elsewhere = Database(transport=another(transport, client))
    with pytest.raises(TableMismatchError):
        elsewhere.send(checkout(shop))
    assert shop.accounts.send(Get({"account_id": "a1"})).item == Account("a1", "Alice", 100)
