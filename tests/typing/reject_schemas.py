"""Misuse of schemas that attrs did not make, which both type checkers refuse. An ignore too many is an error."""

from __future__ import annotations

from dynamo_document_builder import Entity, Put, key
from tests.typing.accept_schemas import Data, Model, Record, Shape, datas, models, records
from tests.typing.things import table

datas.send(Put(Shape("s")))  # type: ignore[arg-type]
models.where(lambda m: m.nobody > 1)  # type: ignore[attr-defined]
Entity(Model, table, partition_key=lambda m: key("MODEL", m.nobody))  # type: ignore[attr-defined]
records.where(lambda r: r["nobody"] > 1)  # type: ignore[typeddict-item]
records.send(Put({"record_id": 5}))  # type: ignore[typeddict-item]
Entity(Record, table, partition_key=lambda r: key("RECORD", r["nobody"]))  # type: ignore[typeddict-item]
number: str = Data("d").number  # type: ignore[assignment]
