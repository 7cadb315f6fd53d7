"""Comparisons by order: refused, with advice, wherever what is stored does not sort as the values do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from functools import total_ordering
from ipaddress import IPv4Address
from typing import Any, Literal

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    Entity,
    FieldCodec,
    ItemValidationError,
    Query,
    Table,
    Update,
    UsageError,
    attr,
    begins_with,
    between,
    codecs,
    greater_than,
    greater_than_or_equal,
    is_in,
    key,
    less_than,
    less_than_or_equal,
    not_equals,
    ref,
    stored,
)
from tests.unit.kept import spelled


def as_text(decode: Any, **said: Any) -> Any:
    return stored(codec=FieldCodec(stored_as=str, encode=str, decode=decode, **said))


class Lower(str):
    __slots__ = ()


@total_ordering
class Level(Enum):
    LOW = "low"
    HIGH = "high"

    def __lt__(self, other: Any) -> Any:
        return list(Level).index(self) < list(Level).index(other)


@total_ordering
class Step(Enum):
    ONE = 1
    TWO = 2

    def __lt__(self, other: Any) -> Any:
        return self.value < other.value


class Size(IntEnum):
    SMALL = 1
    BIG = 2


class Word(StrEnum):
    A = "a"
    B = "b"


@frozen
class Short:
    price: Decimal = field(metadata=stored(codec=codecs.number_text(Decimal)))
    kind: Literal["short"] = "short"


@frozen
class Long:
    price: Decimal
    kind: Literal["long"] = "long"


@frozen
class Row:
    row_id: str
    unknown: Decimal = field(default=Decimal(1), metadata=as_text(Decimal))
    known: Decimal = field(default=Decimal(1), metadata=as_text(Decimal, keeps_order=False))
    kept: date = field(default=date(2026, 1, 1), metadata=as_text(date.fromisoformat, keeps_order=True))
    lower: str = field(default="", metadata=as_text(str))
    email: Lower = field(default=Lower(""), metadata=as_text(Lower))
    cents: Decimal = field(
        default=Decimal(1),
        metadata=stored(
            codec=FieldCodec(stored_as=int, encode=lambda v: int(v * 100), decode=lambda c: Decimal(c) / 100)
        ),
    )
    address: IPv4Address | None = field(default=None, metadata=as_text(IPv4Address))
    text: Decimal = field(default=Decimal(1), metadata=stored(codec=codecs.number_text(Decimal)))
    wide: Decimal = field(default=Decimal(1), metadata=stored(codec=codecs.number_text(Decimal, width=9)))
    auto: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("auto")))
    iso: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("milliseconds")))
    iso_too: datetime | None = field(default=None, metadata=stored(codec=codecs.iso("milliseconds")))
    plain: datetime | None = None
    until: datetime | None = field(default=None, metadata=stored(epoch=True))
    null: datetime | None = field(default=None, metadata=stored(null=True, epoch=True))
    day: date | None = field(default=None, metadata=stored(codec=codecs.date_format("%d.%m.%Y")))
    at: time | None = None
    level: Level = Level.LOW
    step: Step = Step.ONE
    size: Size = Size.SMALL
    word: Word = Word.A
    seconds: int = 0
    inner: Short | Long | None = None
    many: list[Short] = field(factory=list)


rows = Entity(Row, Table("app"), partition_key=lambda r: key("R", r.row_id), sort_key=lambda _: "META")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BIT = timedelta(microseconds=1)


def rendered(condition: Any) -> str:
    payload = rows.request(Update({"row_id": "1"}, updates={"seconds": 1}, condition=condition)).payload
    return spelled(payload, "ConditionExpression")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"unknown": greater_than(Decimal(50))}, "'unknown' is Decimal, whose codec does not say whether"),
        ({"unknown": between(Decimal(1), Decimal(2))}, "keeps_order=True"),
        (attr("unknown") <= Decimal(1), "keeps_order=True"),
        (rows.where(lambda r: r.unknown >= Decimal(1)), "keeps_order=True"),
        ({"known": less_than(Decimal(1))}, "does not sort as its values do: compare with equals or is_in"),
        ({"address": less_than(IPv4Address("1.2.3.4"))}, "keeps_order=True"),
        ({"text": less_than(Decimal(1))}, "does not sort"),
        ({"auto": less_than(NOON)}, "does not sort"),
        ({"day": less_than(date(2026, 1, 1))}, "does not sort"),
        ({"level": less_than(Level.HIGH)}, "whose own order is not that of the stored values"),
        ({"inner.price": less_than(Decimal(1))}, "does not sort"),
        ({"many[0].price": less_than(Decimal(1))}, "does not sort"),
        ({"kept": less_than(ref("day"))}, "stored in different forms"),
        ({"iso": less_than(ref("plain"))}, "stored in different forms"),
        ({"iso": ref("plain")}, "stored in different forms"),
        ({"wide": less_than(ref("text"))}, "stored in different forms"),
        ({"lower": less_than(ref("email"))}, "stored in different forms"),
        ({"word": greater_than(ref("text"))}, "'text' is Decimal, whose stored form does not sort"),
        ({"at": less_than(time(12, tzinfo=UTC))}, "time without a timezone, to compare by order"),
        ({"until": NOON + BIT}, "no stored value equals: round it, or compare by order"),
        ({"until": not_equals(NOON + BIT)}, "no stored value equals"),
        ({"until": is_in(NOON, NOON + BIT)}, "no stored value equals"),
        ({"until": between(NOON + BIT, NOON + 2 * BIT)}, "low end is above its high end, as stored"),
        ({"iso": NOON + BIT}, "no stored value equals"),
        ({"cents": less_than(Decimal("2.509"))}, "which its codec changes"),
        ({"cents": between(Decimal("2.501"), Decimal("2.509"))}, "which its codec changes"),
        ({"until": less_than(datetime(2026, 1, 1))}, "is naive; give it a timezone"),
        ({"iso": less_than("x")}, "expected datetime, found str"),
        (
            {"iso": less_than(datetime.max.replace(tzinfo=UTC))},
            "beyond the stored range: compare with less_than_or",
        ),
        ({"iso": greater_than_or_equal(datetime.max.replace(tzinfo=UTC))}, "beyond the stored range"),
        ({"null": less_than(None)}, "compared by order with None, which has no order"),
        ({"null": between(None, NOON)}, "compared by order with None, which has no order"),
        ({"word": between(Word.B, Word.A)}, "low end is above its high end"),
    ],
)
def test_what_would_not_mean_what_it_says_is_refused(condition: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        rendered(condition)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"unknown": Decimal(5)}, "unknown = 5"),
        ({"unknown": is_in(Decimal(5), Decimal(6))}, "unknown IN (5, 6)"),
        ({"text": begins_with("5")}, "begins_with(text, 5)"),
        ({"null": less_than(NOON + BIT)}, "null < 1767355201"),
        ({"null": None}, "null = True"),
        ({"kept": less_than(date(2026, 1, 1))}, "kept < 2026-01-01"),
        ({"lower": less_than("b")}, "lower < b"),
        ({"email": less_than(Lower("b"))}, "email < b"),
        ({"cents": less_than(Decimal("2.5"))}, "cents < 250"),
        ({"cents": less_than_or_equal(Decimal("2.509"))}, "cents <= 250"),
        ({"cents": greater_than(Decimal("2.509"))}, "cents > 250"),
        ({"wide": between(Decimal(5), Decimal(40))}, "wide BETWEEN 000000005 AND 000000040"),
        ({"step": less_than(Step.TWO)}, "step < 2"),
        ({"size": less_than(Size.BIG)}, "size < 2"),
        ({"word": between(Word.A, Word.B)}, "word BETWEEN a AND b"),
        ({"at": less_than(time(12))}, "at < 12:00:00.000000"),
        ({"iso": less_than(ref("iso_too"))}, "iso < iso_too"),
        ({"until": less_than(ref("seconds"))}, "until < seconds"),
        ({"until": less_than(NOON + BIT)}, "until < 1767355201"),
        ({"until": less_than_or_equal(NOON + BIT)}, "until <= 1767355200"),
        ({"until": greater_than(NOON + BIT)}, "until > 1767355200"),
        ({"until": greater_than_or_equal(NOON + BIT)}, "until >= 1767355201"),
        ({"until": between(NOON - BIT, NOON + BIT)}, "until BETWEEN 1767355200 AND 1767355200"),
        ({"until": less_than(datetime.max.replace(tzinfo=UTC))}, "until < 253402300800"),
    ],
)
def test_what_means_what_it_says_is_rendered(condition: Any, text: str) -> None:
    assert rendered(condition) == text


@frozen
class Call:
    user: str
    at: datetime = field(metadata=stored(codec=codecs.epoch_milliseconds))


@frozen
class Offer:
    shop: str
    price: Decimal = field(metadata=stored(codec=codecs.number_text(Decimal)))


calls = Entity(Call, Table("calls", partition_key="user", sort_key="at"))
offers = Entity(Offer, Table("offers", partition_key="shop", sort_key="price"))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (less_than(NOON + BIT), "user = u AND at < 1767355200001"),
        (greater_than(NOON + BIT), "user = u AND at > 1767355200000"),
        (between(NOON - BIT, NOON + BIT), "user = u AND at BETWEEN 1767355200000 AND 1767355200000"),
        ({"at": greater_than_or_equal(NOON)}, "user = u AND at >= 1767355200000"),
    ],
)
def test_a_sort_key_is_compared_by_what_is_stored_too(condition: Any, text: str) -> None:
    payload = calls.request(Query({"user": "u"}, sort_key_condition=condition)).payload
    assert spelled(payload, "KeyConditionExpression") == text


@pytest.mark.parametrize(
    ("entity", "condition", "text"),
    [
        (calls, NOON + BIT, "no stored value equals"),
        (calls, between(NOON, NOON - timedelta(days=1)), "at is compared with a range whose low end is above"),
        (offers, less_than(Decimal(5)), "price is Decimal, whose stored form does not sort"),
    ],
)
def test_a_sort_key_that_would_not_mean_it_is_refused(entity: Any, condition: Any, text: str) -> None:
    partition = {"user": "u"} if entity is calls else {"shop": "u"}
    with pytest.raises(UsageError) as caught:
        entity.request(Query(partition, sort_key_condition=condition))
    assert text in str(caught.value)
    assert not isinstance(caught.value, ItemValidationError) or caught.value.failures[0].path == "at"
