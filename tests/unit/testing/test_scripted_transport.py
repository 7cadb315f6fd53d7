"""Scripted transports: what each step makes of a request, and what a script says of requests it did not expect."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    Entity,
    Get,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    ServiceError,
    Table,
    TableNotFoundError,
    ThrottledError,
    TransactGet,
    TransactionCanceledError,
    TransactionConflictError,
    TransactWrite,
    UsageError,
    key,
)
from dynamo_document_builder.testing import (
    AsyncScriptedTransport,
    ScriptedTransport,
    answer,
    break_down,
    conflict,
    fail_condition,
    lose_answer,
    lose_request,
    pass_on,
    refuse,
    throttle,
)
from tests.unit.things import ALICE, ALICE_ITEM, User

if TYPE_CHECKING:
    from dynamo_document_builder.testing import Step

BOB = User("u2", "Bob")
WRITES = TransactWrite(writes=[Put(ALICE), Put(BOB)])
KEY = {"user_id": "u1"}


def people(transport: Any) -> Entity[User]:
    table = Table("app", transport=transport)
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


def scripted(*steps: Step, then: Any = None) -> tuple[ScriptedTransport, Entity[User]]:
    transport = ScriptedTransport(*steps, then=then)
    return transport, people(transport)


def test_answers_are_given_in_order_and_requests_are_kept() -> None:
    script, users = scripted(answer(), answer({"Item": ALICE_ITEM}))
    users.send(Put(ALICE))
    assert users.send(Get(key=KEY)).item == ALICE
    assert [request.operation for request in script.requests] == ["PutItem", "GetItem"]
    script.check_done()


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (throttle(), ThrottledError),
        (break_down(), ServiceError),
        (conflict(times=3), TransactionConflictError),
        (fail_condition(), ConditionFailedError),
        (refuse("ResourceNotFoundException"), TableNotFoundError),
        (lose_answer(), OutcomeUnknownError),
        (lose_request(), NoAnswerError),
    ],
)
def test_a_single_write_fails_as_it_would(step: Step, error: type[Exception]) -> None:
    _, users = scripted(step)
    with pytest.raises(error) as caught:
        users.send(Put(ALICE))
    assert type(caught.value) is error


def test_a_failure_on_the_side_of_dynamodb_leaves_the_outcome_open() -> None:
    _, users = scripted(break_down())
    with pytest.raises(ServiceError) as caught:
        users.send(Put(ALICE))
    assert caught.value.outcome_unknown


def test_a_read_whose_answer_is_lost_leaves_no_doubt() -> None:
    _, users = scripted(lose_answer())
    with pytest.raises(NoAnswerError):
        users.send(Get(key=KEY))


def test_the_item_of_a_failed_condition_is_decoded() -> None:
    _, users = scripted(fail_condition(item=ALICE_ITEM))
    with pytest.raises(ConditionFailedError) as caught:
        users.send(Put(ALICE, condition={"balance": 1}))
    assert caught.value.item == ALICE


def test_a_transaction_fails_for_the_operations_that_are_named() -> None:
    _, users = scripted(fail_condition(1, item=ALICE_ITEM))
    with pytest.raises(TransactionCanceledError) as caught:
        users.send(WRITES)
    assert [reason.code for reason in caught.value.reasons] == ["None", "ConditionalCheckFailed"]
    assert caught.value.failures[0].item == ALICE


@pytest.mark.parametrize("command", [WRITES, TransactGet(keys=[KEY, {"user_id": "u2"}])])
def test_a_conflict_is_that_of_the_first_operation_unless_others_are_named(command: Any) -> None:
    _, users = scripted(conflict().on(f"{type(command).__name__}Items"), throttle(times=9))
    with pytest.raises((TransactionCanceledError, ThrottledError)):
        users.send(command)


def test_a_step_that_happens_twice_is_two() -> None:
    script, users = scripted(throttle(times=2), answer())
    for _ in range(2):
        with pytest.raises(ThrottledError):
            users.send(Put(ALICE))
    users.send(Put(ALICE))
    script.check_done()


def test_after_the_end_of_the_script_the_test_fails() -> None:
    _, users = scripted()
    with pytest.raises(AssertionError, match="PutItem was sent after the end of the script"):
        users.send(Put(ALICE))


def test_another_operation_than_the_one_expected_fails_the_test() -> None:
    _, users = scripted(answer().on("GetItem"))
    with pytest.raises(AssertionError, match="request 1 is PutItem, and GetItem was expected"):
        users.send(Put(ALICE))


def test_what_did_not_happen_fails_the_test() -> None:
    script, _ = scripted(answer(), throttle())
    with pytest.raises(AssertionError, match="2 steps of the script did not happen"):
        script.check_done()


def test_operations_that_are_not_there_cannot_fail() -> None:
    _, users = scripted(fail_condition(2))
    with pytest.raises(AssertionError, match="has 2 operations, none at 2"):
        users.send(WRITES)


def test_passing_on_wants_somebody_to_pass_on_to() -> None:
    _, users = scripted(pass_on())
    with pytest.raises(AssertionError, match="give then="):
        users.send(Put(ALICE))


def test_a_lost_answer_reaches_the_transport_behind_and_a_lost_request_does_not() -> None:
    behind = ScriptedTransport(answer(times=3))
    _, users = scripted(lose_answer(), lose_request(), pass_on(), then=behind)
    for error in (OutcomeUnknownError, NoAnswerError):
        with pytest.raises(error):
            users.send(Put(ALICE))
    users.send(Put(ALICE))
    users.send(Put(ALICE))  # after the end of the script
    assert len(behind.requests) == 3


@pytest.mark.parametrize("times", [0, -1, True, 1.5])
def test_a_step_happens_a_whole_number_of_times(times: Any) -> None:
    with pytest.raises(UsageError, match="times= must be a whole number"):
        throttle(times=times)


def test_the_async_transport_follows_the_same_script() -> None:
    behind = AsyncScriptedTransport(answer(times=2))
    script = AsyncScriptedTransport(throttle(), lose_answer(), answer({"Item": ALICE_ITEM}), then=behind)
    users = people(script)

    async def play() -> None:
        with pytest.raises(ThrottledError):
            await users.asend(Put(ALICE))
        with pytest.raises(OutcomeUnknownError):
            await users.asend(Put(ALICE))
        assert (await users.asend(Get(key=KEY))).item == ALICE
        await users.asend(Put(ALICE))

    asyncio.run(play())
    script.check_done()
    behind.check_done()
