"""Put, Get, Update and Delete, each sent alone: what they do, what they answer, what they say when refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    StoredItemError,
    Update,
    add,
    greater_than_or_equal,
    item_exists,
    item_not_exists,
    key,
    remove,
    set_,
)
from tests.contract.shop import Account, accounts_in, wire_key
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from dynamo_document_builder import Table
    from tests.contract.conftest import Engine, OpenTable, Stored

pytestmark = EVERY_WAY

ALICE = Account("a1", "Alice", 100, "alice@example.org")
KEY = {"account_id": "a1"}


@pytest.fixture
def accounts(table: Table) -> Entity[Account]:
    return accounts_in(table)


def test_what_is_put_is_got(accounts: Entity[Account]) -> None:
    put = accounts.send(Put(ALICE))
    assert put.return_item is None
    assert put.response_metadata.http_status == 200
    assert put.response_metadata.attempts == 1
    assert accounts.send(Get(KEY)).item == ALICE
    assert accounts.send(Get(ALICE)).item == ALICE


def test_an_item_is_stored_with_its_key_and_without_what_is_none(
    accounts: Entity[Account], table: Table, stored: Stored
) -> None:
    accounts.send(Put(Account("a1", "Alice")))
    assert stored(table, **wire_key("ACCOUNT", "a1")) == {
        **wire_key("ACCOUNT", "a1"),
        "account_id": {"S": "a1"},
        "owner": {"S": "Alice"},
        "balance": {"N": "0"},
    }


def test_a_key_without_an_item_gives_none(accounts: Entity[Account]) -> None:
    assert accounts.send(Get({"account_id": "nobody"})).item is None
    deleted = accounts.send(Delete({"account_id": "nobody"}, return_values="ALL_OLD"))
    assert (deleted.deleted_item, deleted.item_error) == (None, None)


@pytest.mark.parametrize("consistent", [True, False])
def test_reads_are_consistent_when_asked(accounts: Entity[Account], *, consistent: bool) -> None:
    accounts.send(Put(ALICE))
    assert accounts.send(Get(KEY, consistent=consistent)).item == ALICE


@pytest.mark.parametrize("consistent", [True, False])
def test_a_consistent_read_costs_twice(accounts: Entity[Account], engine: Engine, *, consistent: bool) -> None:
    engine.requires("single_capacity")
    accounts.send(Put(ALICE))
    got = accounts.send(Get(KEY, consistent=consistent, return_consumed_capacity="TOTAL"))
    assert got.consumed_capacity is not None
    assert got.consumed_capacity.capacity_units == (1.0 if consistent else 0.5)


@pytest.mark.parametrize("asked", [None, "NONE", "ALL_OLD"])
def test_a_put_returns_the_item_it_replaced(accounts: Entity[Account], asked: Any) -> None:
    first = accounts.send(Put(ALICE, return_values=asked))
    second = accounts.send(Put(Account("a1", "Bob"), return_values=asked))
    assert first.return_item is None
    assert second.return_item == (ALICE if asked == "ALL_OLD" else None)
    assert accounts.send(Get(KEY)).item == Account("a1", "Bob")


@pytest.mark.parametrize("asked", [None, "NONE", "ALL_OLD"])
def test_a_delete_returns_the_item_it_deleted(accounts: Entity[Account], asked: Any) -> None:
    accounts.send(Put(ALICE))
    assert accounts.send(Delete(KEY, return_values=asked)).deleted_item == (ALICE if asked == "ALL_OLD" else None)
    assert accounts.send(Get(KEY)).item is None


@pytest.mark.parametrize(
    ("asked", "item", "fields"),
    [
        (None, None, None),
        ("NONE", None, None),
        ("ALL_OLD", ALICE, None),
        ("ALL_NEW", Account("a1", "Alice", 70), None),
        ("UPDATED_OLD", None, {"balance": 100, "email": "alice@example.org"}),
        ("UPDATED_NEW", None, {"balance": 70}),
    ],
)
def test_an_update_returns_what_was_asked(
    accounts: Entity[Account], asked: Any, item: Account | None, fields: dict[str, Any] | None
) -> None:
    accounts.send(Put(ALICE))
    updates = {"balance": add(-30), "email": remove()}
    result = accounts.send(Update(KEY, updates=updates, return_values=asked))
    assert (result.updated_item, result.updated_fields, result.item_error) == (item, fields, None)
    assert accounts.send(Get(KEY)).item == Account("a1", "Alice", 70)


def test_an_update_of_nothing_has_no_old_item(accounts: Entity[Account], engine: Engine) -> None:
    engine.requires("old_of_nothing")
    created = accounts.send(Update(KEY, updates={"owner": "Alice"}, return_values="ALL_OLD"))
    assert (created.updated_item, created.item_error) == (None, None)


def test_an_update_that_creates_leaves_an_item_that_can_be_read(accounts: Entity[Account]) -> None:
    created = accounts.send(Update(KEY, updates={"owner": "Alice"}, return_values="ALL_NEW"))
    assert created.updated_item == Account("a1", "Alice")
    assert accounts.send(Get(KEY)).item == Account("a1", "Alice")


def test_the_static_forms_do_the_same(accounts: Entity[Account]) -> None:
    accounts.send(Put(ALICE))
    debit = Update(
        KEY,
        updates=accounts.changes(lambda a: [set_(a.balance, a.balance - 30), remove(a.email)]),
        condition=accounts.where(lambda a: (a.balance >= 30) & (a.owner == "Alice")),
        return_values="ALL_NEW",
    )
    assert accounts.send(debit).updated_item == Account("a1", "Alice", 70)
    for _ in range(2):
        accounts.send(debit)
    with pytest.raises(ConditionFailedError):
        accounts.send(debit)


def writes(condition: Any, **options: Any) -> list[Any]:
    return [
        Put(Account("a1", "Mallory"), condition=condition, **options),
        Update(KEY, updates={"owner": "Mallory"}, condition=condition, **options),
        Delete(KEY, condition=condition, **options),
    ]


@pytest.mark.parametrize("position", range(3))
def test_a_write_whose_condition_holds_is_applied(accounts: Entity[Account], position: int) -> None:
    accounts.send(Put(ALICE))
    accounts.send(writes({"balance": greater_than_or_equal(100)})[position])
    assert accounts.send(Get(KEY)).item != ALICE


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("asked", [None, "ALL_OLD", "NONE"])
def test_a_write_whose_condition_fails_says_so_and_brings_the_item(
    accounts: Entity[Account], position: int, asked: Any
) -> None:
    accounts.send(Put(ALICE))
    write = writes({"owner": "Bob"}, return_values_on_condition_check_failure=asked)[position]
    with pytest.raises(ConditionFailedError) as refused:
        accounts.send(write)
    error = refused.value
    assert error.command is write
    assert error.item == (None if asked == "NONE" else ALICE)
    assert (error.raw_item is None) == (asked == "NONE")
    assert error.item_error is None
    assert (error.code, error.fault.http_status) == ("ConditionalCheckFailedException", 400)
    assert not error.retryable
    assert not error.outcome_unknown
    assert "account_id='a1'" in str(error)
    assert "Alice" not in str(error)
    assert accounts.send(Get(KEY)).item == ALICE


@pytest.mark.parametrize("position", range(3))
def test_a_condition_on_an_item_that_is_not_there_fails_without_one(accounts: Entity[Account], position: int) -> None:
    with pytest.raises(ConditionFailedError) as refused:
        accounts.send(writes(item_exists())[position])
    assert (refused.value.item, refused.value.raw_item) == (None, None)
    assert accounts.send(Get(KEY)).item is None


def test_a_put_if_absent_inserts_once(accounts: Entity[Account]) -> None:
    accounts.send(Put(ALICE, condition=item_not_exists()))
    with pytest.raises(ConditionFailedError) as refused:
        accounts.send(Put(Account("a1", "Bob"), condition=item_not_exists()))
    assert refused.value.item == ALICE


@pytest.mark.parametrize("position", range(3))
def test_consumed_capacity_is_reported(accounts: Entity[Account], engine: Engine, position: int) -> None:
    engine.requires("single_capacity")
    accounts.send(Put(ALICE))
    silent = accounts.send(writes(None)[position])
    assert silent.consumed_capacity is None
    accounts.send(Put(ALICE))
    result = accounts.send(writes(None, return_consumed_capacity="TOTAL")[position])
    assert result.consumed_capacity is not None
    assert result.consumed_capacity.table_name == accounts.table.name
    assert result.consumed_capacity.capacity_units == 1.0


def test_consumed_capacity_can_name_the_indexes(open_table: OpenTable, engine: Engine) -> None:
    engine.requires("index_capacity")
    table = open_table(global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK"}})
    by_owner = Entity(
        Account,
        table,
        partition_key=lambda a: key("ACCOUNT", a.account_id),
        sort_key=lambda _: "META",
        global_secondary_indexes={"GSI1": {"partition_key": lambda a: key("OWNER", a.owner)}},
    )
    capacity = by_owner.send(Put(ALICE, return_consumed_capacity="INDEXES")).consumed_capacity
    assert capacity is not None
    assert capacity.capacity_units == 2.0
    assert capacity.table is not None
    assert capacity.table.capacity_units == 1.0
    assert capacity.global_secondary_indexes is not None
    assert capacity.global_secondary_indexes["GSI1"].capacity_units == 1.0


@pytest.mark.parametrize("position", range(3))
def test_item_collection_metrics_are_reported(open_table: OpenTable, engine: Engine, position: int) -> None:
    engine.requires("item_collection_metrics")
    accounts = accounts_in(open_table(local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}}))
    accounts.send(Put(ALICE))
    assert accounts.send(writes(None)[position]).item_collection_metrics is None
    accounts.send(Put(ALICE))
    metrics = accounts.send(writes(None, return_item_collection_metrics="SIZE")[position]).item_collection_metrics
    assert metrics is not None
    assert metrics.item_collection_key == {"PK": {"S": "ACCOUNT#a1"}}
    assert metrics.size_estimate_range_gb is not None
    low, high = metrics.size_estimate_range_gb
    assert low <= high


def old_shape(client: Any, table: Table) -> None:
    """Store an item under Alice's key that is no Account."""
    client.put_item(
        TableName=table.name, Item=wire_key("ACCOUNT", "a1") | {"account_id": {"S": "a1"}, "balance": {"S": "lots"}}
    )


