"""
TransactWriteItems and TransactGetItems.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dynamo_document_builder.cost.units import IN_TRANSACTION
from dynamo_document_builder.testing.memory.evaluating.projecting import projected
from dynamo_document_builder.testing.memory.members import Members, check_length, only_member
from dynamo_document_builder.testing.memory.operations.capacity import Consumed
from dynamo_document_builder.testing.memory.operations.single import CAPACITY, METRICS, read_get
from dynamo_document_builder.testing.memory.operations.writing import (
    CONDITION_FAILED,
    metrics_by_table,
    read_check,
    read_delete,
    read_put,
    read_update,
)
from dynamo_document_builder.testing.memory.refused import (
    CANCELED,
    CONFLICT,
    VALIDATION,
    RefusedError,
    constraint,
    invalid,
)
from dynamo_document_builder.transactions.preflight import MAX_OPERATIONS, MAX_TOKEN, MAX_TOTAL_BYTES
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dynamo_document_builder.testing.memory.operations.single import Get
    from dynamo_document_builder.testing.memory.operations.writing import Prepared, Write
    from dynamo_document_builder.testing.memory.storage.database import Database
    from dynamo_document_builder.testing.memory.storage.tables import Key, Table
    from dynamo_document_builder.testing.memory.storage.values import Item

T = TypeVar("T")


def _read_update(members: Members) -> Prepared:
    """Read an Update of a transaction. Unlike UpdateItem, it requires an update expression."""
    members.needed_text("UpdateExpression")
    return read_update(members)


_READERS: Final[dict[str, Callable[[Members], Prepared]]] = {
    "ConditionCheck": read_check,
    "Put": read_put,
    "Update": _read_update,
    "Delete": read_delete,
}
_REASONS: Final = {
    CONDITION_FAILED: "ConditionalCheckFailed",
    CONFLICT: "TransactionConflict",
    VALIDATION: "ValidationError",
}


def transact_write_items(database: Database, members: Members) -> dict[str, Any]:
    """Carry out TransactWriteItems."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    metrics = members.choice("ReturnItemCollectionMetrics", METRICS, "NONE")
    token = _token(members)
    operations = members.needed_list("TransactItems")
    check_length("TransactItems", operations, MAX_OPERATIONS)
    now = database.clock()
    replayed = token is not None and database.tokens.is_known(token, members.given, now)
    prepared = [_read(one) for one in operations]
    tables = [database.table(name) for name, _ in prepared]
    reads = [_bound(one, table) for (_, one), table in zip(prepared, tables, strict=True)]
    _check_once((write.table, write.key) for write in reads if not isinstance(write, RefusedError))
    if replayed:
        return _replayed(_all_or_cancelled(reads), detail)
    afters = [_new_item(database, write) for write in reads]
    new_items = _all_or_cancelled(afters)
    writes = _all_or_cancelled(reads)
    _check_size(item for item in new_items if item is not None)
    consumed: dict[str, Consumed] = {}
    for write, after in zip(writes, new_items, strict=True):
        name = write.table.definition.name
        one = consumed.setdefault(name, Consumed(name, is_write=True))
        if write.only_checks:
            one.check_in_transaction(after)
        else:
            one.write(write.table, write.table.write(write.key, after), IN_TRANSACTION)
    if token is not None:
        database.tokens.remember(token, members.given, database.clock())
    answer: dict[str, Any] = {}
    if detail != "NONE":
        answer["ConsumedCapacity"] = [one.response(detail, split=True) for one in consumed.values()]
    collections = metrics_by_table(writes) if metrics == "SIZE" else {}
    if collections:
        answer["ItemCollectionMetrics"] = collections
    return answer


def _token(members: Members) -> str | None:
    token = members.text("ClientRequestToken")
    if token is not None and not 1 <= len(token) <= MAX_TOKEN:
        bound = f"less than or equal to {MAX_TOKEN}" if token else "greater than or equal to 1"
        raise constraint(f"'{token}'", "clientRequestToken", f"have length {bound}")
    return token


def _read(given: Any) -> tuple[str, Prepared | RefusedError]:
    kind, inner = only_member(Members(given).given, _READERS)
    members = Members(inner)
    return members.table(), _result_of(lambda: _READERS[kind](members))


