"""PutItem, UpdateItem, DeleteItem and GetItem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

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
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.testing.memory.members import Members
    from dynamo_document_builder.testing.memory.operations.writing import Prepared
    from dynamo_document_builder.testing.memory.storage.database import Database
    from dynamo_document_builder.testing.memory.storage.tables import Key, Table
    from dynamo_document_builder.testing.memory.storage.values import Item

CAPACITY: Final = ("INDEXES", "TOTAL", "NONE")
METRICS: Final = ("SIZE", "NONE")
_OLD: Final = ("ALL_OLD", "NONE")
_ANY: Final = ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")


def put_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out PutItem."""
    return _written(database, members, read_put, _OLD)


def delete_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out DeleteItem."""
    return _written(database, members, read_delete, _OLD)


def update_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out UpdateItem."""
    return _written(database, members, read_update, _ANY)


def _written(
    database: Database, members: Members, read: Callable[[Members], Prepared], values: Sequence[str]
) -> dict[str, Any]:
    return_values = members.choice("ReturnValues", values, "NONE")
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    metrics = members.choice("ReturnItemCollectionMetrics", METRICS, "NONE")
    name, prepared = members.table(), read(members)
    table = database.table(name)
    write = prepared(table)
    database.check_free(table, write.key)
    written = write.apply()
    answer: dict[str, Any] = {}
    returned = write.returned(return_values, written)
    if returned:
        answer["Attributes"] = returned
    if detail != "NONE":
        consumed = Consumed(table.definition.name, is_write=True)
        consumed.write(table, written)
        answer["ConsumedCapacity"] = consumed.response(detail)
    if metrics == "SIZE" and table.definition.has_local_indexes:
        answer["ItemCollectionMetrics"] = collection_metrics(write)
    return answer


@frozen
class Get:
    """A read of one item."""

    key: Item
    paths: tuple[tuple[Segment, ...], ...] | None
    """The projection. `None`: the whole item."""
    language: Language

    def key_in(self, table: Table) -> Key:
        """Check the read against its table, and return the key."""
        self.language.check_keys(table.definition)
        return table.key_of(self.key)


def read_get(members: Members) -> Get:
    """Read the parameters of GetItem, or of a Get in a transaction."""
    language = Language.of(members)
    paths = language.projection(members)
    language.finish()
    return Get(canonical_item(members.needed_mapping("Key")), paths, language)


def get_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out GetItem."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    consistent = members.flag("ConsistentRead")
    get = read_get(members)
    table = database.table(members.table())
    key = get.key_in(table)
    paths = get.paths
    item = table.get(key)
    answer: dict[str, Any] = {}
    if item is not None:
        answer["Item"] = item if paths is None else projected(item, paths)
    if detail != "NONE":
        consumed = Consumed(table.definition.name, is_write=False)
        consumed.read(item_size(item or {}), consistent=consistent)
        answer["ConsumedCapacity"] = consumed.response(detail)
    return answer
