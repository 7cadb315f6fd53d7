"""Projections of a path together with parts of it: the outer path alone is asked for, and nothing is named in vain."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import BatchGet, Entity, Get, Put, Query, Scan, Table, TransactGet, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.engines import Engine


@frozen
class Address:
    city: str
    street: str = "Storgata"


@frozen
class Person:
    person_id: str
    home: Address = Address("Oslo")
    all: list[Address] = field(factory=lambda: [Address("Bergen"), Address("Bodo")])
    more: dict[str, dict[str, Any]] = field(factory=lambda: {"a": {"b": 1, "ab": 2}})


@pytest.fixture
def people(table: Table) -> Entity[Person]:
    people = Entity(Person, table, partition_key="{person_id}", sort_key="1")
    people.send(Put(Person("p1")))
    return people


def orders(*paths: str) -> Iterable[list[str]]:
    return [list(one) for one in permutations(paths)]


KEY = {"person_id": "p1"}


@pytest.mark.parametrize(
    ("projection", "found"),
    [
        *((one, {"home": Address("Oslo")}) for one in orders("home", "home.city", "home.street")),
        *((one, {"all": [Address("Bergen"), Address("Bodo")]}) for one in orders("all", "all[0]", "all[1].city")),
        *((one, {"more": {"a": {"b": 1, "ab": 2}}}) for one in orders("more.a", "more.a.b", "more.a.ab")),
        *((one, {"more": {"a": {"b": 1, "ab": 2}}}) for one in orders("more.a.b", "more.a.ab")),
        *((one, {"PK": "p1", "person_id": "p1"}) for one in orders("PK", "person_id")),
    ],
)
def test_the_outer_path_is_asked_for(people: Entity[Person], projection: list[str], found: dict[str, Any]) -> None:
    assert people.send(Get(KEY, projection=projection)).item == found
    assert people.send(BatchGet([KEY], projection=projection)).items == [found]
    assert people.send(Query(KEY, projection=projection)).items == [found]
    assert people.send(Query(KEY, projection=projection, filter={"home.street": "Storgata"})).items == [found]
    assert people.send(Scan(projection=projection)).items == [found]
    assert people.send(TransactGet([KEY], projection=projection)).items == [found]


@frozen
class Basket:
    basket_id: str
    lines: list[Address] = field(factory=lambda: [Address("Oslo"), Address("Bergen", "Bryggen"), Address("Bodo")])
    grid: list[list[dict[str, Any]]] = field(factory=lambda: [[{"x": 1}, {"y": 2}], [{"x": 3, "y": 4}], []])
    mixed: list[Any] = field(factory=lambda: ["text", {"x": {"y": 1, "z": 2}}, {"x": {"z": 3}}, {"w": 1}])


@pytest.fixture
def baskets(table: Table) -> Entity[Basket]:
    baskets = Entity(Basket, table, partition_key="{basket_id}", sort_key="1")
    baskets.send(Put(Basket("b1")))
    return baskets


@pytest.mark.parametrize(
    ("projection", "found"),
    [
        (["lines[0]", "lines[1].city"], {"lines": [Address("Oslo"), {"city": "Bergen"}]}),
        (["lines[1].city", "lines[0]"], {"lines": [Address("Oslo"), {"city": "Bergen"}]}),
        (["lines[0].city", "lines[2]"], {"lines": [{"city": "Oslo"}, Address("Bodo")]}),
        (["lines[7].city", "lines[2]"], {"lines": [Address("Bodo")]}),
        (["lines[0].city", "lines[1].street"], {"lines": [{"city": "Oslo"}, {"street": "Bryggen"}]}),
        (["lines[2]", "lines[0]"], {"lines": [Address("Oslo"), Address("Bodo")]}),
        (["grid[0][1]", "grid[1][0].y"], {"grid": [[{"y": 2}], [{"y": 4}]]}),
        (["grid[0][0].y", "grid[0][1]", "grid[2]"], {"grid": [[{"y": 2}], []]}),
        (["mixed[0]", "mixed[1].x.y"], {"mixed": ["text", {"x": {"y": 1}}]}),
        (["mixed[0].x", "mixed[1].x.y", "mixed[2]"], {"mixed": [{"x": {"y": 1}}, {"x": {"z": 3}}]}),
        (["mixed[1].x", "mixed[2].x.y", "mixed[3].w"], {"mixed": [{"x": {"y": 1, "z": 2}}, {"w": 1}]}),
    ],
)
def test_elements_wanted_in_different_ways_are_read(
    engine: Engine, baskets: Entity[Basket], projection: list[str], found: dict[str, Any]
) -> None:
    engine.requires("list_index_placeholder")
    key = {"basket_id": "b1"}
    assert baskets.send(Get(key, projection=projection)).item == found
    assert baskets.send(Query(key, projection=projection)).items == [found]
    assert baskets.send(TransactGet([key], projection=projection)).items == [found]


@pytest.mark.parametrize(
    "projection",
    [["mixed[1].x", "mixed[1][0]"], ["mixed[1].x[0]", "mixed[1].x.y"], ["mixed[1].x", "mixed[0]", "mixed[1][2].y"]],
)
def test_paths_that_need_a_map_and_a_list_in_one_place_are_refused(
    baskets: Entity[Basket], projection: list[str]
) -> None:
    for command in (Get({"basket_id": "b1"}, projection=projection), Scan(projection=projection)):
        with pytest.raises(UsageError, match=r"are both projected, but .* both a map and a list; ask for one of them"):
            baskets.request(command)
