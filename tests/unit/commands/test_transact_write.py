"""TransactWrite: several writes of one entity, all or none."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs.exceptions import FrozenInstanceError

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Get,
    IdempotencyMismatchError,
    OutcomeUnknownError,
    Put,
    Raw,
    ServiceError,
    Table,
    TransactGet,
    TransactionInProgressError,
    TransactWrite,
    UnexpectedResponseError,
    Update,
    UsageError,
    add,
    add_to_set,
    greater_than_or_equal,
    is_in,
    item_exists,
)
from dynamo_document_builder.facade.entity import Entity
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response
from tests.unit.play import METADATA, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, ALICE_KEY, User, user_key, users

TRANSFER = TransactWrite(
    writes=[
        ConditionCheck(key={"user_id": "u3"}, condition={"name": "Bob"}),
        Update(key={"user_id": "u1"}, updates={"balance": add(-30)}, condition={"balance": greater_than_or_equal(30)}),
        Delete(key={"user_id": "u2"}),
        Put(User("u4", "Dan")),
    ]
)
TRANSFER_ITEMS = [
    {
        "ConditionCheck": {
            "TableName": "app",
            "Key": user_key("u3"),
            "ConditionExpression": "#0 = :0",
            "ExpressionAttributeNames": {"#0": "name"},
            "ExpressionAttributeValues": {":0": {"S": "Bob"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    },
    {
        "Update": {
            "TableName": "app",
            "Key": ALICE_KEY,
            "UpdateExpression": "SET #0 = #0 + :0",
            "ConditionExpression": "#0 >= :1",
            "ExpressionAttributeNames": {"#0": "balance"},
            "ExpressionAttributeValues": {":0": {"N": "-30"}, ":1": {"N": "30"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    },
    {"Delete": {"TableName": "app", "Key": user_key("u2")}},
    {
        "Put": {
            "TableName": "app",
            "Item": {**user_key("u4"), "user_id": {"S": "u4"}, "name": {"S": "Dan"}, "balance": {"N": "0"}},
        }
    },
]


def test_every_kind_of_write_keeps_its_place_and_its_own_placeholders() -> None:
    request = users.request(TRANSFER)
    assert request.operation == "TransactWriteItems"
    assert request.tables == ("app",)
    assert request.payload == {"TransactItems": TRANSFER_ITEMS}


def test_a_send_has_a_token_of_its_own_and_the_result_tells_it() -> None:
    requests, result = play(TRANSFER.__flow__(users.__model__), {})
    assert requests == [{"TransactItems": TRANSFER_ITEMS, "ClientRequestToken": "fresh-token"}]
    assert result.idempotency_token == "fresh-token"
    assert result.attempts == 1
    assert result.response_metadata == METADATA
    assert (result.consumed_capacity, result.item_collection_metrics) == ((), {})


@pytest.mark.parametrize("token", ["transfer-1", "x", "x" * 36, UUID(int=7)])
def test_a_given_token_is_kept(token: Any) -> None:
    command = TransactWrite(writes=[Put(ALICE)], idempotency_token=token)
    requests, result = play(command.__flow__(users.__model__), {})
    assert requests[0]["ClientRequestToken"] == str(token)
    assert users.request(command).payload["ClientRequestToken"] == str(token)
    assert result.idempotency_token == str(token)


@pytest.mark.parametrize("token", [5, b"x", True, object()])
def test_a_token_is_text_or_a_uuid(token: Any) -> None:
    with pytest.raises(UsageError, match="text or a UUID"):
        TransactWrite(writes=[Put(ALICE)], idempotency_token=token)


class Tokens:
    """A transport that keeps the tokens it is sent."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def send(self, request: Request, _timeout: float | None = None, /) -> Response:
        self.seen.append(request.payload["ClientRequestToken"])
        return Response(b"{}")


def test_every_send_makes_a_fresh_token() -> None:
    transport = Tokens()
    connected = Entity(
        User, Table("app", transport=transport), partition_key=lambda u: u.user_id, sort_key=lambda _: "M"
    )
    command = TransactWrite(writes=[Put(ALICE)])
    sent = [connected.send(command).idempotency_token for _ in range(3)]
    assert sent == transport.seen
    assert len(set(sent)) == 3
    assert all(1 <= len(token) <= 36 for token in sent)
    assert command.idempotency_token is None


def test_a_dry_run_has_no_token_and_is_the_same_every_time() -> None:
    bodies = {users.request(TRANSFER).body for _ in range(3)}
    assert len(bodies) == 1
    assert b"ClientRequestToken" not in bodies.pop()


def test_a_pickled_command_gives_the_same_bytes() -> None:
    copied = pickle.loads(pickle.dumps(TRANSFER))  # noqa: S301
    assert copied == TRANSFER
    assert users.request(copied).body == users.request(TRANSFER).body


def test_sending_again_builds_an_equal_request_and_changes_nothing() -> None:
    before = pickle.dumps(TRANSFER)
    first, _ = play(TRANSFER.__flow__(users.__model__), {})
    second, _ = play(TRANSFER.__flow__(users.__model__), {})
    assert first == second
    assert pickle.dumps(TRANSFER) == before


