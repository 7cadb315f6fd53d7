"""Ready codecs: the form of each, what it refuses, and what is refused where one is made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pydantic
import pytest
from attrs import field, frozen

from dynamo_document_builder import DefinitionError, Entity, FieldCodec, Put, Table, Update, codecs, key, stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.kept import at_noon, spelled
from tests.unit.schema.round_trip import class_with, read, refused, unreadable, written

NOON = datetime(2026, 1, 2, 12, 0, 0, 678_000, UTC)
OSLO = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("annotation", "codec", "value", "wire"),
    [
        (datetime, codecs.iso("seconds"), NOON.replace(microsecond=0), {"S": "2026-01-02T12:00:00Z"}),
        (datetime, codecs.iso("milliseconds"), NOON, {"S": "2026-01-02T12:00:00.678Z"}),
        (datetime, codecs.iso("milliseconds"), NOON.astimezone(OSLO), {"S": "2026-01-02T12:00:00.678Z"}),
        (datetime, codecs.iso("microseconds", utc="+00:00"), NOON, {"S": "2026-01-02T12:00:00.678000+00:00"}),
        (datetime, codecs.iso("auto", utc="+00:00"), NOON.replace(microsecond=0), {"S": "2026-01-02T12:00:00+00:00"}),
        (datetime, codecs.naive(), datetime(2026, 1, 2, 12), {"S": "2026-01-02T12:00:00"}),
        (datetime, codecs.naive("milliseconds", separator=" "), datetime(26, 1, 2), {"S": "0026-01-02 00:00:00.000"}),
        (datetime | None, codecs.epoch_milliseconds, NOON, {"N": "1767355200678"}),
        (datetime, codecs.epoch_milliseconds, datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC), {"N": "-1"}),
        (date, codecs.date_format("%Y%m%d"), date(2026, 1, 2), {"S": "20260102"}),
        (date, codecs.date_format("%Y%m%d", stored_as=int), date(26, 1, 2), {"N": "260102"}),
        (date, codecs.date_format("%d%m%Y", stored_as=int), date(2026, 1, 2), {"N": "2012026"}),
        (date, codecs.date_format("day (%d).%m.%Y"), date(2026, 1, 2), {"S": "day (02).01.2026"}),
        (int, codecs.number_text(int), -7, {"S": "-7"}),
        (int, codecs.number_text(int, width=5), 7, {"S": "00007"}),
        (float, codecs.number_text(float), 0.5, {"S": "0.5"}),
        (Decimal, codecs.number_text(Decimal), Decimal("9.50"), {"S": "9.5"}),
        (Decimal, codecs.number_text(Decimal, places=2), Decimal("9.5"), {"S": "9.50"}),
        (Decimal, codecs.number_text(Decimal, width=4), Decimal("9.5"), {"S": "0009.5"}),
        (Decimal, codecs.number_text(Decimal, places=1, width=4), Decimal(9), {"S": "0009.0"}),
    ],
)
def test_each_has_its_form(annotation: Any, codec: FieldCodec[Any], value: Any, wire: dict[str, str]) -> None:
    cls = class_with(annotation, metadata=stored(codec=codec))
    assert written(cls(value)) == {"value": wire}
    back = read(cls, {"value": wire}).value
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize(
    ("annotation", "codec", "value", "said"),
    [
        (datetime, codecs.iso("seconds"), NOON, "finer than seconds"),
        (datetime, codecs.epoch_milliseconds, NOON.replace(microsecond=1), "finer than milliseconds"),
        (datetime, codecs.iso("auto"), datetime(2026, 1, 1), "naive; give it a timezone"),
        (datetime, codecs.epoch_milliseconds, datetime(2026, 1, 1), "naive; give it a timezone"),
        (datetime, codecs.naive(), NOON, "has a timezone, which the stored form does not contain"),
        (date, codecs.date_format("%Y%m%d"), NOON, "has a time of day"),
        (int, codecs.number_text(int), True, "is not int itself"),
        (int, codecs.number_text(int, width=2), -1, "is negative, or has more than 2 digits"),
        (int, codecs.number_text(int, width=2), 100, "is negative, or has more than 2 digits"),
        (Decimal, codecs.number_text(Decimal, places=1), Decimal("0.05"), "more than 1 digits after its point"),
        (Decimal, codecs.number_text(Decimal), Decimal("NaN"), "is not finite"),
        (float, codecs.number_text(float), float("inf"), "is not finite"),
        (float, codecs.number_text(float), 1, "is not float itself"),
        (Decimal, codecs.number_text(int), Decimal(1), "is not int itself"),
    ],
)
def test_what_a_form_cannot_hold_is_refused(annotation: Any, codec: FieldCodec[Any], value: Any, said: str) -> None:
    [text] = refused(class_with(annotation, metadata=stored(codec=codec))(value))
    assert said in text


@pytest.mark.parametrize(
    ("annotation", "codec", "wire"),
    [
        (datetime, codecs.iso("seconds"), {"S": "2026-01-02T12:00:00"}),
        (datetime, codecs.iso("seconds"), {"S": "noon"}),
        (datetime, codecs.naive(), {"S": "2026-01-02T12:00:00Z"}),
        (datetime, codecs.epoch_milliseconds, {"N": "1E20"}),
        (datetime, codecs.epoch_milliseconds, {"N": "0.5"}),
        (date, codecs.date_format("%Y%m%d"), {"S": "2026-01-02"}),
        (date, codecs.date_format("%Y%m%d"), {"S": "20261302"}),
        (date, codecs.date_format("%Y%m%d", stored_as=int), {"N": "-1"}),
        (int, codecs.number_text(int), {"S": "5.5"}),
        (int, codecs.number_text(int), {"S": "1_000"}),
        (int, codecs.number_text(int), {"S": " 5"}),
        (float, codecs.number_text(float), {"S": "nan"}),
        (Decimal, codecs.number_text(Decimal), {"S": "Infinity"}),
    ],
)
def test_what_is_not_in_a_form_is_named(annotation: Any, codec: FieldCodec[Any], wire: dict[str, str]) -> None:
    [text] = unreadable(class_with(annotation, metadata=stored(codec=codec)), {"value": wire})
    assert text.startswith("value: expected ")


def test_what_others_wrote_in_a_like_form_is_read() -> None:
    cls = class_with(datetime, metadata=stored(codec=codecs.iso("milliseconds")))
    for text in ("2026-01-02T12:00:00.678+00:00", "2026-01-02T13:00:00.678+01:00", "20260102T120000.678Z"):
        assert read(cls, {"value": {"S": text}}).value == NOON


@pytest.mark.parametrize(
    "make",
    [
        lambda: codecs.iso("hours"),
        lambda: codecs.iso("seconds", utc=""),
        lambda: codecs.naive("days"),
        lambda: codecs.naive(separator="_"),
        lambda: codecs.date_format("%Y%m"),
        lambda: codecs.date_format("%Y%m%d%d"),
        lambda: codecs.date_format("%y%m%d"),
        lambda: codecs.date_format("%Y-%m-%d", stored_as=int),
        lambda: codecs.date_format("%Y%m%d", stored_as=float),
        lambda: codecs.number_text(bool),
        lambda: codecs.number_text(int, places=2),
        lambda: codecs.number_text(float, width=2),
        lambda: codecs.number_text(int, width=0),
    ],
)
def test_a_form_that_does_not_work_is_refused_where_it_is_made(make: Any) -> None:
    with pytest.raises(DefinitionError):
        make()


def test_equal_codecs_are_one() -> None:
    assert codecs.iso("milliseconds") == codecs.iso("milliseconds")
    assert codecs.iso("milliseconds") != codecs.iso("seconds")
    assert codecs.number_text(int) is codecs.number_text(int)


@frozen
class Entry:
    entry_id: str
    note: str = ""
    made: datetime | None = field(default=None, metadata=stored(created_at=True, codec=codecs.iso("milliseconds")))
    changed: datetime | None = field(default=None, metadata=stored(updated_at=True, codec=codecs.epoch_milliseconds))


entries = Entity(Entry, Table("app"), partition_key=lambda e: key("E", e.entry_id), sort_key=lambda _: "META")


def test_moments_the_library_sets_are_as_coarse_as_their_form() -> None:
    item = entries.request(at_noon(Put(Entry("1")))).payload["Item"]
    assert (item["made"], item["changed"]) == ({"S": "2026-01-02T12:00:00.123Z"}, {"N": "1767355200123"})
    payload = entries.request(at_noon(Update({"entry_id": "1"}, updates={"note": "x"}))).payload
    assert spelled(payload, "UpdateExpression") == (
        "SET note = x, made = if_not_exists(made, 2026-01-02T12:00:00.123Z), "
        "entry_id = if_not_exists(entry_id, 1), changed = 1767355200123"
    )


def test_a_form_without_a_timezone_is_none_for_moments_the_library_sets() -> None:
    cls = class_with(datetime, metadata=stored(created_at=True, codec=codecs.naive()))
    with pytest.raises(DefinitionError, match="created_at=True needs a datetime with a timezone"):
        codec_of(cls)


class Model(pydantic.BaseModel):
    aware: pydantic.AwareDatetime
    past: pydantic.PastDate
    gone: pydantic.PastDatetime
    future: pydantic.FutureDate | None = None
    coming: list[pydantic.FutureDatetime] = []
    local: Annotated[pydantic.NaiveDatetime, stored(codec=codecs.naive())]
    price: Annotated[Decimal, stored(codec=codecs.number_text(Decimal))]


class Record(msgspec.Struct):
    at: Annotated[datetime, stored(codec=codecs.epoch_milliseconds)]


def test_types_of_pydantic_are_what_their_values_are() -> None:
    model = Model(
        aware=NOON,
        past=date(2020, 1, 1),
        gone=datetime(2020, 1, 1, tzinfo=UTC),
        future=date(2999, 1, 1),
        coming=[datetime(2999, 1, 1, tzinfo=UTC)],
        local=datetime(2026, 1, 1),
        price=Decimal("1.5"),
    )
    wire = written(model)
    assert (wire["aware"], wire["past"], wire["local"]) == (
        {"S": "2026-01-02T12:00:00.678000Z"},
        {"S": "2020-01-01"},
        {"S": "2026-01-01T00:00:00"},
    )
    assert read(Model, wire) == model
    assert read(Record, {"at": {"N": "1000"}}).at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("annotation", [pydantic.NaiveDatetime, pydantic.NaiveDatetime | None])
def test_a_naive_datetime_is_refused_with_advice(annotation: Any) -> None:
    with pytest.raises(DefinitionError, match=r"NaiveDatetime has no timezone.*AwareDatetime.*codecs\.naive\(\)"):
        codec_of(class_with(annotation))
