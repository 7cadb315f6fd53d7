"""Where items of any shape and conditions meet: a table of an engine that decides as DynamoDB does."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from dynamo_document_builder import Entity, Raw, Table, TableTransactWrite
from tests.properties.meetings import Doc, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

AS_DYNAMODB_DOES = (
    "functions_on_bytes",
    "size_of_missing",
    "equal_to_missing",
    "order_across_types",
)
SEEDS = st.integers(0, 2**32)

ids = count()


def on(table: Table) -> Entity[Doc]:
    return Entity(Doc, table, partition_key=lambda d: d.doc_id, sort_key=lambda _: "META")


def put(table: Table, wire_items: Iterable[Item]) -> None:
    table.send(TableTransactWrite([Raw({"Put": {"TableName": table.name, "Item": item}}) for item in wire_items]))