ACROSS_PROCESSES = """
import hashlib
from attrs import field, frozen
from dynamo_document_builder import *
from typing import Any

@frozen
class Thing:
    thing_id: str
    tags: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    blobs: frozenset[bytes] = frozenset()
    extra: Any = None
    views: int = 0

things = Entity(Thing, Table("things", partition_key="thing_id", sort_key=None))
words = {f"word-{n}" for n in range(50)}
command = TransactWrite(writes=[
    Put(Thing("a", frozenset(words), frozenset(range(50)), frozenset(w.encode() for w in words), {"set": words})),
    Update({"thing_id": "b"}, updates={"tags": add_to_set(words), "extra": words, "views": 3},
           condition=or_({"tags": words}, {"extra": is_in(words, {1, 2.5, 3})})),
    ConditionCheck({"thing_id": "c"}, condition={"sizes": set(range(20)), "tags": contains("x")}),
])
print(hashlib.sha256(things.request(command).body).hexdigest())
"""


def test_processes_with_different_hash_seeds_build_the_same_bytes() -> None:
    source = str(Path(__file__).parents[3] / "src")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ACROSS_PROCESSES],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": source},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1", "2", "3")
    ]
    hashes = [process.communicate(timeout=30)[0] for process in processes]
    assert len(hashes[0]) == 65
    assert len(set(hashes)) == 1


def test_options_of_the_transaction_are_written() -> None:
    command = TransactWrite(
        writes=[Put(ALICE)],
        idempotency_token="t",
        return_item_collection_metrics="SIZE",
        return_consumed_capacity="INDEXES",
    )
    assert users.request(command).payload == {
        "TransactItems": [{"Put": {"TableName": "app", "Item": ALICE_ITEM}}],
        "ClientRequestToken": "t",
        "ReturnItemCollectionMetrics": "SIZE",
        "ReturnConsumedCapacity": "INDEXES",
    }


def test_capacity_and_collection_sizes_come_back() -> None:
    answer = {
        "ConsumedCapacity": [{"TableName": "app", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}],
        "ItemCollectionMetrics": {"app": [{"SizeEstimateRangeGB": [0, 1]}]},
    }
    _, result = play(TRANSFER.__flow__(users.__model__), answer)
    [capacity] = result.consumed_capacity
    assert (capacity.table_name, capacity.write_capacity_units) == ("app", 4.0)
    assert result.item_collection_metrics["app"][0].size_estimate_range_gb == (0.0, 1.0)


def test_an_answer_that_cannot_be_read_says_that_the_write_was_applied() -> None:
    with pytest.raises(UnexpectedResponseError, match="the write was applied"):
        play(TRANSFER.__flow__(users.__model__), b"<html>")


def test_one_write_is_a_transaction() -> None:
    assert len(users.request(TransactWrite(writes=(Put(ALICE),))).payload["TransactItems"]) == 1


def test_writes_may_come_from_a_generator_and_are_kept() -> None:
    made: Any = (Put(User(f"u{n}", "x")) for n in range(3))
    command = TransactWrite(writes=made)
    assert len(users.request(command).payload["TransactItems"]) == 3
    assert users.request(command).body == users.request(command).body


def test_changing_the_list_afterwards_changes_nothing() -> None:
    writes = [Put(ALICE)]
    command = TransactWrite(writes=writes)
    writes.append(Put(User("u9", "x")))
    assert len(users.request(command).payload["TransactItems"]) == 1


def test_the_command_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TRANSFER.idempotency_token = "x"  # type: ignore[misc]
    assert isinstance(hash(TransactWrite(writes=[Delete({"user_id": "u1"})])), int)


