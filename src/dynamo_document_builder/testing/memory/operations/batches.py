"""
BatchGetItem and BatchWriteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.testing.memory.evaluating.projecting import projected
from dynamo_document_builder.testing.memory.language import Language
from dynamo_document_builder.testing.memory.members import Members, check_length, mapping_of
from dynamo_document_builder.testing.memory.operations.capacity import Consumed
from dynamo_document_builder.testing.memory.operations.single import CAPACITY, METRICS
from dynamo_document_builder.testing.memory.operations.writing import metrics_by_table, read_delete, read_put
from dynamo_document_builder.testing.memory.refused import constraint, invalid
from dynamo_document_builder.testing.memory.storage.values import canonical_item
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.testing.memory.operations.writing import Prepared
    from dynamo_document_builder.testing.memory.storage.database import Database
    from dynamo_document_builder.testing.memory.storage.tables import Key, Table

MAX_GETS: Final = 100
MAX_WRITES: Final = 25
MAX_BYTES: Final = 16 * 1024 * 1024


def batch_get_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out BatchGetItem. Keys whose items do not fit into 16 MB are left unprocessed."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    groups_by_table = members.needed_mapping("RequestItems")
    _check_gets(groups_by_table)
    groups = [_read_gets(name, Members(one)) for name, one in groups_by_table.items()]
    responses: dict[str, list[Any]] = {}
    unprocessed: dict[str, Any] = {}
    consumed: list[Consumed] = []
    left = MAX_BYTES
    for name, table, keys, paths, consistent in [group(database) for group in groups]:
        found = responses.setdefault(name, [])
        one = Consumed(name, is_write=False)
        consumed.append(one)
        for key in keys:
            item = table.get(key)
            left -= item_size(item or {})
            if left < 0:
                unprocessed.setdefault(name, {**groups_by_table[name], "Keys": []})["Keys"].append(key.attributes)
                continue
            one.read(item_size(item or {}), consistent=consistent)
            if item is not None:
                found.append(item if paths is None else projected(item, paths))
    answer: dict[str, Any] = {"Responses": responses, "UnprocessedKeys": unprocessed}
    if detail != "NONE":
        answer["ConsumedCapacity"] = [one.response(detail) for one in consumed]
    return answer


def _check_gets(groups_by_table: Mapping[str, Any]) -> None:
    keys = [Members(one).needed_list("Keys") for one in groups_by_table.values()]
    for found in keys:
        check_length("Keys", found, MAX_GETS)
    _check_count(sum(map(len, keys)), MAX_GETS)


def _read_gets(name: str, members: Members) -> Callable[[Database], tuple[str, Table, list[Key], Any, bool]]:
    """Read the keys and options for one table."""
    table_name = Members({"TableName": name}).table()
    language = Language.of(members)
    paths = language.projection(members)
    language.finish()
    given = [canonical_item(mapping_of(key)) for key in members.needed_list("Keys")]
    consistent = members.flag("ConsistentRead")

    def bind(database: Database) -> tuple[str, Table, list[Key], Any, bool]:
        table = database.table(table_name)
        language.check_keys(table.definition)
        keys = [table.key_of(key) for key in given]
        if len({key.place for key in keys}) < len(keys):
            raise invalid("Provided list of item keys contains duplicates")
        return name, table, keys, paths, consistent

    return bind


def batch_write_item(database: Database, members: Members) -> dict[str, Any]:
    """Carry out BatchWriteItem. Writes that conflict with a transaction are left unprocessed."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    metrics = members.choice("ReturnItemCollectionMetrics", METRICS, "NONE")
    groups_by_table = members.needed_mapping("RequestItems")
    for group in groups_by_table.values():
        check_length("RequestItems", group, MAX_WRITES)
    _check_count(sum(map(len, groups_by_table.values())), MAX_WRITES)
    prepared = [(name, one, _read_write(one)) for name, group in groups_by_table.items() for one in group]
    tables = {name: database.table(Members({"TableName": name}).table()) for name in groups_by_table}
    writes = [(name, given, bind(tables[name])) for name, given, bind in prepared]
    places = [(name, write.key.place) for name, _, write in writes]
    if len(set(places)) < len(places):
        raise invalid("Provided list of item keys contains duplicates")
    consumed = {name: Consumed(name, is_write=True) for name in groups_by_table}
    unprocessed: dict[str, Any] = {}
    for name, given, write in writes:
        if database.is_held(write.table, write.key):
            unprocessed.setdefault(name, []).append(given)
        else:
            consumed[name].write(write.table, write.apply())
    answer: dict[str, Any] = {"UnprocessedItems": unprocessed}
    collections = metrics_by_table(write for _, _, write in writes) if metrics == "SIZE" else {}
    if collections:
        answer["ItemCollectionMetrics"] = collections
    if detail != "NONE":
        answer["ConsumedCapacity"] = [one.response(detail) for one in consumed.values()]
    return answer


def _read_write(given: Any) -> Prepared:
    members = Members(given)
    put, delete = members.mapping("PutRequest"), members.mapping("DeleteRequest")
    if (put is None) is (delete is None):
        raise invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported datatypes"
            if put
            else "Each request has either a PutRequest or a DeleteRequest"
        )
    if put is not None:
        return read_put(Members({"Item": put.get("Item")}))
    return read_delete(Members({"Key": (delete or {}).get("Key")}))


def _check_count(count: int, most: int) -> None:
    if not count:
        raise constraint("'{}'", "requestItems", "have length greater than or equal to 1")
    if count > most:
        raise invalid(
            f"Too many items requested for the {'BatchGetItem' if most == MAX_GETS else 'BatchWriteItem'} call"
        )