def _bound(prepared: Prepared | RefusedError, table: Table) -> Write | RefusedError:
    return prepared if isinstance(prepared, RefusedError) else _result_of(lambda: prepared(table))


def _new_item(database: Database, write: Write | RefusedError) -> Item | RefusedError | None:
    if isinstance(write, RefusedError):
        return write

    def new_items() -> Item | None:
        database.check_free(write.table, write.key)
        return write.new_item()

    return _result_of(new_items)


def _result_of(do: Callable[[], T]) -> T | RefusedError:
    """Return a result, or the error that cancels the transaction. Other errors refuse the whole request."""
    try:
        return do()
    except RefusedError as error:
        if not error.of_item:
            raise
        return error


def _all_or_cancelled(results: Sequence[T | RefusedError]) -> list[T]:
    """Return the results, or raise the cancellation with a reason for each operation."""
    fine = [one for one in results if not isinstance(one, RefusedError)]
    if len(fine) < len(results):
        raise _cancelled([one if isinstance(one, RefusedError) else None for one in results])
    return fine


def _cancelled(refused: Sequence[RefusedError | None]) -> RefusedError:
    reasons = [_reason(one) for one in refused]
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return RefusedError(CANCELED, message, {"CancellationReasons": reasons})


def _reason(error: RefusedError | None) -> dict[str, Any]:
    if error is None:
        return {"Code": "None"}
    return {"Code": _REASONS[error.code], "Message": error.message, **error.more}


def _check_once(places: Iterable[tuple[Table, Key]]) -> None:
    seen: set[tuple[str, Any]] = set()
    for table, key in places:
        place = (table.definition.name, key.place)
        if place in seen:
            raise invalid("Transaction request cannot include multiple operations on one item")
        seen.add(place)


def _check_size(items: Iterable[Item]) -> None:
    if sum(map(item_size, items)) > MAX_TOTAL_BYTES:
        raise invalid("Collective size of items in the transaction exceeds limit of 4 MB")


def _replayed(writes: Sequence[Write], detail: str) -> dict[str, Any]:
    """Return the response to a repeated request. DynamoDB charges a read of the items."""
    if detail == "NONE":
        return {}
    consumed: dict[str, Consumed] = {}
    for write in writes:
        name = write.table.definition.name
        consumed.setdefault(name, Consumed(name, is_write=False)).read_in_transaction(write.table.get(write.key))
    return {"ConsumedCapacity": [one.response(detail, split=True) for one in consumed.values()]}


def transact_get_items(database: Database, members: Members) -> dict[str, Any]:
    """Carry out TransactGetItems."""
    detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
    operations = members.needed_list("TransactItems")
    check_length("TransactItems", operations, MAX_OPERATIONS)
    gets = [_read_get(one) for one in operations]
    tables = [database.table(name) for name, _ in gets]
    keys = _all_or_cancelled(
        [_result_of(partial(get.key_in, table)) for (_, get), table in zip(gets, tables, strict=True)]
    )
    _check_once(zip(tables, keys, strict=True))
    _all_or_cancelled([_result_of(partial(database.check_free, *one)) for one in zip(tables, keys, strict=True)])
    items = [table.get(key) for table, key in zip(tables, keys, strict=True)]
    _check_size(item for item in items if item is not None)
    responses: list[dict[str, Any]] = []
    consumed: dict[str, Consumed] = {}
    for table, item, (_, get) in zip(tables, items, gets, strict=True):
        name = table.definition.name
        consumed.setdefault(name, Consumed(name, is_write=False)).read_in_transaction(item)
        shown = item if item is None or get.paths is None else projected(item, get.paths)
        responses.append({"Item": shown} if shown else {})
    answer: dict[str, Any] = {"Responses": responses}
    if detail != "NONE":
        answer["ConsumedCapacity"] = [one.response(detail, split=True) for one in consumed.values()]
    return answer


def _read_get(given: Any) -> tuple[str, Get]:
    inner = Members(Members(given).needed_mapping("Get"))
    return inner.table(), read_get(inner)
