"""PutItem, UpdateItem, DeleteItem and GetItem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.testing.memory.evaluating.projecting import projected
from dynamo_document_builder.testing.memory.language import Language
from dynamo_document_builder.testing.memory.operations.capacity import Consumed
from dynamo_document_builder.testing.memory.operations.writing import (
    collection_metrics,
    read_delete,
    read_put,
    read_update,
)
from dynamo_document_builder.testing.memory.storage.values import canonical_item
from dynamo_document_builder.wire.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.testing.memory.members import Members
    from dynamo_document_builder.testing.memory.operations.writing import Write
    from dynamo_document_builder.testing.memory.storage.database import Database
    from dynamo_document_builder.testing.memory.storage.tables import Table

CAPACITY: Final = ("INDEXES", "TOTAL", "NONE")
METRICS: Final = ("SIZE", "NONE")
_OLD: Final = ("ALL_OLD", "NONE")
_ANY: Final = ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")


def put_item(database: Database, members: Members) -> dict[str, Any]:
    """Do PutItem."""
    return _written(database, members, read_put, _OLD)


def delete_item(database: Database, members: Members) -> dict[str, Any]:
    """Do DeleteItem."""
    return _written(database, members, read_delete, _OLD)


def update_item(database: Database, members: Members) -> dict[str, Any]:
    """Do UpdateItem."""
    return _written(database, members, read_update, _ANY)


def _written(
    database: Database, members: Members, read: Callable[[Table, Members], Write], values: Sequence[str]
) -> dict[str, Any]:
    asked = members.choice("ReturnValues", values, "NONE")
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    metrics = members.choice("ReturnItemCollectionMetrics", METRICS, "NONE")
    table = database.table(members.table())
    write = read(table, members)
    written = write.do()
    answer: dict[str, Any] = {}
    returned = write.returned(asked, written)
    if returned:
        answer["Attributes"] = returned
    if detail != "NONE":
        consumed = Consumed(table.definition.name, is_write=True)
        consumed.written(table, written)
        answer["ConsumedCapacity"] = consumed.told(detail)
    if metrics == "SIZE" and table.definition.has_local_indexes:
        answer["ItemCollectionMetrics"] = collection_metrics(write)
    return answer


def get_item(database: Database, members: Members) -> dict[str, Any]:
    """Do GetItem."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    consistent = members.flag("ConsistentRead")
    table = database.table(members.table())
    language = Language.of(members)
    paths = language.projection(members)
    language.finish()
    key = table.key_of(canonical_item(members.needed_mapping("Key")))
    item = table.get(key)
    answer: dict[str, Any] = {}
    if item is not None:
        answer["Item"] = item if paths is None else projected(item, paths)
    if detail != "NONE":
        consumed = Consumed(table.definition.name, is_write=False)
        consumed.read(item_size(item or {}), consistent=consistent)
        answer["ConsumedCapacity"] = consumed.told(detail)
    return answer
