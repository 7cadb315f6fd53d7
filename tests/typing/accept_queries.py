"""Queries, scans, projections and pages as people write them, and the types they get: clean in both type checkers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, assert_type

from attrs import frozen

from dynamo_document_builder import (
    BatchGet,
    Delete,
    Entity,
    EntityGroup,
    FieldFailure,
    Get,
    GetResult,
    Page,
    Pages,
    Put,
    PutResult,
    Query,
    QueryResult,
    Scan,
    ScanResult,
    StoredItemError,
    Table,
    TableBatchGet,
    TableTransactGet,
    TransactGet,
    TransactGetResult,
    TransactWrite,
    TransactWriteResult,
    UnfitItem,
    Update,
    attr,
    begins_with,
    between,
    greater_than,
    key,
)
from tests.typing.things import KEY, Event, Order, User, database, events, orders, table, users


@frozen
class Named:
    name: str


def reads() -> None:
    assert_type(users.send(Query(KEY)), QueryResult[User])
    assert_type(users.send(Query(key=KEY, filter={"balance": greater_than(3)}, page_size=5)).items, list[User])
    assert_type(users.send(Query(index={"GSI1": {"email": "a@b.c"}}, reverse=True, max_items=3)).items, list[User])
    assert_type(users.send(Scan(segment=0, total_segments=2)), ScanResult[User])
    assert_type(users.send(Scan()).cursor, str | None)
    users.request(Query(KEY, sort_key_condition=begins_with("ORDER#")))
    users.request(Query(KEY, sort_key_condition=between({"name": "a"}, {"name": "b"}), start=None))
    users.request(Query(User("u1", "Ann"), filter=attr("balance") > 3, consistent=True))
    users.request(Query(KEY, sort_key_condition=begins_with({"name": "a"})))
    users.request(Query(index={"GSI1": {"email": "a@b.c"}}, sort_key_condition=greater_than({"name": "a"})))
    users.request(Query(index={"GSI1": User("u1", "Ann", email="a@b.c")}, projection=["name"]))
    users.request(Scan(filter=users.where(lambda u: u.balance > 3), index_name="GSI1"))


def projections() -> None:
    assert_type(users.send(Query(KEY, projection=["name"])), QueryResult[dict[str, Any]])
    assert_type(users.send(Query(KEY, projection=Named)).items, list[Named])
    assert_type(users.send(Scan(projection=Named)).items, list[Named])
    assert_type(users.send(Scan(projection=("name", "tags[0]"))).items, list[dict[str, Any]])
    assert_type(users.send(Get(KEY, projection=["name"])), GetResult[dict[str, Any]])
    assert_type(users.send(Get(KEY, projection=Named)).item, Named | None)
    assert_type(users.send(TransactGet([KEY], projection=Named)), TransactGetResult[Named])
    assert_type(users.send(TransactGet([KEY], projection=["name"])).items, list[dict[str, Any] | None])


def pages() -> None:
    assert_type(users.paginate(Query(KEY)), Pages[QueryResult[User]])
    for page in users.paginate(Scan(total_segments=4), at_once=2):
        assert_type(page, ScanResult[User])
    assert_type(users.paginate(Query(KEY)).items(), Iterator[User])
    assert_type(users.paginate(Query(KEY, projection=Named)), Pages[QueryResult[Named]])
    for line in users.paginate(Query(KEY, projection=Named)).items():
        assert_type(line, Named)
    assert_type(list(users.paginate(Query(KEY, projection=Named)).items()), list[Named])
    names = [line.name for line in users.paginate(Scan(projection=Named)).items()]
    assert_type(names, list[str])
    first: Page[User] = users.send(Query(KEY))
    assert_type((first.items, first.count, first.scanned_count, first.cursor), tuple[list[User], int, int, str | None])
    users.send(Query(KEY, start=first.cursor))


def unfit_items() -> None:
    page = users.send(Query(KEY, on_unfit="collect", max_items=3))
    assert_type(page.items, list[User])
    assert_type(page.unfit, tuple[UnfitItem, ...])
    for one in page.unfit:
        assert_type((one.entity, one.key, one.item), tuple[str, Mapping[str, Any], Mapping[str, Any]])
        assert_type(one.failures, tuple[FieldFailure, ...])
    assert_type(users.send(Scan(projection=Named, on_unfit="skip")).items, list[Named])
    assert_type(
        table.send(Scan(entities=users | orders, on_unfit="raise", on_unknown="skip")).unfit, tuple[UnfitItem, ...]
    )
    assert_type(users.send(BatchGet([KEY], on_unfit="collect")).unfit, tuple[UnfitItem, ...])
    assert_type(users.send(TransactGet([KEY], on_unfit="collect")).unfit, tuple[UnfitItem, ...])
    batch = TableBatchGet((users.prepare(BatchGet([KEY])), orders.prepare(BatchGet([KEY]))), on_unfit="collect")
    assert_type(table.send(batch).items, tuple[list[User | None], list[Order | None]])
    assert_type(table.send(batch).unfit, tuple[UnfitItem, ...])
    snapshot = TableTransactGet((users.prepare(TransactGet([KEY], on_unfit="skip")),), on_unfit="collect")
    assert_type(table.send(snapshot).unfit, tuple[UnfitItem, ...])
    try:
        users.send(Query(KEY))
    except StoredItemError as error:
        users.send(Query(KEY, start=error.cursor))


def several_entities() -> None:
    both = users | orders
    assert_type(both, EntityGroup[User | Order])
    assert_type(both | events, EntityGroup[User | Order | Event])
    assert_type(table.send(Query(KEY, entities=users | orders)).items, list[User | Order])
    assert_type(table.send(Query(KEY, entities=[users], on_unknown="skip")).items, list[User])
    assert_type(table.send(Scan(entities=(users,))).items, list[User])
    table.send(Query(KEY, entities=[users, orders]))
    table.send(Scan(entities=[users, orders], on_unknown="skip"))
    assert_type(database.send(Scan(entities=both, on_unknown="skip")).items, list[User | Order])
    assert_type(database.paginate(Scan(entities=both, max_requests=3)).items(), Iterator[User | Order])
    assert_type(users.send(Query(KEY, count_only=True)), QueryResult[User])
    assert_type(database.send(Scan(entities=both, count_only=True)).count, int)
    for item in table.paginate(Query({"PK": "x"}, entities=both)).items():
        match item:
            case User():
                assert_type(item, User)
            case Order():
                assert_type(item, Order)  # ty: ignore[assert-type-unspellable-subtype]


@frozen
class Card:
    owner: str
    kind: Literal["card"] = "card"


@frozen
class Transfer:
    owner: str
    kind: Literal["transfer"] = "transfer"


def unions() -> None:
    payments = Entity[Card | Transfer](Card | Transfer, Table("payments"), partition_key=lambda p: key(p.owner))
    assert_type(payments.send(Get({"owner": "x"})).item, Card | Transfer | None)
    assert_type(payments.send(Query({"owner": "x"})).items, list[Card | Transfer])  # ty: ignore[type-assertion-failure]
    for page in payments.paginate(Scan()):
        assert_type(page, ScanResult[Card | Transfer])  # ty: ignore[type-assertion-failure]
    assert_type(payments.send(BatchGet([{"owner": "x"}])).items, list[Card | Transfer | None])  # ty: ignore[type-assertion-failure]
    assert_type(payments | users, EntityGroup[Card | Transfer | User])
    payments.send(Put(Card("x")))
    payments.send(TransactWrite([Put(Card("x")), Put(Transfer("y")), Delete({"owner": "z"})]))
    payments.request(Update({"owner": "x"}, updates={"owner": "y"}, condition=payments.where(lambda p: p.owner == "x")))


def stored_items() -> None:
    result = users.send(Put(User("u1", "Ann")))
    assert_type(result, PutResult[User])
    assert_type(result.item, User)
    written = users.send(TransactWrite([Put(User("u1", "Ann")), Delete(KEY)]))
    assert_type(written, TransactWriteResult)
    assert_type(written.items, tuple[Any, ...])