def test_a_stored_item_that_does_not_fit_is_an_error_with_every_field(
    accounts: Entity[Account], table: Table, client: Any
) -> None:
    client.put_item(
        TableName=table.name,
        Item=wire_key("ACCOUNT", "a1") | {"owner": {"N": "1"}, "balance": {"S": "lots"}},
    )
    with pytest.raises(StoredItemError) as misread:
        accounts.send(Get(KEY))
    error = misread.value
    assert (error.table, error.entity, error.key) == (table.name, "Account", {"PK": "ACCOUNT#a1", "SK": "META"})
    assert [failure.path for failure in error.failures] == ["account_id", "owner", "balance"]
    assert error.item is not None
    assert error.item["balance"] == {"S": "lots"}
    assert "lots" not in str(error)


@pytest.mark.parametrize("position", range(3))
def test_a_committed_write_is_not_hidden_by_an_old_item_that_does_not_fit(
    accounts: Entity[Account], table: Table, client: Any, position: int
) -> None:
    old_shape(client, table)
    result = accounts.send(writes(None, return_values="ALL_OLD")[position])
    assert isinstance(result.item_error, StoredItemError)
    assert [failure.path for failure in result.item_error.failures] == ["balance"]


@pytest.mark.parametrize("position", range(3))
def test_a_failed_condition_is_not_hidden_by_an_item_that_does_not_fit(
    accounts: Entity[Account], table: Table, client: Any, position: int
) -> None:
    old_shape(client, table)
    with pytest.raises(ConditionFailedError) as refused:
        accounts.send(writes(item_not_exists())[position])
    assert refused.value.item is None
    assert refused.value.raw_item is not None
    assert refused.value.raw_item["balance"] == {"S": "lots"}
    assert isinstance(refused.value.item_error, StoredItemError)