@pytest.mark.parametrize(
    ("writes", "text"),
    [
        (Put(ALICE), "takes a list of writes"),
        (None, "takes a list of writes"),
        (5, "takes a list of writes"),
        ([Get({"user_id": "u1"})], "not Get"),
        ([TransactGet([{"user_id": "u1"}])], "not TransactGet"),
        ([Raw({"Delete": {"TableName": "app", "Key": {}}})], "not Raw"),
        ([Put], "not the class Put"),
        ([TRANSFER], "not TransactWrite"),
        ([ALICE], "not User"),
        ([None], "not NoneType"),
        ({"Put": {}}, "not str"),
    ],
)
def test_what_is_no_list_of_writes_is_refused(writes: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        TransactWrite(writes=writes)


@pytest.mark.parametrize("option", ["retries", "token", "client_request_token", "condition"])
def test_an_unknown_option_is_refused(option: str) -> None:
    with pytest.raises(TypeError):
        TransactWrite(writes=[Put(ALICE)], **{option: None})


@pytest.mark.parametrize("given", ["transfer-1", None])
def test_a_lost_answer_tells_the_token_to_send_again_with(given: str | None) -> None:
    command = TransactWrite(writes=[Put(ALICE)], idempotency_token=given)
    with pytest.raises(OutcomeUnknownError) as caught:
        play(command.__flow__(users.__model__), lambda request: no_answer_error(request, "no answer", timed_out=True))
    assert caught.value.idempotency_token == (given or "fresh-token")
    assert caught.value.command is command
    assert caught.value.operation == "TransactWriteItems"


def test_a_transaction_in_progress_tells_its_token_and_that_its_outcome_is_open() -> None:
    with pytest.raises(TransactionInProgressError, match="'fresh-token' is still running") as caught:
        play(TRANSFER.__flow__(users.__model__), refused("TransactionInProgressException"))
    assert caught.value.idempotency_token == "fresh-token"
    assert caught.value.retryable
    assert caught.value.code == "TransactionInProgressException"
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_token_used_for_another_request_is_an_error_of_its_own() -> None:
    command = TransactWrite(writes=[Put(ALICE)], idempotency_token="t1")
    with pytest.raises(IdempotencyMismatchError, match="token 't1' was used with another request") as caught:
        play(command.__flow__(users.__model__), refused("IdempotentParameterMismatchException"))
    assert caught.value.idempotency_token == "t1"
    assert not caught.value.retryable


def test_an_unknown_refusal_is_a_service_error() -> None:
    with pytest.raises(ServiceError) as caught:
        play(TRANSFER.__flow__(users.__model__), refused("BrandNewException"))
    assert type(caught.value) is ServiceError
    assert caught.value.code == "BrandNewException"


ONE_OF_EACH_OPTION = [
    ("return_values", "ALL_OLD", "read them afterwards"),
    ("return_item_collection_metrics", "SIZE", "give it to the transaction"),
    ("return_consumed_capacity", "TOTAL", "give it to the transaction"),
    ("timeout", 5, "give it to the transaction"),
]


@pytest.mark.parametrize(("option", "value", "advice"), ONE_OF_EACH_OPTION)
@pytest.mark.parametrize("kind", ["Put", "Update", "Delete"])
def test_an_option_without_effect_in_a_transaction_is_refused(kind: str, option: str, value: Any, advice: str) -> None:
    options: Any = {option: value}
    write: Any = {
        "Put": lambda: Put(ALICE, **options),
        "Update": lambda: Update({"user_id": "u1"}, updates={"name": "x"}, **options),
        "Delete": lambda: Delete({"user_id": "u1"}, **options),
    }[kind]()
    with pytest.raises(UsageError, match=f"{option}= has no effect inside a transaction; .*{advice}") as caught:
        users.request(TransactWrite(writes=[Put(User("u2", "x")), write]))
    [problem] = caught.value.problems
    assert (problem.index, problem.operation, problem.entity) == (1, kind, "User")
    assert dict(problem.key or {}) == {"user_id": "u1"}


def test_an_options_falsy_value_is_refused_as_well() -> None:
    with pytest.raises(UsageError, match="return_values= has no effect"):
        users.request(TransactWrite(writes=[Put(ALICE, return_values="NONE")]))


def test_the_old_item_on_failure_can_be_refused_per_write() -> None:
    command = TransactWrite(
        writes=[
            Put(ALICE, condition=item_exists(), return_values_on_condition_check_failure="NONE"),
            Put(User("u2", "x"), condition={"name": is_in("a", "b")}),
            Update({"user_id": "u3"}, updates={"balance": 1}, return_values_on_condition_check_failure="ALL_OLD"),
        ]
    )
    items = [next(iter(item.values())) for item in users.request(command).payload["TransactItems"]]
    assert [item.get("ReturnValuesOnConditionCheckFailure") for item in items] == ["NONE", "ALL_OLD", None]


def test_a_wrong_function_in_one_write_names_that_write() -> None:
    with pytest.raises(UsageError) as caught:
        users.request(
            TransactWrite(
                writes=[Put(ALICE), Update({"user_id": "u2"}, updates={"name": add_to_set({"x"})}, label="tag")]
            )
        )
    [problem] = caught.value.problems
    assert (problem.index, problem.label, problem.operation) == (1, "tag", "Update")


def test_an_error_on_dynamodbs_side_tells_that_the_outcome_is_unknown_and_the_token_to_send_again_with() -> None:
    command = TransactWrite([Put(ALICE)], idempotency_token="t-1")
    with pytest.raises(ServiceError) as caught:
        play(command.__flow__(users.__model__), refused("InternalServerError", http_status=500))
    assert caught.value.outcome_unknown
    assert caught.value.retryable
    assert caught.value.idempotency_token == "t-1"


def test_what_it_writes_is_held_once_while_it_waits() -> None:
    command = TransactWrite(writes=[Put(User(f"u{number}", "x" * 20_000)) for number in range(20)])
    play(command.__flow__(users.__model__), {})  # makes what is made once
    tracemalloc.start()
    flow = command.__flow__(users.__model__)
    next(flow)
    request = flow.send("fresh-token")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(request, Request)
    assert held < 1.5 * len(request.body)
