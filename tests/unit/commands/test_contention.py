"""Contention: sent again with the same token while nothing else stands in the way, and so often as was said."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    AbortedError,
    ConditionFailedError,
    Delete,
    Entity,
    Put,
    ReplicatedWriteConflictError,
    RetryPolicy,
    Table,
    TableTransactGet,
    TableTransactWrite,
    ThrottledError,
    TransactGet,
    TransactionCanceledError,
    TransactionConflictError,
    TransactWrite,
    Update,
    UsageError,
    key,
)
from dynamo_document_builder.testing import ScriptedTransport, answer, conflict
from tests.unit.play import CONDITION_FAILED, CONFLICT, FINE, Play, cancelled, model, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, User, table, users

KEY = {"user_id": "u1"}
WRITE = TransactWrite(writes=[Put(ALICE), Delete({"user_id": "u2"})])
READ = TransactGet(keys=[KEY, {"user_id": "u2"}])
THROTTLED = {"Code": "ThrottlingError", "Message": "slow down"}
FOUND = {"Responses": [{"Item": ALICE_ITEM}, {}]}

TRANSACTIONS: list[tuple[Any, Any, Any]] = [
    (WRITE, users, {}),
    (TableTransactWrite(transactions=[users.prepare([Put(ALICE), Delete({"user_id": "u2"})])]), table, {}),
    (READ, users, FOUND),
    (TableTransactGet(gets=(users.prepare(READ),)), table, FOUND),
]
SINGLE: list[Any] = [Put(ALICE), Update(KEY, updates={"name": "x"}), Delete(KEY)]
HELD = refused("TransactionConflictException")
HELD_ELSEWHERE = refused("ReplicatedWriteConflictException", http_status=409)


def played(command: Any, to: Any, *answers: Any) -> tuple[Play, Any]:
    script = Play(list(answers))
    return script, script.run(command.__flow__(model(to)))


@pytest.mark.parametrize(("command", "to", "fine"), TRANSACTIONS, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("reason", [CONFLICT, THROTTLED])
def test_a_transaction_that_was_held_up_is_sent_again(command: Any, to: Any, fine: Any, reason: Any) -> None:
    script, result = played(command, to, cancelled(FINE, reason), cancelled(reason, reason), fine)
    assert len({request.body for request in script.requests}) == 1  # with the same token
    assert script.pauses == [0.05, 0.1]
    assert result.response_metadata.attempts == 3


@pytest.mark.parametrize("command", SINGLE, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("held", [HELD, HELD_ELSEWHERE], ids=["transaction", "another Region"])
def test_a_single_write_that_was_held_up_is_sent_again(command: Any, held: Any) -> None:
    script, result = played(command, users, held, held, {})
    assert script.pauses == [0.05, 0.1]
    assert result.response_metadata.attempts == 3


def test_it_ends_with_the_last_cancellation_and_all_attempts() -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(WRITE.__flow__(users.__model__), *[cancelled(FINE, CONFLICT, attempts=2)] * 3)
    assert caught.value.attempts == 6
    assert caught.value.idempotency_token == "fresh-token"
    assert [reason.index for reason in caught.value.failures] == [1]
    with pytest.raises(TransactionConflictError) as single:
        play(Put(ALICE).__flow__(users.__model__), HELD, HELD, HELD)
    assert single.value.attempts == 3
    with pytest.raises(ReplicatedWriteConflictError) as elsewhere:
        play(Put(ALICE).__flow__(users.__model__), HELD, HELD_ELSEWHERE, HELD_ELSEWHERE)
    assert elsewhere.value.attempts == 3


@pytest.mark.parametrize(
    "reasons", [(CONDITION_FAILED, CONFLICT), (CONDITION_FAILED, FINE), ({"Code": "ValidationError"}, CONFLICT)]
)
def test_what_will_not_pass_is_not_sent_again(reasons: Any) -> None:
    with pytest.raises(TransactionCanceledError) as caught:
        play(WRITE.__flow__(users.__model__), cancelled(*reasons))
    assert caught.value.attempts == 1


def test_a_condition_that_fails_after_a_conflict_ends_it() -> None:
    with pytest.raises(ConditionFailedError):
        play(
            Put(ALICE, condition={"balance": 1}).__flow__(users.__model__),
            HELD,
            refused("ConditionalCheckFailedException"),
        )


def test_what_the_sdk_tries_again_itself_is_not_multiplied() -> None:
    with pytest.raises(ThrottledError):
        play(WRITE.__flow__(users.__model__), refused("ThrottlingException", attempts=10))


def test_a_policy_says_how_often_and_how_long() -> None:
    patient = evolve(WRITE, retry=RetryPolicy(max_attempts=5, base_delay=1.0, max_delay=3.0))
    script = Play([*[cancelled(CONFLICT, FINE)] * 4, {}])
    script.run(patient.__flow__(users.__model__))
    assert script.pauses == [1.0, 2.0, 3.0, 3.0]
    with pytest.raises(TransactionCanceledError):
        play(evolve(WRITE, retry=RetryPolicy(max_attempts=1)).__flow__(users.__model__), cancelled(CONFLICT, FINE))


def people(script: ScriptedTransport) -> Entity[User]:
    opened = Table("app", transport=script)
    return Entity(User, opened, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def test_a_timeout_that_would_pass_in_the_pause_gives_the_conflict() -> None:
    script = ScriptedTransport(conflict(times=3))
    slow = RetryPolicy(max_attempts=3, base_delay=60.0, max_delay=60.0)
    with pytest.raises(TransactionCanceledError) as caught:
        # One pause may be short by chance, two hardly.
        people(script).send(evolve(WRITE, retry=slow, timeout=0.05))
    assert caught.value.retryable
    assert len(script.requests) < 3


def test_an_abort_signal_ends_the_pause() -> None:
    class AfterOne(ScriptedTransport):
        def send(self, *given: Any) -> Any:
            stop.set()
            return super().send(*given)

    stop = Event()
    script = AfterOne(conflict(), answer())
    with pytest.raises(AbortedError):
        people(script).send(evolve(WRITE, abort=stop))
    assert len(script.requests) == 1


def test_nothing_is_lost_where_it_succeeds_in_the_end() -> None:
    script = ScriptedTransport(conflict(1), conflict(0, 1), answer())
    quick = RetryPolicy(max_attempts=3, base_delay=0.0)
    result = people(script).send(evolve(WRITE, retry=quick))
    assert result.attempts == 3
    tokens = {request.payload["ClientRequestToken"] for request in script.requests}
    assert tokens == {result.idempotency_token}


@pytest.mark.parametrize("given", [3, "often", RetryPolicy])
def test_a_policy_is_a_policy(given: Any) -> None:
    with pytest.raises(UsageError, match=r"retry=...\): must be a RetryPolicy, not"):
        TransactWrite(writes=[Put(ALICE)], retry=given)


def test_a_policy_of_one_operation_of_a_transaction_is_refused() -> None:
    with pytest.raises(UsageError, match="retry= has no effect inside a transaction"):
        users.request(TransactWrite(writes=[Put(ALICE, retry=RetryPolicy())]))
