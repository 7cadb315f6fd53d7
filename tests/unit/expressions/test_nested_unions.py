"""Fields of a nested union: those of every member can be named, and the tag is compared with every member's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
import pydantic
import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Delete,
    Entity,
    Get,
    Query,
    Table,
    Update,
    UsageError,
    add,
    attr,
    begins_with,
    codecs,
    condition_from_text,
    contains,
    exists,
    greater_than,
    is_in,
    key,
    less_than,
    not_equals,
    not_exists,
    remove,
    stored,
    updates_from_text,
)
from tests.evaluating import evaluate_condition
from tests.unit.kept import spelled
from tests.unit.play import play


@frozen
class Place:
    city: str


@frozen
class Card:
    number: str
    amount: int = 0
    at: datetime | None = None
    place: Place | None = None
    kind: Literal["card"] = "card"


@dataclass(frozen=True)
class Iban:
    iban: str
    amount: int = 0
    at: str = ""
    kind: Literal["iban", "sepa"] = "iban"


class Cash(msgspec.Struct):
    notes: list[str] = []
    amount: int = 0
    kind: Literal["cash"] = "cash"


class Coupon(pydantic.BaseModel):
    code: str
    left: str = ""
    kind: Literal["coupon"] = "coupon"


@frozen
class Near:
    where: str = field(metadata=stored(alias="w1"))
    kind: Literal["near"] = "near"


@frozen
class Far:
    where: str = field(metadata=stored(alias="w2"))
    kind: Literal["far"] = "far"


@frozen
class Branch:
    of: list[Branch | Leaf] = field(factory=list)
    kind: Literal["branch"] = "branch"


@frozen
class Leaf:
    size: int = 0
    kind: Literal["leaf"] = "leaf"


@frozen
class Payment:
    payment_id: str
    by: Card | Iban | Cash | Coupon
    parts: list[Card | Iban | None] = field(factory=list)
    named: dict[str, Card | Iban] = field(factory=dict)
    way: Place | str | None = None
    seen: Near | Far | None = None
    tree: Branch | Leaf = field(factory=Leaf)


payments = Entity(Payment, Table("app"), partition_key=lambda p: key("P", p.payment_id), sort_key=lambda _: "META")
P1 = {"payment_id": "p1"}
CARD = Payment("p1", Card("1", 5, datetime(2026, 1, 1, tzinfo=UTC), Place("Oslo")), way=Place("Rome"))
IBAN = Payment("p1", Iban("NO93", 7, "noon"), parts=[None, Iban("NO1"), Card("2")], named={"a": Iban("NO2")}, way="x")
CASH = Payment("p1", Cash(["a", "b"], 9))
COUPON = Payment("p1", Coupon(code="C"), tree=Branch([Branch([Leaf(3)])]))


def wire(item: Payment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("{" + payments.__model__.codec.encode(item) + "}")
    return found


@pytest.mark.parametrize(
    ("condition", "true_of"),
    [
        ({"by.kind": "card"}, [CARD]),
        ({"by.kind": "sepa"}, []),
        ({"by.kind": is_in("iban", "cash")}, [IBAN, CASH]),
        ({"by.kind": not_equals("coupon")}, [CARD, IBAN, CASH]),
        ({"by.kind": begins_with("c")}, [CARD, CASH, COUPON]),
        ({"by.iban": "NO93"}, [IBAN]),
        ({"by.number": exists()}, [CARD]),
        ({"by.amount": greater_than(5)}, [IBAN, CASH]),
        ({"by.amount": not_exists()}, [COUPON]),
        ({"by.notes": contains("a")}, [CASH]),
        ({"by.notes[1]": "b"}, [CASH]),
        ({"by.place.city": "Oslo"}, [CARD]),
        ({"by.at": "noon"}, [IBAN]),
        ({"by.at": datetime(2026, 1, 1, tzinfo=UTC)}, [CARD]),
        ({"parts[1].kind": "iban"}, [IBAN]),
        ({"parts[2].number": "2"}, [IBAN]),
        ({"named.a.iban": "NO2"}, [IBAN]),
        ({"way.city": "Rome"}, [CARD]),
        ({"way": "x"}, [IBAN]),
        ({"tree.of[0].of[0].size": 3, "tree.of[0].kind": "branch", "tree.of[0].of[0].kind": "leaf"}, [COUPON]),
        ({"tree.kind": "leaf", "tree.of[0].size": not_exists()}, [CARD, IBAN, CASH]),
        (attr("by", "iban") == "NO93", [IBAN]),
        (payments.where(lambda p: p.by.kind == "iban"), [IBAN]),
        ({"by.code": "C"}, [COUPON]),
        (
            condition_from_text(
                "#b.kind = :k AND #b.iban = :i", names={"#b": "by"}, values={":k": "iban", ":i": "NO93"}
            ),
            [IBAN],
        ),
    ],
)
def test_conditions_know_the_fields_of_every_member(condition: Any, true_of: list[Payment]) -> None:
    items = [CARD, IBAN, CASH, COUPON]
    assert [item for item in items if evaluate_condition(payments.__model__, condition, wire(item)).passed] == true_of


def test_updates_know_them_too() -> None:
    updates = {"by.iban": "NO5", "by.amount": add(1), "by.number": remove(), "by.notes[0]": "c"}
    payload = payments.request(Update(P1, updates=updates)).payload
    assert spelled(payload, "UpdateExpression") == (
        "SET by.iban = NO5, by.amount = by.amount + 1, by.notes[0] = c, "
        "payment_id = if_not_exists(payment_id, p1) REMOVE by.number"
    )
    written = updates_from_text("SET #b.iban = :i", names={"#b": "by"}, values={":i": "NO5"})
    assert spelled(payments.request(Update(P1, updates=written)).payload, "UpdateExpression").startswith(
        "SET by.iban = NO5, "
    )


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (CARD, {"by": {"kind": "card", "amount": 5, "at": datetime(2026, 1, 1, tzinfo=UTC)}, "way": {"city": "Rome"}}),
        (IBAN, {"by": {"kind": "iban", "amount": 7, "at": "noon", "iban": "NO93"}}),
        (CASH, {"by": {"kind": "cash", "amount": 9}}),
    ],
)
def test_projections_read_what_there_is(item: Payment, found: dict[str, Any]) -> None:
    stored_item = wire(item)
    if isinstance(item.way, str):
        del stored_item["way"]
    get = Get(P1, projection=["by.kind", "by.amount", "by.at", "by.iban", "way.city"])
    body = json.dumps({"Item": stored_item}).encode()
    _, result = play(get.__flow__(payments.__model__), body)
    assert result.item == found


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (
            {"by.kind": "cheque"},
            "by.kind: expected Literal['card'] | Literal['iban', 'sepa'] | Literal['cash'] | Literal['coupon'], found",
        ),
        ({"by.amount": "5"}, "by.amount: expected int, found str"),
        ({"by.iban": 5}, "by.iban: expected str, found int"),
        ({"by.ibn": "x"}, "has no field 'ibn'; did you mean 'iban'?"),
        (
            {"seen.where": "x"},
            "field 'where' is stored as 'w1' in Near and as 'w2' in Far: give the fields the same alias",
        ),
    ],
)
def test_what_no_member_has_or_takes_is_refused(condition: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        payments.request(Update(P1, updates={"way": None}, condition=condition))
    assert text in str(caught.value)


def test_a_field_that_members_store_alike_costs_no_generated_code() -> None:
    union = payments.__model__.codec.fields["by"].kind
    amount = union.member("amount")
    assert amount is union.member("amount")
    assert amount is not None
    assert type(amount.kind).__name__ == "IntKind"
    assert amount.missing_in == ("Coupon",)


@frozen
class Meeting:
    row_id: str
    at: datetime = field(metadata=stored(epoch=True))
    price: Decimal = Decimal(0)
    end: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("milliseconds")))
    kind: Literal["meeting"] = "meeting"


@frozen
class Trip:
    row_id: str
    at: datetime
    price: Decimal = field(default=Decimal(0), metadata=stored(codec=codecs.number_text(Decimal)))
    end: datetime | None = None
    kind: Literal["trip"] = "trip"


@frozen
class Calendar:
    row_id: str
    entry: Meeting | Trip


@pytest.mark.parametrize(("schema", "prefix"), [(Meeting | Trip, ""), (Calendar, "entry.")])
def test_what_members_store_in_different_forms_is_not_compared(schema: Any, prefix: str) -> None:
    rows: Any = Entity(schema, Table("app"), partition_key=lambda r: key("R", r.row_id), sort_key=lambda _: "META")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for name, condition, text in [
        ("at", less_than(moment), "which the schemas would store differently"),
        ("at", moment, "which the schemas would store differently"),
        ("end", less_than(moment.replace(microsecond=1)), "which the schemas would store differently"),
        ("at", "noon", "expected datetime with a timezone, found str"),
        ("price", less_than(Decimal(1)), "whose stored form does not sort as its values do"),
    ]:
        with pytest.raises(UsageError) as caught:
            rows.request(Delete({"row_id": "1"}, condition={f"{prefix}{name}": condition}))
        assert text in str(caught.value)
    rows.request(Delete({"row_id": "1"}, condition={f"{prefix}kind": "trip"}))


def test_entities_that_are_read_together_are_asked_alike() -> None:
    table = Table("app", entity_attribute="_type")
    both: list[Any] = [
        Entity(schema, table, partition_key=lambda _: "R", sort_key=lambda r: key("R", r.row_id))
        for schema in (Meeting, Trip)
    ]
    group = both[0] | both[1]

    def asked(condition: Any) -> str:
        return spelled(table.request(Query({"PK": "R"}, entities=group, filter=condition)).payload, "FilterExpression")

    assert asked({"kind": "trip"}) == "kind = trip"
    assert asked({"kind": is_in("trip", "meeting")}) == "kind IN (trip, meeting)"
    with pytest.raises(UsageError, match="which the schemas would store differently"):
        asked({"at": datetime(2026, 1, 1, tzinfo=UTC)})
    with pytest.raises(UsageError, match=r"expected Literal\['meeting'\] \| Literal\['trip'\], found str"):
        asked({"kind": "walk"})
