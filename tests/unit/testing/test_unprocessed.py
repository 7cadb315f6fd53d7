"""Batches left half done on purpose, alone and before an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from dynamo_document_builder import BatchGet, BatchIncompleteError, BatchWrite, Entity, Get, Put, RetryPolicy, Table
from dynamo_document_builder.testing import MemoryDynamoDB, ScriptedTransport, create_table, unprocessed
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.testing import Step


@frozen
class User:
    user_id: str
    name: str


QUICK = RetryPolicy(max_attempts=3, base_delay=0)
USERS = [User("u1", "Ann"), User("u2", "Ben"), User("u3", "Cyd")]
KEYS = [{"user_id": user.user_id} for user in USERS]


def scripted(*steps: Step, then: Any) -> tuple[ScriptedTransport, Entity[User]]:
    script = ScriptedTransport(*steps, then=then)
    users = Entity(User, Table("app", transport=script), partition_key="USER#{user_id}", sort_key="META")
    if then is not None:
        create_table(users.table, users)
    return script, users


def sent(script: ScriptedTransport) -> list[int]:
    """Return how many entries each request had."""
    groups: list[Any] = [request.payload["RequestItems"]["app"] for request in script.requests]
    return [len(group["Keys"] if is_mapping(group) else group) for group in groups]


def stored(memory: MemoryDynamoDB) -> set[str]:
    return {item["user_id"] for item in memory.items("app")}


def test_writes_at_positions_are_left_and_then_sent_again() -> None:
    memory = MemoryDynamoDB()
    script, users = scripted(unprocessed(0, 2), then=memory)
    assert users.send(BatchWrite(USERS, retry=QUICK)).count == 3
    assert sent(script) == [3, 2]
    assert stored(memory) == {"u1", "u2", "u3"}


def test_writes_that_are_left_are_not_done() -> None:
    memory = MemoryDynamoDB()
    _, users = scripted(unprocessed(0, 2), unprocessed(times=9), then=memory)
    with pytest.raises(BatchIncompleteError) as ended:
        users.send(BatchWrite(USERS, retry=QUICK))
    assert len(ended.value.unprocessed) == 2
    assert stored(memory) == {"u2"}


def test_reads_at_positions_are_left_and_then_sent_again() -> None:
    memory = MemoryDynamoDB()
    script, users = scripted(then=memory)
    for user in USERS[:2]:
        users.send(Put(user))
    script = ScriptedTransport(unprocessed(1), then=memory)
    users.table.connect(transport=script)
    assert users.send(BatchGet(KEYS, retry=QUICK)).items == [*USERS[:2], None]
    assert sent(script) == [3, 1]


def test_without_a_transport_behind_all_others_are_answered() -> None:
    script, users = scripted(unprocessed(1), unprocessed(), unprocessed(7), then=None)
    assert users.send(BatchWrite(USERS, retry=QUICK)).count == 3
    assert sent(script) == [3, 1, 1]
    script.check_done()


def test_any_other_request_fails_the_test() -> None:
    _, users = scripted(unprocessed(), then=None)
    with pytest.raises(AssertionError, match="GetItem is not a batch"):
        users.send(Get(KEYS[0]))
