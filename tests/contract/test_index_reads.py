"""Reading by indexes of every kind: what they copy, how they sort, who is in them, and what updates do to that."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    Update,
    UsageError,
    add,
    begins_with,
    greater_than,
    greater_than_or_equal,
    key,
    remove,
    stored,
)
from dynamo_document_builder.testing import create_table, delete_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contract.conftest import Engine


NewTable = Any


@frozen
class Shop:
    shop_id: bytes
    name: str
    country: str = "NO"
    city: str | None = None
    year: int = 2020
    rank: int = 0
    logo: bytes | None = None


@frozen
class Place:
    """What an index with its keys only has of a shop."""

    shop_id: bytes
    country: str
    year: int


@frozen
class Listing:
    """What the index of cities copies beside its keys."""

    name: str
    rank: int
    city: str | None = None


@pytest.fixture
def shops_in(client: Any, transport: Any) -> Iterator[Callable[..., Entity[Shop]]]:
    """Give a function that creates a table with these indexes, and shops in it."""
    made: list[Table] = []

    def create(**indexes: Any) -> Entity[Shop]:
        name = f"shops-{uuid.uuid4().hex[:12]}"
        table = Table(name, transport=transport, partition_key="shop_id", sort_key=None, **indexes)
        shops = Entity(Shop, table)
        create_table(table, shops, client=client)
        made.append(table)
        return shops

    yield create
    for table in made:
        delete_table(table, client=client)


def shop(number: int, **more: Any) -> Shop:
    return Shop(bytes([number]), f"shop {number}", rank=number, **more)


def test_keys_of_bytes_and_numbers_sort_as_such(shops_in: Any) -> None:
    index = {"partition_key": "country", "sort_key": "year"}
    shops = shops_in(global_secondary_indexes={"by_year": index})
    for number, year in enumerate((5, -3, 100, 20), 1):
        shops.send(Put(shop(number, year=year)))
    found = shops.send(Query(index={"by_year": {"country": "NO"}}, sort_key_condition=greater_than(-3)))
    assert [one.year for one in found.items] == [5, 20, 100]
    assert shops.send(Get(key={"shop_id": b"\x02"})).item == shop(2, year=-3)


def test_an_index_sorts_bytes(shops_in: Any) -> None:
    shops = shops_in(global_secondary_indexes={"by_logo": {"partition_key": "country", "sort_key": "logo"}})
    for number, logo in enumerate((b"\xff", b"\x01\x00", b"\x01", None), 1):
        shops.send(Put(shop(number, logo=logo)))
    every = shops.send(Query(index={"by_logo": {"country": "NO"}})).items
    assert [one.logo for one in every] == [b"\x01", b"\x01\x00", b"\xff"]
    some = shops.send(Query(index={"by_logo": {"country": "NO"}}, sort_key_condition=begins_with(b"\x01"))).items
    assert [one.logo for one in some] == [b"\x01", b"\x01\x00"]


def test_an_index_with_its_keys_only_is_read_as_a_class_that_has_no_more(shops_in: Any) -> None:
    index = {"partition_key": "country", "sort_key": "year", "projection": "KEYS_ONLY"}
    shops = shops_in(global_secondary_indexes={"by_year": index})
    shops.send(Put(shop(1)))
    by_year = {"by_year": {"country": "NO"}}
    assert shops.send(Query(index=by_year, projection=Place)).items == [Place(b"\x01", "NO", 2020)]
    assert shops.send(Query(index=by_year, projection=["year"])).items == [{"year": 2020}]
    assert shops.send(Scan(index_name="by_year", projection=Place)).items == [Place(b"\x01", "NO", 2020)]


@pytest.mark.parametrize("projection", [None, Listing, ["name"]])
def test_more_than_an_index_has_is_refused_before_sending(shops_in: Any, projection: Any) -> None:
    index = {"partition_key": "country", "sort_key": "year", "projection": "KEYS_ONLY"}
    shops = shops_in(global_secondary_indexes={"by_year": index})
    for read in (Query(index={"by_year": {"country": "NO"}}, projection=projection), Scan(index_name="by_year")):
        with pytest.raises(UsageError, match="by_year"):
            shops.send(read)


def test_an_index_that_copies_some_attributes_is_read_as_a_class_of_these(shops_in: Any) -> None:
    index = {"partition_key": "city", "sort_key": "rank", "projection": ["name"]}
    shops = shops_in(global_secondary_indexes={"by_city": index})
    shops.send(Put(shop(1, city="Oslo")))
    shops.send(Put(shop(2)))
    found = shops.send(Query(index={"by_city": {"city": "Oslo"}}, projection=Listing))
    assert found.items == [Listing("shop 1", 1, "Oslo")]
    assert shops.send(Scan(index_name="by_city", projection=Listing)).items == found.items


def test_updates_move_an_item_in_into_and_out_of_a_sparse_index(shops_in: Any) -> None:
    index = {"partition_key": "city", "sort_key": "rank"}
    shops = shops_in(global_secondary_indexes={"by_city": index})
    shops.send(Put(shop(1)))

    def ranks(city: str) -> list[int]:
        found = shops.send(Query(index={"by_city": {"city": city}}, sort_key_condition=greater_than_or_equal(0)))
        return [one.rank for one in found.items]

    key_of_1 = {"shop_id": b"\x01"}
    assert ranks("Oslo") == []
    shops.send(Update(key=key_of_1, updates={"city": "Oslo"}))
    assert ranks("Oslo") == [1]
    shops.send(Update(key=key_of_1, updates={"rank": add(4)}))
    assert ranks("Oslo") == [5]
    shops.send(Update(key=key_of_1, updates={"city": "Rome"}))
    assert (ranks("Oslo"), ranks("Rome")) == ([], [5])
    shops.send(Update(key=key_of_1, updates={"city": remove()}))
    assert ranks("Rome") == []
    shops.send(Update(key=key_of_1, updates={"city": "Rome"}))
    shops.send(Delete(key=key_of_1))
    assert ranks("Rome") == []


def test_keys_of_several_attributes(engine: Engine, shops_in: Any) -> None:
    engine.requires("multi_attribute_keys")
    index = {"partition_key": ("country", "city"), "sort_key": ("year", "rank")}
    shops = shops_in(global_secondary_indexes={"by_place": index})
    for number in range(1, 7):
        shops.send(Put(shop(number, city="Oslo" if number > 1 else None, year=2020 + number // 4)))
    oslo = {"country": "NO", "city": "Oslo"}

    def ranks(given: Any, **options: Any) -> list[int]:
        return [one.rank for one in shops.send(Query(index={"by_place": given}, **options)).items]

    assert ranks(oslo) == [2, 3, 4, 5, 6]
    assert ranks({**oslo, "year": 2021}) == [4, 5, 6]
    assert ranks({**oslo, "year": 2021}, sort_key_condition=greater_than(4)) == [5, 6]
    assert ranks(oslo, sort_key_condition={"year": greater_than(2020)}, reverse=True) == [6, 5, 4]


def test_keys_of_several_attributes_are_checked_before_sending(shops_in: Any) -> None:
    table = Table(
        "shops",
        partition_key="shop_id",
        sort_key=None,
        global_secondary_indexes={"by_place": {"partition_key": ("country", "city"), "sort_key": ("year", "rank")}},
    )
    shops = Entity(Shop, table)
    for given, text in (
        ({"country": "NO"}, "city"),
        ({"country": "NO", "city": "Oslo", "rank": 3}, "rank"),
    ):
        with pytest.raises(UsageError, match=text):
            shops.request(Query(index={"by_place": given}))
    payload = shops.request(Query(index={"by_place": {"country": "NO", "city": "Oslo", "year": 1}})).payload
    assert payload["KeyConditionExpression"].count("=") == 3


@frozen
class Task:
    owner: str
    task_id: str
    rank: int = field(default=0, metadata=stored(alias="LSI1SK"))
    note: str = ""


@frozen
class Noted:
    task_id: str
    note: str


def test_a_local_index_is_read_consistently_and_fetches_what_it_does_not_copy(
    engine: Engine, client: Any, transport: Any
) -> None:
    table = Table(
        f"tasks-{uuid.uuid4().hex[:12]}",
        transport=transport,
        local_secondary_indexes={"by_rank": {"sort_key": "LSI1SK", "projection": "KEYS_ONLY"}},
    )
    tasks = Entity(
        Task,
        table,
        partition_key=lambda t: key("OWNER", t.owner),
        sort_key=lambda t: key("TASK", t.task_id),
    )
    create_table(table, tasks, client=client)
    for rank in (3, 1, 2):
        tasks.send(Put(Task("ann", f"t{rank}", rank, f"note {rank}")))
    query = Query(index={"by_rank": {"owner": "ann"}}, consistent=True, sort_key_condition=greater_than(1))
    by_key = tasks.send(Query(index={"by_rank": {"owner": "ann"}}, projection=["LSI1SK"], consistent=True)).items
    try:
        assert [one["LSI1SK"] for one in by_key] == [1, 2, 3]
        engine.requires("local_index_fetch")
        assert tasks.send(query).items == [Task("ann", "t2", 2, "note 2"), Task("ann", "t3", 3, "note 3")]
        engine.requires("local_index_fetch_named")
        found = tasks.send(Query(index={"by_rank": {"owner": "ann"}}, projection=Noted)).items
        assert [one.note for one in found] == ["note 1", "note 2", "note 3"]
    finally:
        delete_table(table, client=client)
