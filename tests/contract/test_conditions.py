"""Every condition function, in every form it can be written in, on a real item: true exactly when it should be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Put,
    Table,
    TransactionCanceledError,
    TransactWrite,
    and_,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    greater_than_or_equal,
    is_in,
    item_exists,
    item_not_exists,
    less_than,
    less_than_or_equal,
    not_,
    not_equals,
    not_exists,
    or_,
    ref,
    size,
    stored,
    type_is,
)

if TYPE_CHECKING:
    from tests.contract.conftest import Engine


@frozen
class Place:
    city: str
    zip_code: str | None = field(default=None, metadata=stored(alias="zip"))


@frozen(kw_only=True)
class Thing:
    thing_id: str
    name: str = "Alice"
    count: int = 5
    limit: int = 7
    price: Decimal = Decimal("1.5")
    flag: bool = True
    off: bool = False
    blob: bytes = b"abc"
    email: str | None = None
    null: str | None = field(default=None, metadata=stored(null=True))
    tags: set[str] = field(factory=lambda: {"a", "b"})
    numbers: frozenset[int] = frozenset({1, 2})
    texts: list[str] = field(factory=lambda: ["x", "y"])
    place: Place = Place("Oslo", "0150")
    places: list[Place] = field(factory=lambda: [Place("Bergen"), Place("Oslo")])
    free: dict[str, Any] = field(factory=lambda: {"a.b": {"c": [1, [2, {"d": 3}]]}})


KEY = {"thing_id": "1"}
Case = tuple[Any, bool]
u: Any = Entity(Thing, Table("none"), partition_key=lambda t: t.thing_id, sort_key=lambda _: "META").where

CASES: dict[str, list[Case]] = {
    "equals": [
        ({"name": "Alice"}, True),
        ({"name": equals("alice")}, False),
        (attr("count") == 5, True),
        (u(lambda t: t.price == Decimal("1.50")), True),
        ({"email": "x"}, False),
        ({"flag": True}, True),
        ({"blob": b"abc"}, True),
        ({"tags": {"b", "a"}}, True),
        ({"texts": ["x", "y"]}, True),
        ({"texts": ["y", "x"]}, False),
        ({"place": Place("Oslo", "0150")}, True),
        ({"null": None}, True),
        ({"count": ref("limit")}, False),
        ({"count": equals(ref("limit"))}, False),
    ],
    "a bare attribute": [
        (u(lambda t: t.flag), True),
        (u(lambda t: t.off), False),
        (u(lambda t: ~t.off), True),
        (u(lambda t: t.flag & t.off), False),
        (u(lambda t: t.flag | t.off), True),
    ],
    "not_equals": [
        ({"name": not_equals("Bob")}, True),
        ({"name": not_equals("Alice")}, False),
        ({"email": not_equals("x")}, True),
        (attr("count") != 5, False),
        (u(lambda t: t.count != t.limit), True),
    ],
    "less_than": [
        ({"count": less_than(5)}, False),
        ({"count": less_than_or_equal(5)}, True),
        ({"name": less_than("Alicf")}, True),
        ({"blob": less_than(b"abcd")}, True),
        ({"email": less_than("z")}, False),
        (u(lambda t: t.count < t.limit), True),
        (attr("count") <= 4, False),
    ],
    "greater_than": [
        ({"count": greater_than(5)}, False),
        ({"count": greater_than_or_equal(5)}, True),
        ({"price": greater_than(Decimal("1.49"))}, True),
        (attr("count") > attr("limit"), False),
        (u(lambda t: t.limit >= t.count), True),
        ({"email": greater_than_or_equal("")}, False),
    ],
    "between": [
        ({"count": between(5, 5)}, True),
        ({"count": between(6, 9)}, False),
        ({"name": between("A", "B")}, True),
        ({"email": between("a", "z")}, False),
        (u(lambda t: between(t.count, 1, t.limit)), True),
        ({"blob": between(b"a", b"b")}, True),
    ],
    "is_in": [
        ({"name": is_in("Bob", "Alice")}, True),
        ({"name": is_in("Bob")}, False),
        ({"email": is_in("x")}, False),
        ({"count": is_in(ref("limit"), 5)}, True),
        (u(lambda t: is_in(t.count, 1, t.limit)), False),
        ({"count": is_in(*range(100))}, True),
        ({"count": is_in(*range(6, 106))}, False),
    ],
    "begins_with": [
        ({"name": begins_with("Al")}, True),
        ({"name": begins_with("")}, True),
        ({"name": begins_with("al")}, False),
        ({"email": begins_with("a")}, False),
        (u(lambda t: begins_with(t.place.city, "Os")), True),
    ],
    "contains": [
        ({"name": contains("lic")}, True),
        ({"tags": contains("a")}, True),
        ({"tags": contains("ab")}, False),
        ({"numbers": contains(2)}, True),
        ({"texts": contains("y")}, True),
        ({"places": contains(Place("Oslo"))}, True),
        ({"email": contains("a")}, False),
        (u(lambda t: contains(t.tags, t.name)), False),
    ],
    "exists": [
        ({"name": exists()}, True),
        ({"email": exists()}, False),
        ({"email": not_exists()}, True),
        ({"null": exists()}, True),
        ({"place.zip_code": exists(), "places[0].zip_code": not_exists(), "texts[2]": not_exists()}, True),
        (u(lambda t: exists(t.place.zip_code) & not_exists(t.email)), True),
        (exists(attr("free", "a.b", "c", 1, 1, "d")), True),
    ],
    "item_exists": [
        (item_exists(), True),
        (item_not_exists(), False),
        (~item_not_exists(), True),
    ],
    "type_is": [
        ({"name": type_is("S"), "count": type_is("N"), "flag": type_is("BOOL"), "blob": type_is("B")}, True),
        ({"null": type_is("NULL"), "tags": type_is("SS"), "numbers": type_is("NS")}, True),
        ({"texts": type_is("L"), "place": type_is("M")}, True),
        ({"name": type_is("N")}, False),
        ({"email": type_is("S")}, False),
        (u(lambda t: type_is(t.free, "M")), True),
    ],
    "size": [
        ({"name": size(5), "tags": size(2), "texts": size(2), "place": size(2), "blob": size(3)}, True),
        ({"name": size(greater_than(5))}, False),
        ({"name": size(between(1, 5))}, True),
        ({"name": size(is_in(4, 6))}, False),
        (u(lambda t: size(t.name) == t.count), True),
        (u(lambda t: size(t.tags) < size(t.name)), True),
    ],
    "functions on bytes": [
        ({"blob": begins_with(b"ab")}, True),
        ({"blob": begins_with(b"b")}, False),
        ({"blob": contains(b"bc")}, True),
        (u(lambda t: contains(t.blob, b"ac")), False),
    ],
    "the size of what is missing": [
        ({"email": size(0)}, False),
        (u(lambda t: size(t.email) < 9), False),
        ({"places[0].zip_code": size(not_equals(3))}, True),
    ],
    "nested": [
        ({"place.city": "Oslo", "places[1].city": "Oslo"}, True),
        ({"places[0].city": begins_with("B")}, True),
        ({"places[2].city": exists()}, False),
        ({attr("free", "a.b", "c", 0): 1}, True),
        ({attr("free")["a.b"]["c"][1][1]["d"]: 3}, True),
        (u(lambda t: (t.places[0].city == "Bergen") & (t.place.zip_code == "0150")), True),
        ({"place.city": ref("places[1].city")}, True),
    ],
    "and_, or_, not_": [
        ([{"name": "Alice"}, {"count": 5}], True),
        ([{"name": "Alice"}, {"count": 6}], False),
        (and_({"name": "Alice"}, or_({"count": 6}, {"limit": 7})), True),
        (or_({"name": "Bob"}, and_({"count": 5}, {"limit": 8})), False),
        (or_(and_({"name": "Bob"}, {"count": 5}), {"limit": 7}), True),
        (not_({"name": "Alice"}), False),
        (not_(not_({"name": "Alice"})), True),
        (not_(or_({"name": "Bob"}, {"count": 6})), True),
        (not_({"email": less_than("x")}), True),
        ({"count": and_(greater_than(1), less_than(9), not_(equals(6)))}, True),
        ({"count": or_(less_than(1), greater_than(9))}, False),
        ((attr("count") > 1) & ((attr("limit") > 9) | (attr("name") == "Alice")) & ~(attr("flag") == False), True),  # noqa: E712
        (u(lambda t: (t.count == 5) | (t.count == 6) & (t.name == "Bob")), True),
        (not_([{"name": "Alice"}, {"count": 6}]), True),
    ],
}
NEEDS = {"functions on bytes": "functions_on_bytes", "the size of what is missing": "size_of_missing"}

OF_NOTHING: list[Case] = [
    (item_not_exists(), True),
    (item_exists(), False),
    (not_({"name": "Alice"}), True),
    ({"name": not_equals("Alice"), "place.city": not_exists(), "count": not_(greater_than(0))}, True),
    ({"name": "Alice"}, False),
    ({"name": less_than("B")}, False),
    ({"name": between("A", "B")}, False),
    ({"name": is_in("Alice")}, False),
    ({"name": begins_with("A")}, False),
    ({"tags": contains("a")}, False),
    ({"places[0].city": exists()}, False),
    ({"name": type_is("S")}, False),
    (u(lambda t: t.count < t.limit), False),
    (u(lambda t: ~t.flag), True),
]
EQUAL_TO_NOTHING: list[Case] = [
    ({"null": None}, False),
    ({"count": ref("limit")}, False),
    ({"count": is_in(ref("limit"), 5)}, False),
    ({"place.city": ref("places[1].city")}, False),
    (u(lambda t: t.count != t.limit), True),
]


@pytest.fixture
def things(table: Table) -> Entity[Thing]:
    return Entity(Thing, table, partition_key=lambda t: t.thing_id, sort_key=lambda _: "META")


def holds(things: Entity[Thing], condition: Any) -> bool:
    try:
        things.send(TransactWrite([ConditionCheck(KEY, condition=condition)]))
    except TransactionCanceledError as error:
        if error.reasons[0].code == "ConditionalCheckFailed":
            return False
        raise
    return True


@pytest.mark.parametrize("which", CASES)
def test_a_condition_is_true_when_it_says(things: Entity[Thing], engine: Engine, which: str) -> None:
    if which in NEEDS:
        engine.requires(NEEDS[which])
    things.send(Put(Thing(thing_id="1")))
    for condition, expected in CASES[which]:
        assert holds(things, condition) is expected, condition
        assert holds(things, not_(condition)) is not expected, condition


def test_without_an_item_only_what_is_about_the_missing_is_true(things: Entity[Thing]) -> None:
    for condition, expected in OF_NOTHING:
        assert holds(things, condition) is expected, condition


def test_nothing_equals_what_is_missing(things: Entity[Thing], engine: Engine) -> None:
    engine.requires("equal_to_missing")
    for condition, expected in EQUAL_TO_NOTHING:
        assert holds(things, condition) is expected, condition


def test_a_condition_of_its_own_is_a_value(things: Entity[Thing]) -> None:
    """The same condition object serves single writes, transactions and any number of sends."""
    condition = and_({"count": greater_than(4)}, item_exists())
    things.send(Put(Thing(thing_id="1")))
    for _ in range(2):
        things.send(Put(Thing(thing_id="1"), condition=condition))
        assert holds(things, condition)
    things.send(Delete(KEY, condition=condition))
    assert not holds(things, condition)
