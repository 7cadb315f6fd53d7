"""What type checkers know of schemas that attrs did not make."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, assert_type

import msgspec
import pydantic

from dynamo_document_builder import (
    Changeset,
    Entity,
    FieldCodec,
    Get,
    Put,
    PutResult,
    Query,
    codecs,
    key,
    stored,
    to_jsonable,
)
from tests.typing.things import table


@dataclasses.dataclass(frozen=True)
class Data:
    data_id: str
    number: int = 0


class Shape(msgspec.Struct):
    shape_id: str
    number: int = 0


class Model(pydantic.BaseModel):
    model_id: str
    number: int = 0


class Record(TypedDict):
    record_id: str
    number: NotRequired[int]


datas = Entity(Data, table, partition_key=lambda d: key("DATA", d.data_id), sort_key=lambda _: "META")
shapes = Entity(Shape, table, partition_key=lambda s: key("SHAPE", s.shape_id), sort_key=lambda _: "META")
models = Entity(Model, table, partition_key=lambda m: key("MODEL", m.model_id), sort_key=lambda _: "META")

records = Entity(Record, table, partition_key=lambda r: key("RECORD", r["record_id"]), sort_key=lambda _: "META")

assert_type(datas, Entity[Data])
assert_type(datas.send(Get({"data_id": "d"})).item, Data | None)
assert_type(shapes.send(Put(Shape("s"))), PutResult[Shape])
assert_type(models.send(Query({"model_id": "m"})).items, list[Model])
assert_type(models.send(Get({"model_id": "m"}, projection=Data)).item, Data | None)
assert_type(models.send(Put(Model(model_id="m"), condition=models.where(lambda m: m.number > 1))).item, Model)
assert_type(Changeset().edit(models, Model(model_id="m"), Model(model_id="m", number=1)), Changeset)
assert_type(records, Entity[Record])
assert_type(records.send(Get({"record_id": "r"})).item, Record | None)
after_a = records.where(lambda r: r["record_id"] > "a")
# pyrefly: ignore[assert-type, bad-argument-type]
assert_type(records.send(Put({"record_id": "r"}, condition=after_a)).item, Record)
assert_type(records.send(Put(Record(record_id="r"), condition=after_a)).item, Record)
assert_type(models.send(Get({"model_id": "m"}, projection=Record)).item, Record | None)
assert_type(to_jsonable(Data("d")), Any)

assert_type(codecs.iso("milliseconds", utc="+00:00"), FieldCodec[datetime])
assert_type(codecs.naive(), FieldCodec[datetime])
assert_type(codecs.epoch_milliseconds, FieldCodec[datetime])
assert_type(codecs.date_format("%Y%m%d", stored_as=int), FieldCodec[date])
assert_type(codecs.number_text(Decimal, places=2), FieldCodec[Decimal])
assert_type(codecs.number_text(int), FieldCodec[int])
stored(codec=codecs.iso("seconds"))
FieldCodec[int](stored_as=str, encode=str, decode=int, keeps_order=False, rounded=lambda value, up: value + up)
