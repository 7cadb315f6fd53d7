"""What is said of a transaction that was sent more than once: a refusal may say nothing of the first attempt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    Delete,
    IdempotencyMismatchError,
    OutcomeUnknownError,
    Put,
    ServiceError,
    TransactionCanceledError,
    TransactionInProgressError,
    TransactWrite,
)
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.transports.errors import service_error
from tests.unit.play import CONDITION_FAILED, CONFLICT, FINE, ONCE, play
from tests.unit.things import ALICE, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.wire.request import Request

THROTTLED = {"Code": "ThrottlingError", "Message": "slow down"}
WRITE = TransactWrite(
    [Put(ALICE, condition={"name": "x"}), Delete({"user_id": "u2"})], idempotency_token="t1", retry=ONCE
)


def refused_at_last(
    code: str, *reasons: Any, lost_before: bool = True, status: int = 400
) -> Callable[[Request], Exception]:
    body = json.dumps({"CancellationReasons": reasons}).encode()

    def error(request: Request) -> Exception:
        return service_error(request, Fault(code, "no", request.operation, "r", status, 2, body, lost_before))

    return error


@pytest.mark.parametrize("reasons", [(CONFLICT, FINE), (FINE, THROTTLED), (CONFLICT, THROTTLED), ()])
def test_contention_after_a_lost_answer_leaves_the_outcome_open(reasons: Any) -> None:
    with pytest.raises(OutcomeUnknownError) as unknown:
        play(WRITE.__flow__(users.__model__), refused_at_last("TransactionCanceledException", *reasons))
    assert "no answer came at first, and when it was sent again others held its items" in str(unknown.value)
    assert (unknown.value.command, unknown.value.idempotency_token) == (WRITE, "t1")
    assert unknown.value.__replay__ is not None
    assert unknown.value.operation == "TransactWriteItems"
    with pytest.raises(TransactionCanceledError):
        play(
            WRITE.__flow__(users.__model__),
            refused_at_last("TransactionCanceledException", *reasons, lost_before=False),
        )


@pytest.mark.parametrize(
    "reasons", [(CONDITION_FAILED, FINE), (CONDITION_FAILED, CONFLICT), ({"Code": "ValidationError"}, FINE)]
)
def test_a_cancellation_for_another_reason_says_that_nothing_was_written(reasons: Any) -> None:
    with pytest.raises(TransactionCanceledError) as cancelled:
        play(WRITE.__flow__(users.__model__), refused_at_last("TransactionCanceledException", *reasons))
    assert cancelled.value.idempotency_token == "t1"


@pytest.mark.parametrize("code", ["ThrottlingException", "TransactionConflictException", "ExpiredTokenException"])
def test_a_refusal_that_looked_at_nothing_leaves_the_outcome_open(code: str) -> None:
    with pytest.raises(OutcomeUnknownError) as unknown:
        play(WRITE.__flow__(users.__model__), refused_at_last(code))
    assert (unknown.value.command, unknown.value.idempotency_token) == (WRITE, "t1")
    assert unknown.value.__replay__ is not None


def test_a_failure_on_dynamodbs_side_leaves_the_outcome_open() -> None:
    with pytest.raises(ServiceError) as failed:
        play(WRITE.__flow__(users.__model__), refused_at_last("InternalServerError", status=500, lost_before=False))
    assert failed.value.outcome_unknown
    assert failed.value.is_open
    assert (failed.value.idempotency_token, failed.value.__replay__ is not None) == ("t1", True)


def test_a_token_that_runs_still_can_be_resolved_and_one_of_another_request_cannot() -> None:
    with pytest.raises(TransactionInProgressError) as running:
        play(WRITE.__flow__(users.__model__), refused_at_last("TransactionInProgressException"))
    assert running.value.is_open
    assert (running.value.idempotency_token, running.value.__replay__ is not None) == ("t1", True)
    with pytest.raises(IdempotencyMismatchError) as other:
        play(WRITE.__flow__(users.__model__), refused_at_last("IdempotentParameterMismatchException"))
    assert not other.value.is_open
    assert (other.value.idempotency_token, other.value.__replay__) == ("t1", None)
