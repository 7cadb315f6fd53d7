"""Comparisons by order say of what is stored what Python says of the values, whatever the stored form keeps of them."""

from __future__ import annotations

import json
import operator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from dynamo_document_builder import (
    Entity,
    FieldCodec,
    Table,
    UsageError,
    between,
    codecs,
    equals,
    greater_than,
    greater_than_or_equal,
    key,
    less_than,
    less_than_or_equal,
    stored,
)
from dynamo_document_builder.schema.failures import MisfitError
from tests.evaluating import evaluate_condition

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNS: dict[Any, Callable[[Any, Any], bool]] = {
    less_than: operator.lt,
    less_than_or_equal: operator.le,
    greater_than: operator.gt,
    greater_than_or_equal: operator.ge,
    equals: operator.eq,
}
IN_CENTS: FieldCodec[Decimal] = FieldCodec(
    stored_as=int, encode=lambda euros: int(euros * 100), decode=lambda cents: Decimal(cents) / 100
)


@frozen
class Thing:
    thing_id: str
    epoch: datetime | None = field(default=None, metadata=stored(epoch=True))
    milliseconds: datetime | None = field(default=None, metadata=stored(codec=codecs.epoch_milliseconds))
    seconds: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("seconds")))
    iso: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("milliseconds")))
    auto: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("auto", utc="+00:00")))
    local: datetime | None = field(default=None, metadata=stored(codec=codecs.naive()))
    local_ms: datetime | None = field(default=None, metadata=stored(codec=codecs.naive("milliseconds", separator=" ")))
    day: date | None = field(default=None, metadata=stored(codec=codecs.date_format("%Y%m%d")))
    number_day: date | None = field(default=None, metadata=stored(codec=codecs.date_format("%Y%m%d", stored_as=int)))
    count: int | None = field(default=None, metadata=stored(codec=codecs.number_text(int, width=12)))
    price: Decimal | None = field(default=None, metadata=stored(codec=codecs.number_text(Decimal, places=2, width=9)))
    weight: Decimal | None = field(default=None, metadata=stored(codec=codecs.number_text(Decimal, width=9)))
    cents: Decimal | None = field(default=None, metadata=stored(codec=IN_CENTS))


things = Entity(Thing, Table("app"), partition_key=lambda t: key("T", t.thing_id), sort_key=lambda _: "META")

WHOLE = datetime(2026, 1, 1, tzinfo=UTC)
AWARE = st.one_of(
    st.builds(lambda n: WHOLE + timedelta(microseconds=n), st.integers(-2_100_000, 2_100_000)),
    st.builds(lambda n: WHOLE + timedelta(milliseconds=n), st.integers(-2_100, 2_100)),
    st.datetimes(
        datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5)))
    ),
)
NAIVE = AWARE.map(lambda moment: moment.replace(tzinfo=None))
PRICES = st.decimals(0, 20, places=3) | st.decimals(0, 999_999_999, places=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(["epoch", "milliseconds", "seconds", "iso", "auto"], AWARE),
    **dict.fromkeys(["local", "local_ms"], NAIVE),
    **dict.fromkeys(["day", "number_day"], st.dates()),
    "count": st.integers(0, 10**12 - 1),
    **dict.fromkeys(["price", "weight", "cents"], PRICES),
}
CASES = st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name], VALUES[name]))


def kept(name: str, value: Any) -> tuple[Any, dict[str, Any]] | None:
    """Return a value as it is read back, and how it is stored; `None` for one that cannot be."""
    kind = things.__model__.codec.fields[name].kind
    try:
        wire = json.loads(kind.encode(kind.rounded_down(value)))
    except Exception:  # noqa: BLE001  too long for its form
        return None
    return kind.decode_wire(wire), wire


def holds(name: str, wire: dict[str, Any], condition: Any) -> bool | None:
    """Tell whether a condition is true of what is stored, `None` if it is refused."""
    try:
        return evaluate_condition(things.__model__, {name: condition}, {"thing_id": {"S": "1"}, name: wire}).passed
    except UsageError:
        return None


@given(CASES)
@example(("epoch", WHOLE, WHOLE + timedelta(milliseconds=900)))
@example(("cents", Decimal("2.50"), Decimal("2.509")))
def test_a_comparison_says_what_python_says_or_is_refused(case: tuple[str, Any, Any]) -> None:
    name, value, bound = case
    found = kept(name, value)
    if found is None:
        return
    back, wire = found
    for function, by_python in SIGNS.items():
        said = holds(name, wire, function(bound))
        assert said in (None, by_python(back, bound)) or (name, function) == ("cents", equals)
        if name != "cents" and function is not equals and kept(name, bound) is not None:
            assert said is not None


@given(CASES.flatmap(lambda case: st.tuples(st.just(case), VALUES[case[0]])))
@example((("epoch", WHOLE, WHOLE - timedelta(milliseconds=100)), WHOLE + timedelta(milliseconds=100)))
@example((("epoch", WHOLE, WHOLE + timedelta(milliseconds=100)), WHOLE + timedelta(milliseconds=900)))
def test_a_range_says_what_python_says_or_is_refused(case: tuple[tuple[str, Any, Any], Any]) -> None:
    (name, value, low), high = case
    found = kept(name, value)
    if found is None:
        return
    back, wire = found
    assert holds(name, wire, between(low, high)) in (None, low <= back <= high)


@given(CASES)
def test_what_is_stored_sorts_as_the_values_do(case: tuple[str, Any, Any]) -> None:
    name, one, other = case
    first, second = kept(name, one), kept(name, other)
    if first is None or second is None:
        return
    ([(tag, left)], [(_, right)]) = first[1].items(), second[1].items()
    if tag == "N":
        left, right = Decimal(left), Decimal(right)
    assert (left < right, left == right) == (first[0] < second[0], first[0] == second[0])


@given(CASES)
def test_what_is_stored_is_kept_and_what_is_not_kept_is_refused(case: tuple[str, Any, Any]) -> None:
    name, value, _ = case
    if name in {"epoch", "cents"}:  # fractions are cut off, as it is said of them
        return
    item = Thing("1", **{name: value})
    try:
        text = things.__model__.codec.encode(item)
    except MisfitError:
        return
    assert things.__model__.codec.decode(f"{{{text}}}".encode()) == item
