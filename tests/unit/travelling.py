"""One value of each public class, and one error, for the test that they travel."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

import dynamo_document_builder as library
from dynamo_document_builder import (
    AbortedError,
    BatchGet,
    BatchWrite,
    Capacity,
    Changeset,
    ConditionCheck,
    DefinitionError,
    Delete,
    DocumentBuilderError,
    Entity,
    FieldCodec,
    FieldConflict,
    FieldFailure,
    Get,
    GlobalIndex,
    IndexKeys,
    ItemCollectionMetrics,
    LocalIndex,
    NoAnswerError,
    OutcomeUnknownError,
    Problem,
    Put,
    Query,
    Raw,
    Request,
    RequestTimeoutError,
    Resolution,
    ResponseMetadata,
    RetryPolicy,
    Scan,
    ServiceError,
    StaleChangesetError,
    StaleItem,
    StaleVersionError,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TestCondition,
    ThrottlingReason,
    TransactGet,
    TransactWrite,
    UnexpectedResponseError,
    Units,
    Update,
    VectorCapacity,
    add,
    add_to_set,
    and_,
    append,
    attr,
    begins_with,
    between,
    condition_from_text,
    condition_to_text,
    contains,
    equals,
    exists,
    greater_than,
    greater_than_or_equal,
    if_not_exists,
    increment,
    index_key,
    is_in,
    item_exists,
    item_not_exists,
    key,
    less_than,
    less_than_or_equal,
    not_,
    not_equals,
    not_exists,
    or_,
    prepend,
    projection_from_text,
    ref,
    remove,
    remove_from_set,
    set_,
    size,
    subtract,
    type_is,
    updates_from_text,
)
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.rehearsal.flow import rehearse
from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite
from tests.unit.play import CONDITION_FAILED, FINE, ONCE, cancelled, model, play, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

table = Table(
    "app",
    entity_attribute="_type",
    global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK"}},
    local_secondary_indexes={"LSI1": {"sort_key": "LSI1SK"}},
)


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    tags: frozenset[str] = frozenset()
    version: int = field(default=0)


@frozen
class Order:
    order_id: str
    status: str = "new"


# With a function in its keys, which pickle refuses, and with templates.
users = Entity(
    User,
    table,
    partition_key=lambda u: key("USER", u.user_id),
    sort_key=lambda _: "META",
    global_secondary_indexes={"GSI1": {"partition_key": lambda u: index_key("N", u.name)}},
)
orders = Entity(Order, table, partition_key="ORDER#{order_id}", sort_key="META")

ALICE = User("u1", "Alice", 100, frozenset({"a", "b"}))
KEY = {"user_id": "u1"}
ORDER_KEY = {"order_id": "o1"}
NOW = datetime(2026, 1, 2, tzinfo=UTC)
STORED = {
    "PK": {"S": "USER#u1"},
    "SK": {"S": "META"},
    "_type": {"S": "User"},
    "user_id": {"S": "u1"},
    "name": {"S": "Alice"},
    "balance": {"N": "100"},
    "tags": {"SS": ["a", "b"]},
    "version": {"N": "0"},
}
UNFIT = {**STORED, "balance": {"S": "lots"}}
FOREIGN = {**STORED, "_type": {"S": "Nobody"}}
CAPACITY = {"TableName": "app", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}}


def conditions() -> list[Any]:
    built = users.where(lambda u: (u.balance >= 100) & begins_with(u.name, "A") | ~not_exists(u.tags))
    return [
        item_exists(),
        item_not_exists(),
        equals(1),
        not_equals(Decimal("1.5")),
        less_than(b"x"),
        less_than_or_equal(NOW),
        greater_than("x"),
        greater_than_or_equal(1),
        between(1, 2),
        is_in("a", "b"),
        begins_with("a"),
        contains("a"),
        exists(),
        not_exists(),
        type_is("S"),
        size(greater_than(2)),
        not_({"a": 1}),
        and_({"a": 1}, {"b": {"deep": [1, {"x"}]}}),
        or_({"a": 1}, {"b": 2}),
        attr("a.b") == ref("c"),
        attr("m", "a.b", 0) > 5,
        condition_from_text("balance > :n AND contains(tags, :t)", values={":n": 1, ":t": "a"}),
        built,
    ]


def updates() -> list[Any]:
    changes = {
        "name": set_("x"),
        "a": if_not_exists(1),
        "b": add(1),
        "c": subtract(ref("d")),
        "e": increment(1),
        "f": append(["x"]),
        "g": prepend([{"y": 1}]),
        "h": add_to_set({"a"}),
        "i": remove_from_set({1}),
        "j": remove(),
    }
    built = users.changes(lambda u: [set_(u.balance, u.balance - 30), remove(u.tags)])
    [update] = [Update(KEY, updates=changes)]
    texts = updates_from_text("SET a = :a REMOVE b", values={":a": 1})
    return [*changes.values(), *update.updates, *built, built, *texts]


def commands() -> list[Any]:
    condition = {"name": begins_with("A"), "balance": greater_than(1)}
    writes: list[Any] = [
        Put(ALICE, condition=item_not_exists(), label="new"),
        Update({"user_id": "u2"}, updates={"balance": add(1)}, condition=condition),
        Delete({"user_id": "u3"}),
        ConditionCheck({"user_id": "u4"}, condition=condition),
    ]
    prepared = [users.prepare(writes), orders.prepare([Put(Order("o1"))])]
    raw = Raw({"Delete": {"TableName": "raw", "Key": {"PK": {"B": b"x"}}}}, label="raw")
    gets = users.prepare(TransactGet([KEY])), orders.prepare(TransactGet([ORDER_KEY], projection=["status"]))
    batches = users.prepare(BatchGet([KEY])), orders.prepare(BatchGet([ORDER_KEY], consistent=True))
    batch = users.prepare(BatchWrite([ALICE], deletes=[{"user_id": "u9"}]))
    return [
        *writes,
        *prepared,
        raw,
        *gets,
        *batches,
        batch,
        Put(ALICE),
        Get(KEY),
        Get(ALICE, projection=Order),
        Get(KEY, projection=["name", attr("a.b")]),
        Delete(KEY),
        Query(key=KEY, filter=condition, sort_key_condition=begins_with("M")),
        Query(key=KEY, entities=users | orders),
        Query(index={"GSI1": {"name": "Alice"}}, reverse=True),
        Scan(filter=condition, segment=0, total_segments=2),
        Scan(entities=users | orders, on_unknown="collect"),
        TestCondition(KEY, condition=condition),
        TransactGet([KEY, ALICE]),
        TransactWrite(writes, idempotency_token="t1", retry=RetryPolicy(max_attempts=2)),
        TableTransactGet(gets),
        TableTransactWrite([*prepared, raw], idempotency_token="t1"),
        BatchGet([KEY], projection=["name"]),
        BatchWrite([ALICE], deletes=[KEY]),
        TableBatchGet(batches),
        TableBatchWrite([batch]),
        ReadModifyWrite(change=print, reads=gets),
    ]


def results() -> Iterator[Any]:
    more: dict[str, Any] = {"ConsumedCapacity": CAPACITY}
    metrics = {"ItemCollectionKey": {"PK": {"S": "USER#u1"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    yield played(Put(ALICE, return_values="ALL_OLD"), {"Attributes": STORED, "ItemCollectionMetrics": metrics, **more})
    yield played(Put(ALICE, return_values="ALL_OLD"), {"Attributes": UNFIT})
    yield played(Get(KEY), {"Item": STORED, **more})
    yield played(Get(KEY, projection=["name"]), {"Item": {**STORED, "name": {"S": "A"}}})
    update = Update(KEY, updates={"name": "x"}, return_values="ALL_NEW")
    yield played(update, {"Attributes": STORED})
    yield played(Delete(KEY, return_values="ALL_OLD"), {"Attributes": STORED})
    page = {"Items": [STORED, UNFIT], "Count": 2, "ScannedCount": 2}
    yield played(Query(key=KEY, on_unfit="collect"), page)
    yield played(Scan(on_unfit="collect"), page)
    foreign = {"Items": [STORED, FOREIGN], "Count": 2, "ScannedCount": 2}
    yield played(Scan(entities=users | orders, on_unknown="collect"), foreign, table)
    yield played(TestCondition(KEY, condition={"name": "Bob"}), {"Item": STORED})
    yield played(TransactGet([KEY]), {"Responses": [{"Item": STORED}]})
    yield played(TransactWrite([Put(ALICE)], idempotency_token="t1"), {"ConsumedCapacity": [CAPACITY]})
    gets = (users.prepare(TransactGet([KEY])),)
    yield played(TableTransactGet(gets), {"Responses": [{"Item": STORED}]}, table)
    yield played(BatchGet([KEY]), {"Responses": {"app": [STORED]}})
    yield played(BatchWrite([ALICE]), {"UnprocessedItems": {}})
    yield played(TableBatchGet((users.prepare(BatchGet([KEY])),)), {"Responses": {"app": [STORED]}}, table)
    yield played(TableBatchWrite([users.prepare(BatchWrite([ALICE]))]), {"UnprocessedItems": {}}, table)
    decide = ReadModifyWrite(change=lambda found: [users.prepare([Put(found[0])])], reads=gets)
    yield play(decide.__flow__(table), {"Responses": [{"Item": STORED}]}, {})[1]


def played(command: Any, answer: Any, sender: Any = users) -> Any:
    return play(command.__flow__(model(sender)), answer)[1]


def values() -> list[Any]:
    found = list(results())
    write = TransactWrite([Put(ALICE, condition={"name": "x"})])
    changes = Changeset(id="c1").edit(users, ALICE, User("u1", "Al")).delete(orders, Order("o1"))
    stale = next(error for error in errors() if type(error).__name__ == "TransactionCanceledError" and error.reasons)
    explanation, cost = users.explain(write), users.cost(write)
    return [
        *conditions(),
        *updates(),
        *commands(),
        *found,
        *[one for result in found for one in getattr(result, "unfit", ())],
        *[one for result in found for one in getattr(result, "unknown_items", ())],
        projection_from_text("a.b, #c", names={"#c": "c"}),
        users | orders,
        RetryPolicy(),
        Request("GetItem", b"{}", ("app",)),
        found[0].response_metadata,
        found[0].consumed_capacity,
        Capacity(capacity_units=1.0),
        ItemCollectionMetrics(),
        Resolution(applied="now", idempotency_token="t1"),
        explanation,
        cost,
        *cost.operations,
        cost.write_units,
        users.explain_keys(),
        changes,
        changes.diff(),
        *changes.diff().items,
        *[one for item in changes.diff().items for one in item.fields],
        *stale.reasons,
        *stale.reasons[0].failed_clauses,
        *_others(),
    ]


STALE = StaleItem(
    entity="User",
    key=KEY,
    places=(("app", "key"),),
    base=ALICE,
    mine=ALICE,
    theirs=ALICE,
    fields=(FieldConflict(name="name", base="a", mine="b", theirs="c"),),
)
PROBLEM = Problem("text", index=1, label="l", operation="Put", entity="User", key=KEY)
FAILURE = FieldFailure("name", "str", "int")
FAULT = Fault("Code", "message", "PutItem", "request-1", 400, 2, b"{}")


def _others() -> list[Any]:
    return [
        STALE,
        *STALE.fields,
        PROBLEM,
        FAILURE,
        GlobalIndex(partition_key="GSI1PK", projection=["a", "b"]),  # type: ignore[arg-type]
        LocalIndex(sort_key="LSI1SK"),
        IndexKeys[Any](partition_key="OPEN#{team}", when={"status": "open"}),
        Units(1),
        condition_to_text({"a": 1}),
        FieldCodec[IPv4Address](stored_as=str, encode=str, decode=IPv4Address),
        play(rehearse(TransactWrite([Put(ALICE)]), users.__model__), {"Responses": [{"Item": STORED}]})[1],
        ResponseMetadata(),
        ThrottlingReason("TableWriteProvisionedThroughputExceeded", "arn:aws:dynamodb:eu-west-1:1:table/app"),
        VectorCapacity(vector_write_request_bytes=1.0),
    ]


def errors() -> list[Any]:
    classes = [getattr(library, name) for name in library.__all__ if name.endswith("Error")]
    found: list[Any] = [
        *[
            cls("of each class", fault=FAULT) if issubclass(cls, ServiceError) else cls("of each class")
            for cls in classes
        ],
        DocumentBuilderError("x"),
        DefinitionError("x"),
        AbortedError("x"),
        NoAnswerError("x", operation="GetItem"),
        RequestTimeoutError("x", operation="GetItem"),
        UnexpectedResponseError("x", operation="PutItem"),
        OutcomeUnknownError("x", operation="PutItem").with_command(Put(ALICE), "t1"),
        StaleChangesetError("x", fault=FAULT, items=[STALE]),
        StaleVersionError("x", fault=FAULT, command=Put(ALICE), expected_version=1),
    ]
    other = Entity(Order, Table("other"), partition_key="ORDER#{order_id}", sort_key="META")
    write = TransactWrite([Put(ALICE, condition={"name": "x"}), Delete({"user_id": "u2"})], retry=ONCE)
    group = TableTransactWrite([users.prepare([Put(ALICE)]), orders.prepare([Put(Order("o1"))])], retry=ONCE)
    wrong: Any = User("u1", 5)  # type: ignore[arg-type]
    put = Put(ALICE, condition={"name": "Bob"})
    for raising in (
        lambda: condition_from_text("a ="),
        lambda: users.request(TransactWrite([])),
        lambda: users.request(Put(wrong)),
        lambda: table.request(TableTransactWrite([other.prepare([Put(Order("o1"))])])),
        lambda: played(Get(KEY), {"Item": UNFIT}),
        lambda: played(put, refused("ConditionalCheckFailedException", {"Item": STORED})),
        lambda: played(write, cancelled({**CONDITION_FAILED, "Item": STORED}, FINE)),
        lambda: played(group, cancelled({**CONDITION_FAILED, "Item": UNFIT}, FINE), table),
        lambda: played(Put(ALICE, retry=ONCE), refused("TransactionConflictException")),
        lambda: played(write, refused("TransactionInProgressException")),
        lambda: played(write, refused("IdempotentParameterMismatchException")),
        lambda: played(put, refused("ThrottlingException")),
        lambda: played(put, refused("ResourceNotFoundException")),
        lambda: played(put, refused("SomethingException")),
        _incomplete,
    ):
        try:
            raising()
        except DocumentBuilderError as error:
            found.append(error)
    return found


def _incomplete() -> None:
    batch = BatchWrite([ALICE], deletes=[{"user_id": "u2"}], retry=ONCE)
    left = {"UnprocessedItems": {"app": [{"PutRequest": {"Item": dict(users_item())}}]}}
    play(batch.__flow__(users.__model__), left, left)


def users_item() -> Any:
    return users.request(Put(ALICE)).payload["Item"]
