"""Forms in which existing tables hold values, and nested unions: what an engine says of them is what Python says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    Update,
    attr,
    begins_with,
    between,
    codecs,
    exists,
    greater_than,
    greater_than_or_equal,
    is_in,
    key,
    less_than,
    less_than_or_equal,
    remove,
    stored,
)

if TYPE_CHECKING:
    from tests.contract.conftest import OpenTable, Stored

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BIT = timedelta(microseconds=300)


@frozen(kw_only=True)
class Record:
    number: int
    until: datetime = field(metadata=stored(epoch=True))
    made: datetime = field(metadata=stored(codec=codecs.iso("milliseconds")))
    sent: datetime = field(metadata=stored(codec=codecs.epoch_milliseconds))
    local: datetime = field(metadata=stored(codec=codecs.naive(separator=" ")))
    day: date = field(metadata=stored(codec=codecs.date_format("%Y%m%d")))
    price: Decimal = field(metadata=stored(codec=codecs.number_text(Decimal, places=2, width=6)))


def record(number: int, moment: datetime) -> Record:
    return Record(
        number=number,
        until=moment.replace(microsecond=0),
        made=moment,
        sent=moment,
        local=moment.replace(tzinfo=None),
        day=moment.date(),
        price=Decimal(number) * 5,
    )


MOMENTS = [NOON - timedelta(days=9), NOON, NOON + timedelta(milliseconds=500), NOON + timedelta(seconds=1)]
RECORDS = [record(number, moment) for number, moment in enumerate(MOMENTS)]
ORDERED: list[tuple[Any, Any]] = [
    (less_than, lambda a, b: a < b),
    (less_than_or_equal, lambda a, b: a <= b),
    (greater_than, lambda a, b: a > b),
    (greater_than_or_equal, lambda a, b: a >= b),
]
NEAR_NOON = [NOON, NOON + BIT, NOON - BIT, NOON + timedelta(seconds=1), NOON + 1500 * BIT]
BOUNDS: dict[str, list[Any]] = {
    **dict.fromkeys(("until", "made", "sent"), NEAR_NOON),
    "local": [NOON.replace(tzinfo=None), (NOON + BIT).replace(tzinfo=None)],
    "day": [date(2026, 1, 1), date(2026, 1, 2), date(999, 1, 1)],
    "price": [Decimal(5), Decimal("5.001"), Decimal("9.999"), Decimal(100)],
}


@pytest.fixture
def records(table: Table) -> Entity[Record]:
    entity = Entity(Record, table, partition_key=lambda _: "R", sort_key=lambda r: key("N", r.number))
    for item in RECORDS:
        entity.send(Put(item))
    return entity


@pytest.mark.parametrize("name", BOUNDS)
def test_a_filter_finds_what_python_would(records: Entity[Record], name: str) -> None:
    for bound in BOUNDS[name]:
        for function, by_python in ORDERED:
            found = records.send(Query({}, filter={name: function(bound)})).items
            assert found == [item for item in RECORDS if by_python(getattr(item, name), bound)], (bound, function)
    low, high = min(BOUNDS[name]), max(BOUNDS[name])
    found = records.send(Query({}, filter={name: between(low, high)})).items
    assert found == [item for item in RECORDS if low <= getattr(item, name) <= high]


def test_what_is_stored_has_the_form_that_others_read(records: Entity[Record], stored: Stored) -> None:
    item = stored(records.table, PK={"S": "R"}, SK={"S": "N#2"})
    assert item is not None
    assert {name: item[name] for name in BOUNDS} == {
        "until": {"N": "1767355200"},
        "made": {"S": "2026-01-02T12:00:00.500Z"},
        "sent": {"N": "1767355200500"},
        "local": {"S": "2026-01-02 12:00:00.500000"},
        "day": {"S": "20260102"},
        "price": {"S": "000010.00"},
    }


@frozen
class Call:
    user: str
    at: datetime = field(metadata=stored(codec=codecs.epoch_milliseconds))


def test_a_sort_key_is_compared_by_its_form(open_table: OpenTable) -> None:
    table = open_table("calls", partition_key="user", sort_key="at", key_types={"at": "N"})
    calls = Entity(Call, table)
    items = [Call("u", moment) for moment in MOMENTS]
    for item in items:
        calls.send(Put(item))
    for bound in BOUNDS["sent"]:
        for function, by_python in ORDERED:
            found = calls.send(Query({"user": "u"}, sort_key_condition=function(bound))).items
            assert found == [item for item in items if by_python(item.at, bound)], (bound, function)
    found = calls.send(Query({"user": "u"}, sort_key_condition=between(NOON - BIT, NOON + BIT))).items
    assert found == [items[1]]


@frozen
class Card:
    number: str
    amount: int = 0
    kind: Literal["card"] = "card"


@frozen
class Iban:
    iban: str
    amount: int = 0
    kind: Literal["iban", "sepa"] = "iban"


@frozen
class Payment:
    payment_id: str
    by: Card | Iban
    parts: list[Card | Iban] = field(factory=list)


CARD = Payment("p1", Card("1", 5), [Iban("NO1")])
IBAN = Payment("p2", Iban("NO93", 7), [Card("2"), Iban("NO2")])


@pytest.fixture
def payments(table: Table) -> Entity[Payment]:
    entity = Entity(Payment, table, partition_key=lambda p: key("P", p.payment_id), sort_key=lambda _: "META")
    for item in (CARD, IBAN):
        entity.send(Put(item))
    return entity


def test_a_nested_union_is_asked_by_the_fields_of_every_member(payments: Entity[Payment]) -> None:
    for condition, expected in [
        ({"by.kind": "iban"}, [IBAN]),
        ({"by.kind": is_in("card", "sepa")}, [CARD]),
        ({"by.iban": begins_with("NO")}, [IBAN]),
        ({"by.number": exists()}, [CARD]),
        ({"by.amount": greater_than(4)}, [CARD, IBAN]),
        ({"parts[0].kind": "card"}, [IBAN]),
        ({"parts[0].iban": "NO1"}, [CARD]),
        (attr("by", "iban") == "NO93", [IBAN]),
    ]:
        found = payments.send(Scan(filter=condition)).items
        assert sorted(found, key=lambda item: item.payment_id) == expected, condition


def test_a_nested_union_is_changed_and_read_in_parts(payments: Entity[Payment]) -> None:
    whole: Any = {"by": Iban("NO4", 5, "sepa")}
    payments.send(Update({"payment_id": "p1"}, updates=whole, condition={"by.kind": "card"}))
    by: Any = {"by.iban": "NO5", "by.number": remove()}
    payments.send(Update({"payment_id": "p1"}, updates=by, condition={"by.kind": "sepa"}))
    assert payments.send(Get({"payment_id": "p1"})).item == evolve(CARD, by=Iban("NO5", 5, "sepa"))
    for payment_id, expected in [("p1", {"kind": "sepa", "iban": "NO5"}), ("p2", {"kind": "iban", "iban": "NO93"})]:
        part = payments.send(Get({"payment_id": payment_id}, projection=["by.kind", "by.iban", "by.number"])).item
        assert part == {"by": expected}
