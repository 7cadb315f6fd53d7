"""The values of a text: Python values, DynamoDB JSON or plain JSON, each read by the field that it meets."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Delete,
    Entity,
    FieldCodec,
    Table,
    Update,
    UsageError,
    condition_from_text,
    stored,
    updates_from_text,
)


class Colour(Enum):
    RED = "red"


class Rank(Enum):
    SECOND = 2


@frozen
class Spot:
    x: float
    met: date | None = None


AS_TEXT = FieldCodec(stored_as=str, encode=str, decode=Fraction)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ID = UUID("00000000-0000-4000-8000-000000000001")


@frozen(kw_only=True)
class Sighting:
    sighting_id: str
    trees: int = 0
    weight: float = 0.0
    price: Decimal = Decimal(0)
    seen_at: datetime = NOON
    expires: datetime | None = field(default=None, metadata=stored(epoch=True))
    seen_on: date = date(2026, 1, 2)
    clock: time = time(12)
    colour: Colour = Colour.RED
    place: Rank = Rank.SECOND
    tag_id: UUID = ID
    photo: bytes = b""
    alive: bool = False
    couple: tuple[int, str] = (0, "")
    scores: tuple[float, ...] = ()
    days: list[date] = field(factory=list)
    marks: set[date] = field(factory=set)
    weights: frozenset[float] = frozenset()
    spot: Spot = Spot(0.0)
    spots: dict[str, Spot] = field(factory=dict)
    portion: Fraction = field(default=Fraction(1, 2), metadata=stored(codec=AS_TEXT))
    note: str | None = None
    anything: Any = None


sightings = Entity(
    Sighting,
    Table("field", global_secondary_indexes={"by_day": {"partition_key": "GSI1PK"}}),
    partition_key="S#{sighting_id}",
    sort_key="META",
    global_secondary_indexes={"by_day": {"partition_key": "D#{seen_on}"}},
)
KEY = {"sighting_id": "1"}

TYPED: list[tuple[str, Any, Any, Any]] = [
    # field, Python value, DynamoDB JSON, plain JSON
    ("trees", 3, {"N": "3"}, 3),
    ("weight", 0.5, {"N": "0.5"}, 0.5),
    ("weight", 3.0, {"N": "3"}, 3),
    ("price", Decimal("3.5"), {"N": "3.5"}, 3.5),
    ("price", Decimal("3.5"), {"N": "3.50"}, "3.5"),
    ("seen_at", NOON, {"S": "2026-01-02T12:00:00.000000Z"}, "2026-01-02T13:00:00+01:00"),
    ("expires", NOON, {"N": "1767355200"}, "2026-01-02T12:00:00Z"),
    ("expires", NOON, {"N": "1767355200"}, 1767355200),
    ("seen_on", date(2026, 1, 2), {"S": "2026-01-02"}, "2026-01-02"),
    ("clock", time(12, 30), {"S": "12:30:00.000000"}, "12:30"),
    ("colour", Colour.RED, {"S": "red"}, "red"),
    ("place", Rank.SECOND, {"N": "2"}, 2),
    ("tag_id", ID, {"S": str(ID)}, str(ID)),
    ("photo", b"ab", {"B": "YWI="}, "YWI="),
    ("photo", b"ab", {"B": b"ab"}, "YWI="),
    ("alive", True, {"BOOL": True}, True),
    ("couple", (3, "x"), {"L": [{"N": "3"}, {"S": "x"}]}, [3, "x"]),
    ("scores", (0.5, 1.0), {"L": [{"N": "0.5"}, {"N": "1"}]}, [0.5, 1]),
    ("days", [date(2026, 1, 2)], {"L": [{"S": "2026-01-02"}]}, ["2026-01-02"]),
    ("days[0]", date(2026, 1, 2), {"S": "2026-01-02"}, "2026-01-02"),
    ("marks", {date(2026, 1, 2)}, {"SS": ["2026-01-02"]}, ["2026-01-02"]),
    ("weights", frozenset({0.5}), {"NS": ["0.5"]}, [0.5]),
    ("spot", Spot(0.5), {"M": {"x": {"N": "0.5"}}}, {"x": 0.5, "met": None}),
    ("spot.x", 0.5, {"N": "0.5"}, 0.5),
    ("spot.met", date(2026, 1, 2), {"S": "2026-01-02"}, "2026-01-02"),
    ("spots", {"a": Spot(0.5)}, {"M": {"a": {"M": {"x": {"N": "0.5"}}}}}, {"a": {"x": 0.5}}),
    ("spots.a.x", 0.5, {"N": "0.5"}, 0.5),
    ("portion", Fraction(1, 3), {"S": "1/3"}, "1/3"),
    ("note", "x", {"S": "x"}, "x"),
    ("anything", {"a": [1, None]}, {"M": {"a": {"L": [{"N": "1"}, {"NULL": True}]}}}, {"a": [1, None]}),
]
ORDERLESS = {"alive", "couple", "scores", "days", "marks", "weights", "spot", "spots", "portion", "colour", "place"}
ORDERLESS |= {"anything"}
CONDITIONS = [
    "{0} = :v",
    "{0} <> :v",
    ":v = {0}",
    "{0} IN (:v)",
    "NOT {0} = :v",
    "note = :x AND ({0} = :v OR note <> :x)",
]
UPDATES = ["SET {0} = :v", "SET {0} = if_not_exists({0}, :v)", "SET {0} = :v REMOVE anything.b"]
ORDERED = ["{0} < :v", ":v >= {0}", "{0} BETWEEN :v AND :v"]


def sent(text: str, value: Any, form: Any) -> dict[str, Any]:
    values = {":v": value, ":x": {"S": "x"} if form == "dynamodb" else "x"}
    options: dict[str, Any] = {"values": values, "values_as": form}
    if text.startswith("SET"):
        return sightings.request(Update(KEY, updates=updates_from_text(text, **options))).payload
    return sightings.request(Delete(KEY, condition=condition_from_text(text, **options))).payload


@pytest.mark.parametrize(("path", "python", "wire", "plain"), TYPED)
@pytest.mark.parametrize("text", [*CONDITIONS, *UPDATES])
def test_each_field_reads_json_as_it_stores_its_own_values(
    text: str, path: str, python: Any, wire: Any, plain: Any
) -> None:
    if (path == "seen_on" and "if_not_exists" in text) or (path == "anything" and "REMOVE" in text):
        return  # an index key follows from a plain value only, and no path is changed beside a part of it
    written = text.format(path)
    want = sent(written, python, "python")
    assert sent(written, wire, "dynamodb") == want
    assert sent(written, plain, "json") == want


@pytest.mark.parametrize(("path", "python", "wire", "plain"), [one for one in TYPED if one[0] not in ORDERLESS])
@pytest.mark.parametrize("text", ORDERED)
def test_values_that_are_compared_by_order_are_read_so_too(
    text: str, path: str, python: Any, wire: Any, plain: Any
) -> None:
    written = text.format(path)
    assert sent(written, wire, "dynamodb") == sent(written, python, "python") == sent(written, plain, "json")


@pytest.mark.parametrize(
    ("text", "python", "wire", "plain"),
    [
        ("SET scores = list_append(scores, :v)", (0.5,), {"L": [{"N": "0.5"}]}, [0.5]),
        ("SET days = list_append(:v, days)", [date(2026, 1, 2)], {"L": [{"S": "2026-01-02"}]}, ["2026-01-02"]),
        ("SET weight = weight + :v", 0.5, {"N": "0.5"}, 0.5),
        ("SET price = if_not_exists(price, :v) - :v", Decimal("0.5"), {"N": "0.5"}, "0.5"),
        ("ADD weight :v", 0.5, {"N": "0.5"}, 0.5),
        ("ADD marks :v", {date(2026, 1, 2)}, {"SS": ["2026-01-02"]}, ["2026-01-02"]),
        ("DELETE weights :v", {0.5}, {"NS": ["0.5"]}, [0.5]),
        ("ADD anything :v", {"a"}, {"SS": ["a"]}, ["a"]),
    ],
)
def test_operands_of_updates_are_read_by_the_field_that_is_changed(
    text: str, python: Any, wire: Any, plain: Any
) -> None:
    found = [
        sightings.request(Update(KEY, updates=updates_from_text(text, values={":v": value}, values_as=form))).payload
        for value, form in ((python, "python"), (wire, "dynamodb"), (plain, "json"))
    ]
    assert found[0] == found[1] == found[2]


def test_elements_and_beginnings_are_read_too() -> None:
    for text, wire in [
        ("contains(days, :v)", {"S": "2026-01-02"}),
        ("contains(marks, :v)", {"S": "2026-01-02"}),
        ("contains(scores, :v)", {"N": "0.5"}),
        ("begins_with(note, :v)", {"S": "x"}),
        ("contains(note, :v)", {"S": "x"}),
        ("size(note) > :v", {"N": "2"}),
        ("attribute_type(note, :v)", {"S": "S"}),
    ]:
        condition = condition_from_text(text, values={":v": wire})
        payload = sightings.request(Delete(KEY, condition=condition)).payload
        assert payload["ExpressionAttributeValues"] == {":0": wire}


def test_an_index_key_follows_from_a_value_in_json() -> None:
    for value, form in ((date(2026, 1, 3), "python"), ({"S": "2026-01-03"}, "dynamodb"), ("2026-01-03", "json")):
        changes = updates_from_text("SET seen_on = :v", values={":v": value}, values_as=form)  # type: ignore[arg-type]
        payload = sightings.request(Update(KEY, updates=changes)).payload
        assert {"S": "D#2026-01-03"} in payload["ExpressionAttributeValues"].values()


@pytest.mark.parametrize(
    ("path", "wire"),
    [
        ("trees", {"N": "0.5"}),
        ("trees", {"S": "3"}),
        ("weight", {"N": "0.1000000000000000055"}),
        ("seen_at", {"S": "2026-01-02T12:00:00Z"}),
        ("seen_at", {"S": "2026-01-02T13:00:00.000000+01:00"}),
        ("seen_at", {"S": "noon"}),
        ("seen_at", {"N": "1767355200"}),
        ("expires", {"N": "1767355200.5"}),
        ("spot.met", {"S": "20260102"}),
        ("colour", {"S": "RED"}),
        ("tag_id", {"S": str(ID).upper().replace("-", "")}),
        ("couple", {"L": [{"N": "3"}]}),
        ("couple", {"L": [{"S": "x"}, {"N": "3"}]}),
        ("days", {"L": [{"N": "3"}]}),
        ("marks", {"L": [{"S": "2026-01-02"}]}),
        ("spot", {"M": {"x": {"N": "0.5"}, "unknown": {"N": "1"}}}),
        ("spot", {"M": {}}),
        ("portion", {"S": "2/6"}),
        ("portion", {"S": "half"}),
        ("note", {"N": "3"}),
    ],
)
@pytest.mark.parametrize("text", ["{0} = :v", "SET {0} = :v"])
def test_json_that_the_field_would_never_store_is_refused(text: str, path: str, wire: Any) -> None:
    with pytest.raises(UsageError, match=path) as caught:
        sent(text.format(path), wire, "dynamodb")
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("trees", 0.5),
        ("trees", "many"),
        ("trees", True),
        ("trees", [3]),
        ("weight", "nan"),
        ("seen_at", "noon"),
        ("seen_at", "2026-01-02T12:00:00"),
        ("seen_at", 1767355200),
        ("expires", "soon"),
        ("spot.met", "2026-13-02"),
        ("colour", "green"),
        ("tag_id", "x"),
        ("photo", "not base64!"),
        ("alive", "true"),
        ("alive", 1),
        ("couple", [3]),
        ("couple", ["x", 3]),
        ("days", "2026-01-02"),
        ("days", ["x"]),
        ("marks", {"a": 1}),
        ("spot", {"x": 0.5, "unknown": 1}),
        ("spot", {"x": "much"}),
        ("spots", [1]),
        ("note", 3),
        ("portion", 3),
    ],
)
@pytest.mark.parametrize("text", ["{0} = :v", "SET {0} = :v"])
def test_plain_json_that_stands_for_no_value_of_the_field_is_refused(text: str, path: str, plain: Any) -> None:
    with pytest.raises(UsageError, match=path) as caught:
        sent(text.format(path), plain, "json")
    assert len(caught.value.problems) == 1


def test_commands_with_values_in_json_travel_and_are_explained() -> None:
    changes = updates_from_text("SET seen_on = :d", values={":d": "2026-01-03"}, values_as="json")
    condition = condition_from_text("weight < :w", values={":w": {"N": "0.5"}})
    command = Update(KEY, updates=changes, condition=condition)
    again = pickle.loads(pickle.dumps(command))  # noqa: S301  our own
    assert sightings.request(again).payload == sightings.request(command).payload
    assert copy.deepcopy(changes) == changes
    said = str(sightings.explain(command))
    assert "seen_on" in said
    assert "weight < 0.5" in said
