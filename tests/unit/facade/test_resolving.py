"""A transaction of unknown outcome is found out about by its own error: sent again with its token, while that lives."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    Database,
    Entity,
    OutcomeUnknownError,
    Put,
    Resolution,
    RetryPolicy,
    ServiceError,
    Table,
    TableTransactWrite,
    TransactionCanceledError,
    TransactionInProgressError,
    TransactWrite,
    Update,
    UsageError,
    key,
)
from dynamo_document_builder.facade import outcomes as resolving
from dynamo_document_builder.testing import (
    AsyncScriptedTransport,
    ScriptedTransport,
    answer,
    break_down,
    conflict,
    fail_condition,
    lose_answer,
    refuse,
)
from dynamo_document_builder.wire.limits import Limits
from tests.unit.things import ALICE, User

if TYPE_CHECKING:
    from dynamo_document_builder.testing import Step

APPLIED_NOW = answer({"ConsumedCapacity": [{"TableName": "app", "CapacityUnits": 2, "WriteCapacityUnits": 2}]})
APPLIED_BEFORE = answer({"ConsumedCapacity": [{"TableName": "app", "CapacityUnits": 2, "ReadCapacityUnits": 2}]})
RUNNING = refuse("TransactionInProgressException")
MISMATCH = refuse("IdempotentParameterMismatchException")
WRITE = TransactWrite([Put(ALICE)], idempotency_token="t1", retry=RetryPolicy(base_delay=0))


def users_through(transport: Any) -> Entity[User]:
    table = Table("app", transport=transport)
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def lost(*then: Step, command: Any = WRITE, first: Step | None = None) -> tuple[Any, ScriptedTransport]:
    """Return the error of a transaction whose first answer was lost, and the transport with the rest of the script."""
    transport = ScriptedTransport(first or lose_answer(), *then)
    with pytest.raises((OutcomeUnknownError, ServiceError)) as caught:
        users_through(transport).send(command)
    return caught.value, transport


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dynamo_document_builder.transactions.outcome._PATIENCE", RetryPolicy(base_delay=0))


@pytest.mark.parametrize(("then", "applied"), [(APPLIED_NOW, "now"), (APPLIED_BEFORE, "before"), (answer(), None)])
def test_the_capacity_tells_when_it_was_applied(then: Any, applied: str | None) -> None:
    error, transport = lost(then)
    assert error.resolve() == Resolution(applied=applied, idempotency_token="t1", attempts=1)
    first, again = transport.requests
    assert again.payload == {**first.payload, "ReturnConsumedCapacity": "TOTAL"}
    transport.check_done()


def test_what_asked_for_its_capacity_is_sent_again_byte_by_byte() -> None:
    command = TransactWrite([Put(ALICE)], idempotency_token="t1", return_consumed_capacity="INDEXES")
    error, transport = lost(APPLIED_BEFORE, command=command)
    assert error.resolve().applied == "before"
    assert transport.requests[0].body == transport.requests[1].body


def test_a_value_that_reads_like_the_option_is_no_option() -> None:
    sly = User("u1", ',"ReturnConsumedCapacity":"TOTAL"')
    error, transport = lost(APPLIED_NOW, command=TransactWrite([Put(sly)], idempotency_token="t1"))
    error.resolve()
    assert transport.requests[1].payload["ReturnConsumedCapacity"] == "TOTAL"


def test_a_token_that_is_known_with_other_options_was_applied_before() -> None:
    error, transport = lost(MISMATCH, answer())
    assert error.resolve().applied == "before"
    assert transport.requests[2].body == transport.requests[0].body


def test_a_token_of_another_transaction_is_a_mismatch_still() -> None:
    error, _ = lost(MISMATCH, MISMATCH)
    with pytest.raises(ServiceError, match="was used with another request"):
        error.resolve()


def test_one_that_cannot_be_applied_was_not() -> None:
    error, _ = lost(fail_condition(0))
    with pytest.raises(TransactionCanceledError) as cancelled:
        error.resolve()
    assert cancelled.value.reasons[0].command is WRITE.writes[0]


def test_it_waits_for_one_that_still_runs_and_for_others_in_the_way() -> None:
    error, transport = lost(RUNNING, RUNNING, conflict(0), APPLIED_NOW)
    assert error.resolve().applied == "now"
    transport.check_done()


def test_one_that_keeps_running_stays_unknown_and_can_be_asked_again() -> None:
    error, _ = lost(refuse("TransactionInProgressException", times=10), APPLIED_BEFORE)
    with pytest.raises(TransactionInProgressError) as running:
        error.resolve()
    assert running.value.resolve().applied == "before"


def test_an_answer_that_is_lost_again_can_be_asked_for_again() -> None:
    error, _ = lost(lose_answer(), APPLIED_BEFORE)
    with pytest.raises(OutcomeUnknownError) as again:
        error.resolve()
    assert again.value.idempotency_token == "t1"
    assert again.value.resolve().applied == "before"


def test_what_failed_on_the_other_side_is_resolved_the_same_way() -> None:
    error, _ = lost(APPLIED_BEFORE, first=break_down())
    assert error.outcome_unknown
    assert error.resolve().applied == "before"


def test_what_dynamodb_answered_leaves_nothing_to_resolve() -> None:
    error, _ = lost(first=fail_condition(0))
    with pytest.raises(UsageError, match="nothing to resolve"):
        error.resolve()


@pytest.mark.parametrize("write", [Put(ALICE), Update({"user_id": "u1"}, updates={"name": "x"})])
def test_a_write_without_a_token_is_never_sent_again(write: Any) -> None:
    error, transport = lost(command=write)
    with pytest.raises(UsageError, match=r"has no idempotency token.*nothing was sent"):
        error.resolve()
    assert len(transport.requests) == 1


def test_a_made_token_is_the_one_that_is_sent_again() -> None:
    error, transport = lost(APPLIED_NOW, command=TransactWrite([Put(ALICE)]))
    assert error.resolve().idempotency_token == error.idempotency_token
    assert len({request.payload["ClientRequestToken"] for request in transport.requests}) == 1


@pytest.mark.parametrize("clock", ["monotonic", "time"])
def test_after_ten_minutes_by_either_clock_nothing_is_sent(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error, transport = lost(APPLIED_NOW)
    now = getattr(resolving.time, clock)
    monkeypatch.setattr(resolving.time, clock, lambda: now() + resolving.TOKEN_LIVES)
    with pytest.raises(UsageError, match=r"more than ten minutes ago.*nothing was sent"):
        error.resolve()
    assert len(transport.requests) == 1


def test_it_takes_no_longer_than_the_token_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float | None] = []

    class Timed(ScriptedTransport):
        def send(self, request: Any, timeout: float | None = None, /) -> Any:
            seen.append(timeout)
            return super().send(request, timeout)

    transport = Timed(lose_answer(), lose_answer(), APPLIED_NOW)
    with pytest.raises(OutcomeUnknownError) as caught:
        users_through(transport).send(WRITE)
    with pytest.raises(OutcomeUnknownError) as again:
        caught.value.resolve(timeout=5)
    again.value.resolve()
    assert seen[0] is None
    assert seen[1] == pytest.approx(5, abs=1)
    assert seen[2] == pytest.approx(resolving.TOKEN_LIVES, abs=5)


def test_a_timeout_never_outlives_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(resolving, "Limits", lambda timeout: seen.append(timeout) or Limits(timeout))
    error, _ = lost(APPLIED_NOW)
    age = resolving.Moment.age
    monkeypatch.setattr(resolving.Moment, "age", lambda moment: age(moment) + resolving.TOKEN_LIVES - 100)
    error.resolve(timeout=5000)
    [timeout] = seen
    assert 0 < timeout <= 100


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301  our own
def test_away_from_its_connection_it_says_what_to_do(again: Any) -> None:
    error, _ = lost(APPLIED_NOW)
    other = again(error)
    assert (other.idempotency_token, other.command) == ("t1", WRITE)
    with pytest.raises(UsageError, match="idempotency_token='t1'"):
        other.resolve()


def test_tables_and_databases_resolve_as_well() -> None:
    transport = ScriptedTransport(lose_answer(), APPLIED_BEFORE)
    database = Database(transport=transport)
    table = database.table("app")
    users = Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
    with pytest.raises(OutcomeUnknownError) as caught:
        database.send(TableTransactWrite([users.prepare([Put(ALICE)])]))
    assert caught.value.resolve().applied == "before"


def test_it_is_awaited_as_well() -> None:
    async def scenario() -> None:
        users = users_through(AsyncScriptedTransport(lose_answer(), lose_answer(), RUNNING, APPLIED_BEFORE))
        with pytest.raises(OutcomeUnknownError) as caught:
            await users.asend(WRITE)
        with pytest.raises(OutcomeUnknownError) as again:
            await caught.value.aresolve()
        assert (await again.value.aresolve(timeout=5)).applied == "before"

    asyncio.run(scenario())


def test_a_cancelled_task_leaves_an_error_that_can_be_resolved() -> None:
    class Hanging(AsyncScriptedTransport):
        hung = False

        async def send(self, request: Any, seconds: float | None = None, /) -> Any:
            if not self.hung:
                self.hung = True
                await asyncio.sleep(60)
            return await super().send(request, seconds)

    async def scenario() -> None:
        transport = Hanging(APPLIED_BEFORE)
        task = asyncio.create_task(users_through(transport).asend(WRITE))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await task
        unknown = cancelled.value.__cause__
        assert isinstance(unknown, OutcomeUnknownError)
        assert (await unknown.aresolve()).applied == "before"

    asyncio.run(scenario())
