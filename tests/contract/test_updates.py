"""Every update function, in the mapping form and the static form, on a real item: what is stored afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    ConditionFailedError,
    Entity,
    Get,
    Put,
    ServiceError,
    Table,
    TransactWrite,
    Update,
    add,
    add_to_set,
    append,
    attr,
    if_not_exists,
    increment,
    item_exists,
    key,
    prepend,
    ref,
    remove,
    remove_from_set,
    set_,
    stored,
    subtract,
)

if TYPE_CHECKING:
    from tests.contract.conftest import Engine, OpenTable, Stored


@frozen
class Place:
    city: str
    zip_code: str | None = field(default=None, metadata=stored(alias="zip"))
    visits: int = 0


@frozen(kw_only=True)
class Thing:
    thing_id: str
    name: str = "Alice"
    count: int = 5
    limit: int = 7
    price: Decimal = Decimal("1.5")
    ratio: float = 0.5
    blob: bytes = b"abc"
    email: str | None = None
    maybe: int | None = None
    null: int | None = field(default=None, metadata=stored(null=True))
    tags: set[str] = field(factory=lambda: {"a", "b"})
    numbers: frozenset[int] = frozenset({1, 2})
    blobs: frozenset[bytes] = frozenset()
    texts: list[str] = field(factory=lambda: ["x", "y"])
    more: list[str] | None = None
    place: Place = Place("Oslo", "0150")
    places: list[Place] = field(factory=lambda: [Place("Bergen"), Place("Oslo")])
    free: dict[str, Any] = field(factory=lambda: {"a.b": {"c": [1, [2, {"d": 3}]]}})


KEY = {"thing_id": "1"}
BEFORE = Thing(thing_id="1")
static: Any = Entity(Thing, Table("none"), partition_key=lambda t: t.thing_id, sort_key=lambda _: "META").changes

CASES: dict[str, list[tuple[Any, dict[str, Any]]]] = {
    "set": [
        ({"name": "Bob", "count": 6, "blob": b""}, {"name": "Bob", "count": 6, "blob": b""}),
        ({"email": "a@example.org", "maybe": 0}, {"email": "a@example.org", "maybe": 0}),
        ({"count": ref("limit")}, {"count": 7}),
        ({"count": ref("maybe", 3)}, {"count": 3}),
        ({"count": ref("limit", 3), "limit": ref("count")}, {"count": 7, "limit": 5}),
        ({"name": set_("Bob")}, {"name": "Bob"}),
        (static(lambda t: [set_(t.name, "Bob"), set_(t.count, t.limit)]), {"name": "Bob", "count": 7}),
        ({"place": Place("Bergen")}, {"place": Place("Bergen")}),
        ({"null": 4}, {"null": 4}),
        ({"tags": {"z"}, "texts": []}, {"tags": {"z"}, "texts": []}),
    ],
    "set to nothing": [
        ({"email": None, "maybe": None, "null": None}, {}),
        ({"tags": set(), "numbers": frozenset()}, {"tags": set(), "numbers": frozenset()}),
        (static(lambda t: [set_(t.tags, set())]), {"tags": set()}),
        ({"place.zip_code": None}, {"place": Place("Oslo")}),
    ],
    "if_not_exists": [
        ({"count": if_not_exists(9), "maybe": if_not_exists(9)}, {"maybe": 9}),
        (static(lambda t: [set_(t.maybe, if_not_exists(t.maybe, 9))]), {"maybe": 9}),
        (static(lambda t: [set_(t.count, if_not_exists(t.maybe, t.limit))]), {"count": 7}),
        (static(lambda t: [set_(t.maybe, if_not_exists(t.maybe, 1) + t.count)]), {"maybe": 6}),
    ],
    "add and subtract": [
        ({"count": add(2), "limit": subtract(10)}, {"count": 7, "limit": -3}),
        ({"price": add(Decimal("0.25")), "ratio": subtract(0.25)}, {"price": Decimal("1.75"), "ratio": 0.25}),
        ({"count": add(ref("limit"))}, {"count": 12}),
        ({"count": ref("maybe", 1) + 1}, {"count": 2}),
        (static(lambda t: [set_(t.count, t.count + 1), set_(t.limit, t.limit - t.count)]), {"count": 6, "limit": 2}),
        (static(lambda t: [set_(t.count, 100 - t.count), add(t.limit, 1)]), {"count": 95, "limit": 8}),
        ({"count": attr("limit") - 1}, {"count": 6}),
    ],
    "increment": [
        ({"count": increment(3), "maybe": increment(3)}, {"count": 8, "maybe": 3}),
        ({"count": increment(-8), "price": increment(Decimal("0.1"))}, {"count": -3, "price": Decimal("1.6")}),
        (static(lambda t: [increment(t.count, 1), increment(t.ratio, 0.5)]), {"count": 6, "ratio": 1.0}),
    ],
    "append and prepend": [
        ({"texts": append(["z", "x"])}, {"texts": ["x", "y", "z", "x"]}),
        ({"texts": prepend(["z"])}, {"texts": ["z", "x", "y"]}),
        ({"more": append(["z"])}, {"more": ["z"]}),
        ({"more": prepend(["z"])}, {"more": ["z"]}),
        ({"more": append(ref("texts"))}, {"more": ["x", "y"]}),
        ({"texts": append([])}, {}),
        ({"places": append([Place("Rome")])}, {"places": [Place("Bergen"), Place("Oslo"), Place("Rome")]}),
        (
            static(lambda t: [append(t.texts, ["z"]), append(t.more, t.texts)]),
            {"texts": ["x", "y", "z"], "more": ["x", "y"]},
        ),
    ],
    "sets": [
        (
            {"tags": add_to_set({"b", "c"}), "numbers": remove_from_set({1, 9})},
            {"tags": {"a", "b", "c"}, "numbers": frozenset({2})},
        ),
        ({"tags": add_to_set("c")}, {"tags": {"a", "b", "c"}}),
        ({"blobs": add_to_set([b"\x00"])}, {"blobs": frozenset({b"\x00"})}),
        ({"tags": remove_from_set({"a", "b"})}, {"tags": set()}),
        ({"blobs": remove_from_set({b"x"})}, {}),
        (
            static(lambda t: [add_to_set(t.tags, {"c"}), remove_from_set(t.numbers, frozenset({2}))]),
            {"tags": {"a", "b", "c"}, "numbers": frozenset({1})},
        ),
    ],
    "remove": [
        ({"email": remove(), "maybe": remove()}, {}),
        ({"tags": remove(), "numbers": remove()}, {"tags": set(), "numbers": frozenset()}),
        ({"texts[0]": remove()}, {"texts": ["y"]}),
        ({"texts[9]": remove()}, {}),
        ({"place.zip_code": remove(), "places[1].zip_code": remove()}, {"place": Place("Oslo")}),
        (
            static(lambda t: [remove(t.places[0]), remove(t.place.zip_code)]),
            {"places": [Place("Oslo")], "place": Place("Oslo")},
        ),
    ],
    "nested": [
        ({"place.city": "Rome", "place.visits": add(1)}, {"place": Place("Rome", "0150", 1)}),
        ({"texts[1]": "z", "texts[2]": "end"}, {"texts": ["x", "z", "end"]}),
        ({"places[0].city": "Rome", "places[1]": Place("Nice")}, {"places": [Place("Rome"), Place("Nice")]}),
        ({attr("free", "a.b", "c", 1, 1, "d"): 4}, {"free": {"a.b": {"c": [1, [2, {"d": 4}]]}}}),
        ({attr("free")["a.b"]["new"]: {"x": None}}, {"free": {"a.b": {"c": [1, [2, {"d": 3}]], "new": {"x": None}}}}),
        (
            static(lambda t: [set_(t.places[0].zip_code, t.place.zip_code)]),
            {"places": [Place("Bergen", "0150"), Place("Oslo")]},
        ),
    ],
    "beyond the end of a list": [
        ({"texts[7]": "end"}, {"texts": ["x", "y", "end"]}),
    ],
    "several elements removed": [
        ({"texts[0]": remove(), "texts[1]": remove()}, {"texts": []}),
        ({"texts[1]": remove(), "texts[0]": remove(), "texts[2]": remove()}, {"texts": []}),
    ],
    "all clauses together": [
        (
            {"name": "Bob", "texts[0]": remove(), "count": increment(1), "tags": remove_from_set("a"), "limit": add(1)},
            {"name": "Bob", "texts": ["y"], "count": 6, "tags": {"b"}, "limit": 8},
        ),
    ],
}
NEEDS = {"beyond the end of a list": "list_end", "several elements removed": "list_removals"}


@pytest.fixture
def things(table: Table) -> Entity[Thing]:
    return Entity(Thing, table, partition_key=lambda t: t.thing_id, sort_key=lambda _: "META")


@pytest.mark.parametrize("which", CASES)
def test_an_update_stores_what_it_says(things: Entity[Thing], engine: Engine, which: str) -> None:
    if which in NEEDS:
        engine.requires(NEEDS[which])
    for updates, changed in CASES[which]:
        things.send(Put(BEFORE))
        after = things.send(Update(KEY, updates=updates, return_values="ALL_NEW")).updated_item
        assert after == evolve(BEFORE, **changed), updates
        assert things.send(Get(KEY)).item == after
        things.send(Put(BEFORE))
        things.send(TransactWrite([Update(KEY, updates=updates, condition=item_exists())]))
        assert things.send(Get(KEY)).item == after


def test_changed_fields_come_back_as_the_schema_has_them(things: Entity[Thing]) -> None:
    things.send(Put(BEFORE))
    updates = {"place": Place("Rome"), "numbers": add_to_set(3), "ratio": 1.0, "email": "x"}
    new = things.send(Update(KEY, updates=updates, return_values="UPDATED_NEW")).updated_fields
    assert new == {"place": Place("Rome"), "numbers": frozenset({1, 2, 3}), "ratio": 1.0, "email": "x"}
    things.send(Put(BEFORE))
    old = things.send(Update(KEY, updates=updates, return_values="UPDATED_OLD")).updated_fields
    assert old == {"place": BEFORE.place, "numbers": BEFORE.numbers, "ratio": 0.5}


def test_a_part_of_a_nested_field_comes_back_as_a_part(things: Entity[Thing]) -> None:
    things.send(Put(BEFORE))
    update = Update(KEY, updates={"place.visits": add(1)}, return_values="UPDATED_NEW")
    assert things.send(update).updated_fields == {"place": {"visits": 1}}


def test_what_only_dynamodb_can_refuse_is_a_validation_refusal(things: Entity[Thing]) -> None:
    """A list index in a list that is not there, arithmetic on a missing number."""
    things.send(Put(BEFORE))
    for updates in ({"more[0]": "x"}, {"maybe": add(1)}, {attr("free", "nowhere", "x"): 1}):
        with pytest.raises(ServiceError) as refused:
            things.send(Update(KEY, updates=updates))
        assert refused.value.is_validation
    assert things.send(Get(KEY)).item == BEFORE


def test_an_update_that_creates_makes_an_item_that_can_be_read(things: Entity[Thing]) -> None:
    updates = {
        "name": "New",
        "count": increment(1),
        "tags": add_to_set("a"),
        "texts": append(["x"]),
        "limit": if_not_exists(3),
        "place": Place("Rome"),
    }
    things.send(Update(KEY, updates=updates))
    item = things.send(Get(KEY)).item
    assert item is not None
    assert (item.thing_id, item.name, item.count, item.tags) == ("1", "New", 1, {"a"})
    assert (item.texts, item.limit, item.place) == (["x"], 3, Place("Rome"))
    things.send(Update({"thing_id": "2"}, updates={"email": remove()}))
    item = things.send(Get({"thing_id": "2"})).item
    assert item is not None
    assert item.thing_id == "2"


def test_an_instance_as_the_key_creates_no_more_than_the_key(things: Entity[Thing], stored: Stored) -> None:
    things.send(Update(Thing(thing_id="1", name="not written"), updates={"count": increment(1)}))
    assert stored(things.table, PK={"S": "1"}, SK={"S": "META"}) == {
        "PK": {"S": "1"},
        "SK": {"S": "META"},
        "thing_id": {"S": "1"},
        "count": {"N": "1"},
    }


def test_a_key_of_several_fields_is_written_whole(open_table: OpenTable) -> None:
    @frozen
    class Event:
        tenant: str
        year: int
        serial: int
        note: str | None = None

    events = Entity(
        Event, open_table(), partition_key=lambda e: key("T", e.tenant), sort_key=lambda e: key(e.year, e.serial)
    )
    where = {"tenant": "t", "year": 2026, "serial": 7}
    events.send(TransactWrite([Update(where, updates={"note": "x"})]))
    assert events.send(Get(where)).item == Event("t", 2026, 7, "x")


def test_an_update_of_what_must_exist_creates_nothing(things: Entity[Thing]) -> None:
    with pytest.raises(ConditionFailedError):
        things.send(Update(KEY, updates={"name": "New"}, condition=item_exists()))
    with pytest.raises(ConditionFailedError):
        things.send(Update(KEY, updates={"name": "New"}, condition={"name": "Old"}))
    assert things.send(Get(KEY)).item is None
