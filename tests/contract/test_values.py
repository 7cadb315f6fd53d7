"""Every type of the value table, in items, conditions, updates and keys: what goes in comes out."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, TypedDict
from uuid import UUID

import attrs
import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    FieldCodec,
    Get,
    Put,
    Table,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    between,
    equals,
    greater_than,
    is_in,
    item_exists,
    item_not_exists,
    less_than,
    not_equals,
    not_exists,
    stored,
    type_is,
)
from tests.contract.ways import EVERY_WAY

if TYPE_CHECKING:
    from tests.contract.conftest import OpenTable, Stored

Email = NewType("Email", str)


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Size(TypedDict):
    width: int
    unit: str


@frozen
class Address:
    city: str
    postcode: str | None = None


@frozen
class Card:
    last_four: str
    kind: Literal["card"] = "card"


@frozen
class Invoice:
    days: int
    kind: Literal["invoice"] = "invoice"


@frozen(kw_only=True)
class Everything:
    """One field of each type, each under its own name, empty or absent at first."""

    item_id: str
    text: str = ""
    whole: int = 0
    real: float = 0.0
    exact: Decimal = Decimal(0)
    flag: bool = False
    blob: bytes = b""
    maybe: str | None = None
    null: int | None = field(default=None, metadata=stored(null=True))
    texts: list[str] = field(factory=list)
    pair: tuple[int, str] = (0, "")
    many: tuple[Decimal, ...] = ()
    address: Address | None = None
    sizes: dict[str, int] = field(factory=dict)
    typed: Size | None = None
    names: set[str] = field(factory=set)
    numbers: frozenset[int] = frozenset()
    blobs: frozenset[bytes] = frozenset()
    moment: datetime | None = None
    expires: datetime | None = field(default=None, metadata=stored(epoch=True))
    day: date | None = None
    clock: time | None = None
    uid: UUID | None = None
    color: Color | None = None
    level: Level = Level.LOW
    word: Literal["a", "b"] = "a"
    email: Email = Email("")
    noted: Annotated[int, "with a note"] = 0
    payment: Card | Invoice | None = None
    anything: Any = None
    host: IPv4Address | None = field(
        default=None, metadata=stored(codec=FieldCodec(stored_as=str, encode=str, decode=IPv4Address))
    )
    nested: dict[str, list[Address]] = field(factory=dict)


VALUES: dict[str, Any] = {
    "text": 'smørrebrød 🥪 "\\ \u0000 \u2028',
    "whole": -(10**38) + 1,
    "real": 5e-130,
    "exact": Decimal("-123456789012345678.90123456789012345678"),
    "flag": True,
    "blob": bytes(range(256)),
    "maybe": "there",
    "null": 5,
    "texts": ["a", "", "a"],
    "pair": (1, "one"),
    "many": (Decimal("1E+125"), Decimal("1E-130"), Decimal("-0.10")),
    "address": Address("Oslo", "0150"),
    "sizes": {"a.b": 1, "N": 2, "#0": 3},
    "typed": {"width": 3, "unit": "cm"},
    "names": {"b", "a", "é"},
    "numbers": frozenset({3, 1, -2}),
    "blobs": frozenset({b"\xff", b"\x00"}),
    "moment": datetime(2026, 2, 28, 23, 59, 59, 1, UTC),
    "expires": datetime(2026, 2, 28, 23, 59, 59, 0, UTC),
    "day": date(2024, 2, 29),
    "clock": time(23, 59, 59, 999999),
    "uid": UUID("12345678-1234-5678-1234-567812345678"),
    "color": Color.GREEN,
    "level": Level.HIGH,
    "word": "b",
    "email": "a@example.org",
    "noted": 5,
    "payment": Invoice(30),
    "anything": {"list": [1, Decimal("1.5"), "x", b"x", None, True, {"deep": [[]]}], "set": {"a"}},
    "host": IPv4Address("10.0.0.1"),
    "nested": {"home": [Address("Oslo"), Address("Bergen", "5003")], "none": []},
}
attrs.resolve_types(Everything)
EMPTY = Everything(item_id="1")
FULL = Everything(item_id="1", **VALUES)
KEY = {"item_id": "1"}

WIRE_TYPES = {
    **dict.fromkeys(["whole", "real", "exact", "null", "expires", "level", "noted"], "N"),
    **dict.fromkeys(["texts", "pair", "many"], "L"),
    **dict.fromkeys(["address", "sizes", "typed", "payment", "anything", "nested"], "M"),
    "flag": "BOOL",
    "blob": "B",
    "names": "SS",
    "numbers": "NS",
    "blobs": "BS",
}


@pytest.fixture
def items(table: Table) -> Entity[Everything]:
    return Entity(Everything, table, partition_key=lambda i: i.item_id, sort_key=lambda _: "META")


def test_values_cover_the_class() -> None:
    assert {"item_id", *VALUES} == set(attrs.fields_dict(Everything))


@EVERY_WAY
@pytest.mark.parametrize("item", [EMPTY, FULL], ids=["empty", "full"])
def test_what_is_put_is_got(items: Entity[Everything], item: Everything) -> None:
    items.send(Put(item))
    assert items.send(Get(KEY)).item == item
    assert items.send(TransactGet([KEY])).items == [item]
    assert items.send(Put(item, return_values="ALL_OLD")).return_item == item
    with pytest.raises(ConditionFailedError) as refused:
        items.send(Delete(KEY, condition=item_not_exists()))
    assert refused.value.item == item
    with pytest.raises(TransactionCanceledError) as cancelled:
        items.send(TransactWrite([Put(item, condition=item_not_exists())]))
    assert cancelled.value.reasons[0].item == item


@EVERY_WAY
def test_types_of_values_survive(items: Entity[Everything]) -> None:
    items.send(Put(FULL))
    item = items.send(Get(KEY)).item
    assert item is not None
    for name in VALUES:
        assert type(getattr(item, name)) is type(getattr(FULL, name)), name


def test_nothing_is_stored_for_what_is_absent(items: Entity[Everything], stored: Stored) -> None:
    items.send(Put(EMPTY))
    wire = stored(items.table, PK={"S": "1"}, SK={"S": "META"})
    assert wire is not None
    assert wire["null"] == {"NULL": True}
    absent = {"maybe", "address", "typed", "names", "numbers", "blobs", "moment", "expires", "day", "clock", "uid"}
    assert not (absent | {"color", "payment", "host"}) & wire.keys()


@pytest.mark.parametrize("name", VALUES)
def test_a_value_means_the_same_in_updates_conditions_and_items(items: Entity[Everything], name: str) -> None:
    """Written by an update it equals what a put wrote: a condition on the one holds for the other."""
    value = VALUES[name]
    items.send(Put(EMPTY))
    fresh = (
        equals(getattr(EMPTY, name)) if name in {"null", "anything"} or name not in absent_at_first() else not_exists()
    )
    update = Update(KEY, updates={name: value}, condition={name: fresh}, return_values="UPDATED_NEW")
    assert items.send(update).updated_fields == {name: value}
    assert items.send(Get(KEY)).item == evolve(EMPTY, **{name: value})
    holds = [{name: value}, {name: is_in(value)}, {name: type_is(WIRE_TYPES.get(name, "S"))}]
    items.send(Put(FULL, condition=holds))
    items.send(Put(EMPTY, condition=holds))
    with pytest.raises(ConditionFailedError):
        items.send(Update(KEY, updates={"noted": 9}, condition={name: value}))
    items.send(TransactWrite([Update(KEY, updates={name: value}, condition={name: not_equals(value)})]))
    assert items.send(Get(KEY)).item == evolve(EMPTY, **{name: value})


def absent_at_first() -> set[str]:
    return {name for name in VALUES if getattr(EMPTY, name) in (None, set(), frozenset())}


ORDERED = {
    "text": ["", "A", "a", "é", "\uffff", "\U0001f96a"],
    "whole": [-(10**30), -1, 0, 9, 10],
    "real": [-1e100, -0.5, 1e-100, 2.0, 10.0],
    "exact": [Decimal("-1E125"), Decimal("-0.1"), Decimal("1E-130"), Decimal("9.9"), Decimal(10)],
    "blob": [b"", b"\x00", b"\x01", b"\x01\x00", b"\xff"],
    "moment": [
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, UTC),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-2))),
    ],
    "expires": [datetime(1960, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)],
    "day": [date(999, 1, 1), date(2024, 12, 31), date(2025, 1, 1)],
    "clock": [time(1), time(1, 0, 0, 1), time(23)],
    "level": [Level.LOW, Level.HIGH],
}


@pytest.mark.parametrize("name", ORDERED)
def test_stored_values_are_in_the_order_of_python_values(items: Entity[Everything], name: str) -> None:
    values = ORDERED[name]
    for low, high in pairwise(values):
        items.send(Put(evolve(EMPTY, **{name: low})))
        items.send(Update(KEY, updates={name: high}, condition=[{name: less_than(high)}, {name: between(low, high)}]))
        items.send(Update(KEY, updates={"noted": 1}, condition={name: greater_than(low)}))
        with pytest.raises(ConditionFailedError):
            items.send(Delete(KEY, condition={name: less_than(low)}))


KEYS = {
    "text": ["x", "é🥪", "a#b", " ", "x" * 1024],
    "whole": [0, -5, 10**37],
    "real": [0.5, 1.0, -1e-10],
    "exact": [Decimal("1.10"), Decimal("-1E+100"), Decimal(100)],
    "blob": [b"\x00", b"\xff" * 1024],
    "moment": [datetime(2026, 1, 1, tzinfo=UTC)],
    "expires": [datetime(2026, 1, 1, tzinfo=UTC)],
    "day": [date(2024, 2, 29)],
    "clock": [time(12)],
    "uid": [UUID(int=5)],
    "color": [Color.RED],
    "level": [Level.HIGH],
    "word": ["b"],
    "host": [IPv4Address("10.0.0.1")],
}


def keyed_by(name: str) -> type[Any]:
    """Return a class whose own field `k` is a key, of the type of a field of `Everything`."""
    like = attrs.fields_dict(Everything)[name]
    of = (
        next(part for part in getattr(like.type, "__args__", ()) if part is not type(None))
        if like.default is None
        else like.type
    )
    members = {"k": field(type=of, metadata=dict(like.metadata)), "n": field(type=int, default=0)}
    return attrs.make_class("Keyed", members, frozen=True)


@pytest.mark.parametrize("name", KEYS)
def test_a_field_of_any_scalar_type_is_a_key(open_table: OpenTable, name: str) -> None:
    types = {"k": WIRE_TYPES.get(name, "S")}
    keyed = keyed_by(name)
    alone = Entity(keyed, open_table(partition_key="k", sort_key=None, key_types=types))
    sorted_ = Entity(keyed, open_table(partition_key="p", sort_key="k", key_types=types), partition_key=lambda _: "p")
    for items in (alone, sorted_):
        for value in KEYS[name]:
            items.send(TransactWrite([Put(keyed(value, 1), condition=item_not_exists())]))
            items.send(Update({"k": value}, updates={"n": 2}, condition=[item_exists(), {"k": value}]))
        keys = [{"k": value} for value in KEYS[name]]
        assert items.send(TransactGet(keys)).items == [keyed(value, 2) for value in KEYS[name]]
        assert items.send(Delete(keys[-1], return_values="ALL_OLD")).deleted_item == keyed(KEYS[name][-1], 2)


BUILT = {"S": "text", "N": "exact", "B": "blob"}


@pytest.mark.parametrize("kind", BUILT)
def test_a_builder_gives_text_numbers_or_bytes(open_table: OpenTable, kind: str) -> None:
    name = BUILT[kind]
    items = Entity(
        Everything,
        open_table(key_types={"PK": kind, "SK": kind}),
        partition_key=lambda i: getattr(i, name),
        sort_key=lambda i: getattr(i, name),
    )
    for value in KEYS[name]:
        item = Everything(item_id="1", **{name: value})
        items.send(Put(item, condition=item_not_exists()))
        assert items.send(Get({name: value})).item == item
        items.send(TransactWrite([Update({name: value}, updates={"noted": 1}, condition=item_exists())]))


def test_equal_numbers_are_one_key(open_table: OpenTable) -> None:
    @frozen
    class Counter:
        k: Decimal
        n: int = 0

    counters = Entity(Counter, open_table(partition_key="k", sort_key=None, key_types={"k": "N"}))
    counters.send(Put(Counter(Decimal("1.10"), 1)))
    for same in (Decimal("1.1"), Decimal("11E-1"), Decimal("1.100")):
        assert counters.send(Get({"k": same})).item == Counter(Decimal("1.1"), 1)
