"""Projections of a path together with parts of it: the outer path alone is asked for, and nothing is named in vain."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import BatchGet, Entity, Get, Put, Query, Scan, Table, TransactGet

if TYPE_CHECKING:
    from collections.abc import Iterable


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
