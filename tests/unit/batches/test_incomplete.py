"""The error of a batch that was not done whole: what it says, what it holds, where it can go."""

from __future__ import annotations

import copy
import pickle
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from dynamo_document_builder.commands.batch_get import BatchGet
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.table_batch_get import TableBatchGet
from dynamo_document_builder.commands.table_batch_write import TableBatchWrite
from dynamo_document_builder.errors import BatchIncompleteError, DocumentBuilderError, ServiceError
from tests.unit.play import play, refused
from tests.unit.things import ALICE, User, orders, table, user_key, users

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cr3t"
KEYS = [{"user_id": "u1"}, {"user_id": "u2"}]
WRITE = BatchWrite([ALICE, User("u2", SECRET)], deletes=[{"user_id": "u3"}], abort=Event())
KEPT = {"PutRequest": {"Item": {**user_key("u2"), "name": {"S": SECRET}}}}

FLOWS: dict[str, Callable[[], Any]] = {
    "BatchGet": lambda: BatchGet(KEYS, abort=Event()).__flow__(users.__model__),
    "TableBatchGet": lambda: TableBatchGet(
        (users.prepare(BatchGet(KEYS)), orders.prepare(BatchGet([{"order_id": "o1"}])))
    ).__flow__(table),
    "BatchWrite": lambda: WRITE.__flow__(users.__model__),
    "TableBatchWrite": lambda: TableBatchWrite([users.prepare(evolve(WRITE, abort=None))]).__flow__(table),
}
UNREAD = {
    "Responses": {"app": [{**user_key("u1"), "user_id": {"S": "u1"}, "name": {"S": SECRET}}]},
    "UnprocessedKeys": {"app": {"Keys": [user_key("u2")]}},
}
each = pytest.mark.parametrize("name", FLOWS)


def incomplete(name: str) -> BatchIncompleteError:
    answer = UNREAD if name.endswith("Get") else {"UnprocessedItems": {"app": [KEPT]}}
    with pytest.raises(BatchIncompleteError) as raised:
        play(FLOWS[name](), answer, refused("AccessDeniedException"))
    return raised.value


@each
def test_it_says_who_how_many_and_why_but_no_value(name: str) -> None:
    error = incomplete(name)
    text = str(error)
    assert text.startswith(f"{name} User")
    assert "in table app: 2 of 3 " in text or "in table app: 1 of 2 " in text
    assert "1 not: ServiceError: BatchGetItem" in text or "1 not: ServiceError: BatchWriteItem" in text
    assert SECRET not in text
    assert isinstance(error, DocumentBuilderError)


@each
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])  # noqa: S301
def test_it_travels_whole(name: str, copied: Callable[[BatchIncompleteError], BatchIncompleteError]) -> None:
    error = incomplete(name)
    other = copied(error)
    assert type(other) is BatchIncompleteError
    assert str(other) == str(error)
    assert other.result == error.result
    assert other.unprocessed == error.unprocessed
    assert isinstance(other.__cause__, ServiceError)


def test_without_a_result_nothing_is_left() -> None:
    assert BatchIncompleteError("text").unprocessed is None
