"""Batches on the engines: any number of items, in the order of the caller, with the keys of any type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from dynamo_document_builder import Database, Entity, StoredItemError, Table, TableNotFoundError
from dynamo_document_builder.commands.batch_get import BatchGet
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.table_batch_get import TableBatchGet
from dynamo_document_builder.commands.table_batch_write import TableBatchWrite
from dynamo_document_builder.errors import AbortedError, BatchIncompleteError, RequestTimeoutError
from tests.contract.shop import Account, Order, accounts_in, orders_in, wire_key
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contract.conftest import Engine, OpenTable, Stored


pytestmark = EVERY_WAY


@frozen
class Reading:
    sensor: int
    block: bytes
    note: str = ""


@frozen
class Owned:
    owner: str


def key_of(account_id: object) -> dict[str, str]:
    return {"account_id": str(account_id)}


def many(count: int, start: int = 0) -> list[Account]:
    return [Account(str(number), balance=number) for number in range(start, start + count)]


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    return accounts_in(table)


@pytest.fixture
def orders(table: Table) -> Entity[Order]:
    return orders_in(table)


def balances(items: Sequence[Account | None]) -> list[int | None]:
    return [None if item is None else item.balance for item in items]


def test_many_writes_and_reads(accounts: Entity[Account]) -> None:
    written = accounts.send(BatchWrite(many(130)))
    assert (written.count, written.attempts) == (130, 6)
    assert not written.unprocessed
    wanted = [*range(259, -1, -1), 7, 7, 300, 300]
    result = accounts.send(BatchGet([key_of(number) for number in wanted], consistent=True))
    assert balances(result.items) == [number if number < 130 else None for number in wanted]
    assert (result.unprocessed, result.attempts) == ((), 3)


def test_puts_and_deletes_go_together(accounts: Entity[Account]) -> None:
    accounts.send(BatchWrite(many(40)))
    result = accounts.send(
        BatchWrite([*many(20, 100), Account("0", "someone new")], deletes=[*many(10, 10), key_of("never there")])
    )
    assert result.count == 32
    found = accounts.send(BatchGet([key_of(number) for number in (0, 9, 10, 19, 20, 100, 119)])).items
    assert [None if item is None else item.owner for item in found] == [
        "someone new",
        "nobody",
        None,
        None,
        "nobody",
        "nobody",
        "nobody",
    ]


def test_what_is_given_twice_is_written_once(accounts: Entity[Account], table: Table, stored: Stored) -> None:
    account = Account("1", balance=1)
    assert accounts.send(BatchWrite([account, account], deletes=[key_of(2), key_of(2)])).count == 4
    assert (stored(table, **wire_key("ACCOUNT", "1")) or {})["balance"] == {"N": "1"}


def test_parts_of_items(accounts: Entity[Account]) -> None:
    accounts.send(BatchWrite([Account("1", "Ann", 5), Account("2", email="b@example.org")]))
    keys = [key_of(1), key_of(3), key_of(2)]
    assert accounts.send(BatchGet(keys, projection=["owner", "email"])).items == [
        {"owner": "Ann"},
        None,
        {"owner": "nobody", "email": "b@example.org"},
    ]
    assert accounts.send(BatchGet(keys, projection=Owned)).items == [Owned("Ann"), None, Owned("nobody")]


def test_an_item_without_anything_projected_is_not_none(accounts: Entity[Account]) -> None:
    accounts.send(BatchWrite([Account("1")]))
    assert accounts.send(BatchGet([key_of(1), key_of(2)], projection=["email"])).items == [{}, None]


def test_keys_are_numbers_and_bytes_too(open_table: OpenTable) -> None:
    table = open_table(partition_key="sensor", sort_key="block", key_types={"sensor": "N", "block": "B"})
    readings = Entity(Reading, table)
    stored = [Reading(number * 10**20 - 7, bytes([number + 30, 225 - number]), "x") for number in range(-30, 30)]
    readings.send(BatchWrite(stored))
    keys: list[dict[str, Any]] = [{"sensor": one.sensor, "block": one.block} for one in stored]
    missing = {"sensor": 1, "block": b"\x00"}
    assert readings.send(BatchGet([*reversed(keys), missing])).items == [*reversed(stored), None]
    readings.send(BatchWrite(deletes=keys[:59]))
    assert readings.send(BatchGet(keys)).items == [*[None] * 59, stored[59]]


def test_several_entities_of_a_table(
    table: Table, accounts: Entity[Account], orders: Entity[Order], engine: Engine
) -> None:
    some = [Order(str(number)) for number in range(40)]
    written = table.send(TableBatchWrite([accounts.prepare(BatchWrite(many(40))), orders.prepare(BatchWrite(some))]))
    assert (written.count, written.attempts) == (80, 4)
    found_orders, found_accounts, owners = table.send(
        TableBatchGet(
            (
                orders.prepare(BatchGet([{"order_id": str(number)} for number in (39, 0, 40)])),
                accounts.prepare(BatchGet(many(60), consistent=True)),
                accounts.prepare(BatchGet([key_of(3)], projection=Owned)),
            )
        )
    ).items
    assert found_orders == [some[39], some[0], None]
    assert found_accounts == [*many(40), *[None] * 20]
    assert owners == [Owned("nobody")]


def test_several_tables_of_a_database(database: Database, open_table: OpenTable) -> None:
    accounts, orders = accounts_in(open_table(database=database)), orders_in(open_table(database=database))
    some = [Order(str(number)) for number in range(70)]
    written = database.send(TableBatchWrite([accounts.prepare(BatchWrite(many(80))), orders.prepare(BatchWrite(some))]))
    assert (written.count, written.attempts) == (150, 6)
    read = database.send(
        TableBatchGet(
            (
                accounts.prepare(BatchGet(many(120))),
                orders.prepare(BatchGet([{"order_id": one.order_id} for one in [*some, *some]])),
            )
        )
    )
    assert read.items == ([*many(80), *[None] * 40], [*some, *some])
    assert read.attempts == 2


def test_capacity_is_reported_per_request(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("single_capacity")
    written = accounts.send(BatchWrite(many(30), return_consumed_capacity="TOTAL"))
    assert [one.capacity_units for one in written.consumed_capacity] == [25, 5]
    read = accounts.send(BatchGet(many(30), consistent=True, return_consumed_capacity="TOTAL"))
    assert [one.capacity_units for one in read.consumed_capacity] == [30]


def test_a_stored_item_that_does_not_fit_is_said_as_get_says_it(
    accounts: Entity[Account], client: Any, table: Table
) -> None:
    accounts.send(BatchWrite(many(2)))
    client.put_item(TableName=table.name, Item={**wire_key("ACCOUNT", "2"), "account_id": {"N": "2"}})
    with pytest.raises(StoredItemError, match="account_id: expected str") as misfit:
        accounts.send(BatchGet([key_of(number) for number in range(3)]))
    assert misfit.value.item == {**wire_key("ACCOUNT", "2"), "account_id": {"N": "2"}}


def test_a_table_that_is_not_there_is_said_so(transport: Any) -> None:
    elsewhere = accounts_in(Table("not-there", transport=transport))
    with pytest.raises(TableNotFoundError):
        elsewhere.send(BatchGet([key_of(1)]))
    with pytest.raises(TableNotFoundError):
        elsewhere.send(BatchWrite(many(30)))


class Fused:
    """An abort signal that is set after being looked at so often."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def test_an_abort_signal_ends_it_between_requests(accounts: Entity[Account]) -> None:
    batch = BatchWrite(many(60), abort=Fused(2))
    with pytest.raises(BatchIncompleteError, match="50 of 60 writes done, 10 not: AbortedError") as incomplete:
        accounts.send(batch)
    assert isinstance(incomplete.value.__cause__, AbortedError)
    assert balances(accounts.send(BatchGet(many(60))).items) == [*range(50), *[None] * 10]
    assert accounts.send(incomplete.value.unprocessed).count == 10
    assert balances(accounts.send(BatchGet(many(60))).items) == [*range(60)]


def test_a_deadline_that_has_passed_sends_nothing(accounts: Entity[Account]) -> None:
    with pytest.raises(RequestTimeoutError):
        accounts.send(BatchWrite(many(60), timeout=1e-9))
    assert accounts.send(BatchGet(many(60))).items == [None] * 60


def test_what_is_sent_is_what_the_dry_run_says(accounts: Entity[Account], client: Any) -> None:
    request = accounts.request(BatchWrite(many(30)))
    assert request.operation == "BatchWriteItem"
    client.batch_write_item(**request.payload)
    found = client.batch_get_item(**accounts.request(BatchGet(many(30))).payload)["Responses"]
    assert sum(map(len, found.values())) == 25
