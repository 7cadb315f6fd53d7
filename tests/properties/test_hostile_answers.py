"""Whatever comes as an answer, a command gives a result or one of the library's errors, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NotRequired, TypedDict

import pytest
from attrs import frozen
from hypothesis import example, find, given, settings
from hypothesis import strategies as st

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Delete,
    DocumentBuilderError,
    Entity,
    Get,
    Put,
    Query,
    RetryPolicy,
    Scan,
    StoredItemError,
    Table,
    TableBatchGet,
    TableTransactGet,
    TransactGet,
    TransactWrite,
    Update,
    key,
)
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.transports.errors import service_error
from dynamo_document_builder.wire.flow import NewToken, Pause
from dynamo_document_builder.wire.request import Request, Response
from tests.effort import examples
from tests.unit.play import model
from tests.unit.things import ALICE, ALICE_ITEM, User, orders, users

KEY = {"user_id": "u1"}
ONCE = RetryPolicy(max_attempts=1)
tagged = Table("tagged", entity_attribute="_type")
people = Entity(User, tagged, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
others = Entity(User, tagged, partition_key=lambda u: key("X", u.user_id), sort_key=lambda _: "META", name="Other")


class Name(TypedDict):
    user_id: str
    name: NotRequired[str | None]


names = Entity(Name, Table("app"), partition_key=lambda u: key("USER", u["user_id"]), sort_key=lambda _: "META")


@frozen
class Profile:
    user_id: str
    name: str
    tags: list[str]


profiles = Entity(Profile, Table("app"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")

COMMANDS: list[tuple[Any, Any]] = [
    (Put(ALICE, return_values="ALL_OLD"), users),
    (Get(KEY), users),
    (Get(KEY, projection=["name", "tags[0]"]), profiles),
    (Update(KEY, updates={"name": "x"}, return_values="ALL_NEW"), users),
    (Update(KEY, updates={"name": "x"}, return_values="UPDATED_NEW"), users),
    (Delete(KEY, condition={"name": "x"}, return_values="ALL_OLD"), users),
    (TransactGet([KEY, {"user_id": "u2"}]), users),
    (TableTransactGet(gets=(users.prepare(TransactGet([KEY])),)), users.table),
    (TransactWrite([Put(ALICE, condition={"name": "x"}), Delete({"user_id": "u2"})], retry=ONCE), users),
    (Query(KEY, max_items=2), users),
    (Scan(), people),
    (Scan(entities=people | others), tagged),
    (Scan(projection=["name"]), users),
    (BatchGet([KEY, {"user_id": "u2"}], retry=ONCE), users),
    (BatchGet([KEY], projection=["name", "tags[0]"], retry=ONCE), profiles),
    (TransactGet([KEY], projection=["name", "tags[0]"]), profiles),
    (Get(KEY, projection=Name), users),
    (TransactGet([KEY]), names),
    (TableBatchGet(gets=(users.prepare(BatchGet([KEY])), orders.prepare(BatchGet([{"order_id": "o"}])))), users.table),
    (BatchWrite([ALICE], deletes=[{"user_id": "u2"}], retry=ONCE), users),
]

NAMES = [
    "Item", "Items", "Attributes", "Responses", "UnprocessedKeys", "UnprocessedItems", "LastEvaluatedKey", "Keys",
    "ConsumedCapacity", "TableName", "CapacityUnits", "Table", "Count", "ScannedCount", "app", "tagged", "_type",
    "CancellationReasons", "Code", "Message", "ItemCollectionMetrics", "PutRequest", "Key", "PK", "SK", "S", "N",
    "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS", "name", "user_id", "balance",
]  # fmt: skip
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.sampled_from(["x", "", "1", "1e999", "NaN", "ConditionalCheckFailed", "aGk=", "!", "\ud800"]),
    st.just(ALICE_ITEM),
)
answers = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
items = st.dictionaries(st.sampled_from(NAMES), answers, max_size=4) | st.dictionaries(
    st.sampled_from(["name", "user_id", "balance", "PK", "_type"]), answers, max_size=2
).map(lambda changed: {**ALICE_ITEM, **changed})
found = st.lists(items.map(lambda item: {"Item": item}) | st.just({}), min_size=1, max_size=2)
shaped = st.one_of(
    items.map(lambda item: {"Item": item, "Attributes": item}),
    st.lists(items, max_size=2).map(lambda several: {"Items": several, "Responses": {"app": several}}),
    found.map(lambda responses: {"Responses": responses}),
)
bodies = st.one_of(
    shaped.map(lambda answer: json.dumps(answer).encode()),
    st.dictionaries(st.sampled_from(NAMES), answers, max_size=5).map(lambda answer: json.dumps(answer).encode()),
    answers.map(lambda answer: json.dumps(answer).encode()),
    st.binary(max_size=40),
)
MOST_REQUESTS = 5


def played(command: Any, to: Any, answered: Any) -> None:
    """Give the same answer to every request of a command, for a while; it has to make one."""
    flow = command.__flow__(model(to))
    requests = 0
    try:
        step = next(flow)
        while requests < MOST_REQUESTS:
            if isinstance(step, NewToken):
                step = flow.send("token")
            elif isinstance(step, Pause):
                step = flow.send(None)
            else:
                requests += 1
                step = answered(flow, step)
    except StopIteration:
        return
    finally:
        assert requests, "it was refused before it was sent, so no answer was read"
        flow.close()


@pytest.mark.parametrize(("command", "to"), COMMANDS, ids=lambda given: type(given).__name__)
@examples(30)
@given(body=bodies)
@example(body=b"[" * 3_000)
@example(body=b'{"Items":' * 1_500)
@example(body=b"")
@example(body=b'{"Items":[null]}')
@example(body=b'{"Attributes":{"PK":{},"SK":{"S":"META"},"user_id":{"S":"u1"},"name":{"S":"a"}}}')
@example(body=b'{"Items":[{"name":' + b'{"L":[' * 5_000 + b"]}" * 5_000 + b"}]}")
def test_any_body_of_a_success(command: Any, to: Any, body: bytes) -> None:
    with suppress(DocumentBuilderError):
        played(command, to, lambda flow, _: flow.send(Response(body)))


def outcome(command: Any, to: Any, body: bytes) -> type[Exception] | None:
    try:
        played(command, to, lambda flow, _: flow.send(Response(body)))
    except DocumentBuilderError as error:
        return type(error)
    return None


READS = [
    (command, to) for command, to in COMMANDS if type(command) in {Get, TransactGet, TableTransactGet, Query, Scan}
]


@pytest.mark.parametrize(("command", "to"), READS, ids=lambda given: type(given).__name__)
def test_such_bodies_hold_items_that_are_read_and_items_that_do_not_fit(command: Any, to: Any) -> None:
    how = settings(max_examples=2_000, database=None, derandomize=True)
    projected = isinstance(getattr(command, "projection", None), tuple)  # a dictionary takes whatever is stored
    body = find(bodies, lambda one: b"USER#u1" in one and outcome(command, to, one) is None, settings=how)
    assert b"Item" in body or b"Responses" in body
    if not projected:
        assert find(bodies, lambda one: outcome(command, to, one) is StoredItemError, settings=how)


SHAPES = [
    '{"Item":%s}',
    '{"Items":[%s]}',
    '{"Attributes":%s}',
    '{"Responses":[{"Item":%s}]}',
    '{"Responses":[%s]}',
    '{"Responses":{"app":[%s]}}',
    '{"LastEvaluatedKey":%s,"Items":[]}',
]
INSTEAD = ["null", "5", '"x"', "[]", "[[]]", '{"name":null}', '{"name":{}}', '{"name":{"M":null}}', '{"PK":[]}']


@pytest.mark.parametrize(("command", "to"), COMMANDS, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("shape", SHAPES)
def test_anything_in_the_place_of_an_item(command: Any, to: Any, shape: str) -> None:
    for instead in (*INSTEAD, '{"name":' + '{"L":[' * 5_000 + "]}" * 5_000 + "}"):
        body = (shape % instead).encode()
        with suppress(DocumentBuilderError):
            played(command, to, lambda flow, _, body=body: flow.send(Response(body)))


codes = st.sampled_from(
    ["ConditionalCheckFailedException", "TransactionCanceledException", "ValidationException", "", "\x00"]
)


@pytest.mark.parametrize(("command", "to"), COMMANDS, ids=lambda given: type(given).__name__)
@examples(20)
@given(body=bodies, code=codes)
def test_any_body_of_a_refusal(command: Any, to: Any, body: bytes, code: str) -> None:
    def refused(flow: Any, request: Request) -> Any:
        return flow.throw(service_error(request, Fault(code, "m", request.operation, None, 400, 1, body)))

    with pytest.raises(DocumentBuilderError):
        played(command, to, refused)
