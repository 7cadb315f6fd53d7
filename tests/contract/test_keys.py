"""Keys are declared data: an item is held against the key it lies under, and a neighbour's is left where it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    BatchGet,
    Database,
    Delete,
    Entity,
    Get,
    IndexKeys,
    Put,
    Query,
    Raw,
    Scan,
    StoredItemError,
    Table,
    TableTransactWrite,
    TransactGet,
    Update,
    UsageError,
    begins_with,
    between,
    computed,
    greater_than,
    index_key,
    item_exists,
    key,
    less_than,
    remove,
    stored,
)

if TYPE_CHECKING:
    from tests.conftest import NewTable
    from tests.contract.conftest import OpenTable, Stored


@frozen
class User:
    user_id: str
    name: str = ""
    seen_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


@frozen
class Order:
    user_id: str
    placed_on: date
    number: int = 0
    status: str = "open"
    due: str | None = None


def users_in(table: Table) -> Entity[User]:
    return Entity(User, table, partition_key="USER#{user_id}", sort_key="META")


def orders_in(table: Table, **indexes: Any) -> Entity[Order]:
    return Entity(
        Order,
        table,
        partition_key="USER#{user_id}",
        sort_key="ORDER#{placed_on}#{number:04d}",
        global_secondary_indexes=indexes,
    )


def day(number: int) -> date:
    return date(2026, 1, number)


# What is read lies under its own key


TWIN = {
    "PK": {"S": "USER#u1"},
    "SK": {"S": "META"},
    "user_id": {"S": "U1"},
    "name": {"S": "Ann"},
    "seen_at": {"S": "2026-01-01T00:00:00.000000Z"},
}


@pytest.mark.parametrize(
    "command",
    [
        Get({"user_id": "u1"}),
        Get({"user_id": "u1"}, skip_validation=True),
        BatchGet([{"user_id": "u1"}, {"user_id": "u2"}]),
        TransactGet([{"user_id": "u1"}, {"user_id": "u2"}]),
        Query({"user_id": "u1"}),
        Scan(),
    ],
)
def test_an_item_under_another_key_than_its_fields_build_is_no_item(table: Table, client: Any, command: Any) -> None:
    client.put_item(TableName=table.name, Item=TWIN)
    with pytest.raises(StoredItemError, match="PK: expected 'USER#U1', which its fields build, found stored 'USER#u1'"):
        users_in(table).send(command)


@pytest.mark.parametrize(
    ("command", "returned"),
    [
        (Delete({"user_id": "u1"}, return_values="ALL_OLD"), "deleted_item"),
        (Put(User("u1"), return_values="ALL_OLD"), "return_item"),
        (Update({"user_id": "u1"}, updates={"name": "Bob"}, return_values="ALL_NEW"), "updated_item"),
    ],
)
def test_a_write_that_returns_such_an_item_is_applied_and_says_so(
    table: Table, client: Any, command: Any, returned: str
) -> None:
    client.put_item(TableName=table.name, Item=TWIN)
    result: Any = users_in(table).send(command)
    assert getattr(result, returned) is None
    assert "PK: expected 'USER#U1', which its fields build" in str(result.item_error)


@pytest.mark.parametrize("text", ["2026-01-01T00:00:01.123Z", "2026-01-01T01:00:01.123000+01:00"])
def test_a_time_that_another_program_wrote_is_no_other_item(open_table: OpenTable, client: Any, text: str) -> None:
    @frozen
    class Event:
        name: str
        at: datetime

    table = open_table(partition_key="name", sort_key="at")
    events = Entity(Event, table)
    client.put_item(TableName=table.name, Item={"name": {"S": "e"}, "at": {"S": text}})
    with pytest.raises(StoredItemError, match=r"at: expected '2026-01-01T00:00:01\.123000Z', which its fields build"):
        events.send(Query({"name": "e"}))
    own = Event("e", datetime(2026, 1, 1, 0, 0, 1, 123000, UTC))
    events.send(Put(own))
    assert events.send(Get(own)).item == own


def test_the_stored_key_of_an_item_is_told_and_read_back(table: Table, stored: Stored) -> None:
    orders = orders_in(table)
    order = Order("u1", day(2), 7)
    orders.send(Put(order))
    key_of = orders.key_of(order)
    assert stored(table, **{name: {"S": value} for name, value in key_of.items()}) is not None
    assert orders.parse_key(key_of) == {"user_id": "u1", "placed_on": day(2), "number": 7}
    assert orders.key_of(orders.parse_key(key_of)) == key_of


# Whose items they are


@pytest.fixture
def mixed(table: Table) -> Table:
    users, orders = users_in(table), orders_in(table)
    users.send(Put(User("u1", "Ann")))
    for number in (1, 2):
        orders.send(Put(Order("u1", day(number), number)))
    return table


def test_the_items_of_others_are_left_out(mixed: Table, client: Any) -> None:
    other = {"PK": {"S": "USER#u1"}, "SK": {"S": "ORDERS"}, "count": {"N": "2"}}
    client.put_item(TableName=mixed.name, Item=other)
    users, orders = users_in(mixed), orders_in(mixed)
    assert [order.number for order in orders.send(Query({"user_id": "u1"})).items] == [1, 2]
    assert sorted(order.number for order in orders.paginate(Scan()).items()) == [1, 2]
    assert users.send(Scan()).items == [User("u1", "Ann")]
    everything = orders.send(Query({"user_id": "u1"}, sort_key_condition=greater_than("A")))
    assert [order.number for order in everything.items] == [1, 2]


def test_entities_are_told_apart_by_their_keys(mixed: Table, client: Any) -> None:
    client.put_item(TableName=mixed.name, Item={"PK": {"S": "USER#u1"}, "SK": {"S": "ORDERS"}})
    both = users_in(mixed) | orders_in(mixed)
    found = mixed.send(Query({"user_id": "u1"}, entities=both, on_unknown="skip"))
    assert found.items == [User("u1", "Ann"), Order("u1", day(1), 1), Order("u1", day(2), 2)]
    collected = mixed.send(Query({"user_id": "u1"}, entities=both, on_unknown="collect"))
    assert [dict(item) for item in collected.unknown_items] == [{"PK": "USER#u1", "SK": "ORDERS"}]
    with pytest.raises(StoredItemError, match="belongs to no entity in entities="):
        mixed.send(Query({"user_id": "u1"}, entities=both))


def test_entities_that_can_build_one_key_are_not_read_together(table: Table) -> None:
    users = users_in(table)
    logs = Entity(User, table, partition_key="{name}#{user_id:rest}", sort_key="META", name="Log")
    [found] = table.check_keys(users, logs)
    assert "User and Log can both build the key PK='USER#" in found
    with pytest.raises(UsageError, match="cannot be told apart: User and Log can both build the key"):
        table.send(Scan(entities=users | logs))


def test_an_index_on_the_entity_attribute_is_queried_by_it(new_table: NewTable, client: Any) -> None:
    table = Table(
        new_table(global_secondary_indexes={"by_type": ("_type",)}),
        client=client,
        entity_attribute="_type",
        global_secondary_indexes={"by_type": {"partition_key": "_type"}},
    )
    users, orders = users_in(table), orders_in(table)
    users.send(Put(User("u1")))
    orders.send(Put(Order("u1", day(1))))
    assert users.send(Query(index={"by_type": {}})).items == [User("u1")]
    assert orders.send(Query(index={"by_type": {}})).items == [Order("u1", day(1))]


def test_an_index_that_does_not_hold_the_entity_attribute_is_refused() -> None:
    lean: Any = {"partition_key": "L", "projection": "KEYS_ONLY"}
    table = Table("lean", entity_attribute="_type", global_secondary_indexes={"lean": lean})
    orders = orders_in(table, lean={"partition_key": "{status}"})
    for command in (Query(index={"lean": {"status": "open"}}), Scan(index_name="lean")):
        with pytest.raises(UsageError, match="'lean' does not hold '_type', the entity_attribute"):
            orders.request(command)


@frozen
class Visit:
    user_id: str = field(metadata=stored(key_only=True))
    at: date = field(metadata=stored(key_only=True))
    page: str = "home"


def test_a_field_that_is_stored_in_the_key_alone_is_read_from_it(table: Table, client: Any) -> None:
    visits = Entity(Visit, table, partition_key="VISITS#{user_id}", sort_key="{at}")
    visits.send(Put(Visit("u1", day(1), "shop")))
    visits.send(Update({"user_id": "u1", "at": day(2)}, updates={"page": "help"}))
    assert [sorted(item) for item in client.scan(TableName=table.name)["Items"]] == [["PK", "SK", "page"]] * 2
    assert visits.send(Get({"user_id": "u1", "at": day(1)})).item == Visit("u1", day(1), "shop")
    wanted = [Visit("u1", day(1), "shop"), Visit("u1", day(2), "help")]
    assert visits.send(Query({"user_id": "u1"})).items == wanted
    keys = [{"user_id": "u1", "at": day(number)} for number in (1, 2)]
    assert visits.send(BatchGet(keys)).items == visits.send(TransactGet(keys)).items == wanted


# Indexes


def open_orders(open_table: OpenTable, **keys: Any) -> Entity[Order]:
    table = open_table(global_secondary_indexes={"by_due": {"partition_key": "DPK", "sort_key": "DSK"}})
    return orders_in(table, by_due=IndexKeys(**keys))


def in_index(orders: Entity[Order], client: Any) -> list[tuple[str, str]]:
    found = client.scan(TableName=orders.table.name, IndexName="by_due")["Items"]
    return sorted((item["DPK"]["S"], item["DSK"]["S"]) for item in found)


O1: dict[str, Any] = {"user_id": "u1", "placed_on": day(1), "number": 1}


def helped(order: Order) -> str | None:
    return index_key("OPEN", order.due) if order.status == "open" else None


@pytest.mark.parametrize("build", [helped, lambda o: helped(o) or None])
def test_what_a_helper_reads_is_not_forgotten(open_table: OpenTable, client: Any, build: Any) -> None:
    orders = open_orders(open_table, partition_key="ALL", sort_key=build)
    orders.send(Put(Order(**O1, due="1")))
    with pytest.raises(UsageError, match="'status'"):
        orders.send(Update(O1, updates={"due": "9"}, condition=item_exists()))
    orders.send(Update({**O1, "status": "open"}, updates={"due": "9"}, condition=item_exists()))
    assert in_index(orders, client) == [("ALL", "OPEN#9")]
    orders.send(Update({**O1, "due": "9"}, updates={"status": "paid"}, condition=item_exists()))
    assert in_index(orders, client) == []


def test_items_are_in_an_index_while_their_fields_have_certain_values(open_table: OpenTable, client: Any) -> None:
    orders = open_orders(open_table, partition_key="OPEN", sort_key="{due}", when={"status": "open"})
    orders.send(Put(Order(**O1, due="1")))
    assert in_index(orders, client) == [("OPEN", "1")]
    orders.send(Update({**O1, "status": "open"}, updates={"due": "2"}, condition=item_exists()))
    assert in_index(orders, client) == [("OPEN", "2")]
    orders.send(Update(O1, updates={"status": "paid"}, condition=item_exists()))
    assert in_index(orders, client) == []
    orders.send(Update(O1, updates={"status": "open", "due": "3"}))
    assert in_index(orders, client) == [("OPEN", "3")]
    assert orders.send(Query(index={"by_due": {}}, sort_key_condition=less_than({"due": "4"}))).count == 1


def test_an_index_that_shares_an_attribute_is_left_alone(open_table: OpenTable, client: Any) -> None:
    table = open_table(
        global_secondary_indexes={
            "by_due": {"partition_key": "DPK", "sort_key": "DSK"},
            "by_status": {"partition_key": "DPK", "sort_key": "SSK"},
        }
    )
    orders = orders_in(
        table,
        by_due=IndexKeys(partition_key="ALL", sort_key="{due}"),
        by_status=IndexKeys(partition_key="ALL", sort_key="{status}"),
    )
    orders.send(Put(Order(**O1, due="1")))
    orders.send(Update(O1, updates={"due": remove(), "status": "paid"}))
    assert in_index(orders, client) == []
    [item] = client.scan(TableName=table.name, IndexName="by_status")["Items"]
    assert (item["DPK"], item["SSK"]) == ({"S": "ALL"}, {"S": "paid"})


def test_a_computed_key_follows_the_fields_it_declares(open_table: OpenTable, client: Any) -> None:
    shard: Any = computed(lambda o: f"SHARD#{o.number % 2}", reads=["number"])
    orders = open_orders(open_table, partition_key=shard, sort_key="{status}")
    orders.send(Update(O1, updates={"due": "1"}))
    assert in_index(orders, client) == [("SHARD#1", "open")]
    orders.send(Update(O1, updates={"status": "paid"}))
    assert in_index(orders, client) == [("SHARD#1", "paid")]


# Queries


@pytest.fixture
def orders(table: Table, client: Any) -> Entity[Order]:
    orders = orders_in(table)
    for number in range(1, 6):
        orders.send(Put(Order("u1", day(number), number)))
    for neighbour in ("ORDER", "ORDER!", "ORDER#", "ORDER#2026-01-0", "ORDER#2026-01-03", "ORDER#x", "ORDER$", "ORDES"):
        client.put_item(TableName=table.name, Item={"PK": {"S": "USER#u1"}, "SK": {"S": neighbour}})
    return orders


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (less_than({"placed_on": day(3)}), [1, 2]),
        (greater_than({"placed_on": day(3)}), [4, 5]),
        (between({"placed_on": day(2)}, {"placed_on": day(4)}), [2, 3, 4]),
        (begins_with({"placed_on": "2026-01-0"}), [1, 2, 3, 4, 5]),
        (begins_with({"placed_on": "2026-01-03"}), [3]),
        (begins_with({"placed_on": day(3), "number": 3}), [3]),
        (greater_than({"placed_on": day(3), "number": 2}), [3]),
    ],
)
def test_a_comparison_stays_among_the_entitys_own_keys(orders: Entity[Order], condition: Any, wanted: Any) -> None:
    result = orders.send(Query({"user_id": "u1"}, sort_key_condition=condition))
    assert [order.number for order in result.items] == wanted


def test_a_function_that_asks_for_none_narrows_nothing_it_does_not_know(table: Table) -> None:
    tasks = Entity(
        Order,
        table,
        partition_key="USER#{user_id}",
        sort_key=lambda o: key("T", int(o.due is None), o.status),
    )
    for order in (Order("u1", day(1), due=None), Order("u1", day(1), due="1")):
        tasks.send(Put(order))
    assert tasks.send(Query({"user_id": "u1"})).count == 2


# Limits and names


@frozen
class Doc:
    doc_id: str
    tag: str | None = None


@pytest.mark.parametrize(("length", "is_fine"), [(1024, True), (1025, False)])
def test_a_key_that_is_a_field_is_measured_in_bytes(open_table: OpenTable, length: int, *, is_fine: bool) -> None:
    table = open_table(partition_key="doc_id", sort_key=None)
    docs = Entity(Doc, table)
    doc = Doc("é" * length)
    if is_fine:
        docs.send(Put(doc))
        assert docs.send(Get(doc)).item == doc
        return
    for command in (Put(doc), Get(doc), Update(doc, updates={"tag": "x"})):
        with pytest.raises(UsageError, match="doc_id would have 2050 bytes; DynamoDB allows 2048"):
            docs.send(command)


@pytest.mark.parametrize(("tag", "text"), [("", "tag would be empty"), ("é" * 1025, "tag would have 2050 bytes")])
def test_a_field_that_is_an_index_key_has_its_limits_in_any_write(open_table: OpenTable, tag: str, text: str) -> None:
    table = open_table(
        partition_key="doc_id", sort_key=None, global_secondary_indexes={"tags": {"partition_key": "tag"}}
    )
    docs = Entity(Doc, table)
    for command in (Put(Doc("d1", tag)), Update({"doc_id": "d1"}, updates={"tag": tag})):
        with pytest.raises(UsageError, match=text):
            docs.send(command)


ARN = "arn:aws:dynamodb:eu-west-1:{account}:table/app"


def test_tables_of_one_name_in_two_accounts_are_two() -> None:
    one, other = (users_in(Table(ARN.format(account=account))) for account in ("111111111111", "222222222222"))
    assert not one.table.is_same(other.table)
    put = [entity.prepare([Put(User("u1"))]) for entity in (one, other)]
    sent = Database().request(TableTransactWrite(put)).payload["TransactItems"]
    assert [operation["Put"]["TableName"] for operation in sent] == [one.table.name, other.table.name]


def test_a_raw_put_by_arn_is_compared_too() -> None:
    arn = ARN.format(account="111111111111")
    users = users_in(Table(arn))
    raw = Raw({"Put": {"TableName": arn, "Item": {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}}}})
    with pytest.raises(UsageError, match="same item"):
        Database().request(TableTransactWrite([users.prepare([Put(User("u1"))]), raw]))
