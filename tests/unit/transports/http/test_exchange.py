"""One request played by hand: no socket, no clock, and credentials that change or fail."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any
from uuid import UUID

import pytest

from dynamo_document_builder import NoAnswerError, OutcomeUnknownError, ServiceError, UsageError
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.configuration.credentials import Credentials, CredentialsSource
from dynamo_document_builder.transports.http.exchange import AttemptLostError, Exchange, SendContext
from dynamo_document_builder.transports.http.request_writer import RequestWriter
from dynamo_document_builder.transports.http.retries import RetryRules
from dynamo_document_builder.transports.http.signing import Clock, Signer
from dynamo_document_builder.wire.request import Request

WRITE = Request("PutItem", b"{}", ("app",))
KEYS = Credentials("AKIA", "secret")
NOW = 1_800_000_000.0


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


WRITER = RequestWriter(Signer("h", "eu-north-1"), "tests", 4)


def sender(clock: Time | None = None) -> SendContext:
    source = CredentialsSource(lambda: KEYS, may_block=False, clock=lambda: 0.0)
    return SendContext(source, RetryRules("standard", 4, lambda low, _: low), Clock(clock or Time()))


def attempt(exchange: Exchange, keys: Credentials = KEYS) -> bytes | Answer:
    return exchange.next_attempt(keys, WRITER)


def refused(code: str, status: int = 400, **headers: str) -> Answer:
    told = {"x-amzn-errortype": code, **headers}
    return Answer(status, {name: value.encode() for name, value in told.items()}, b"{}")


def stamp(data: Any) -> str:
    return str(data.partition(b"X-Amz-Date: ")[2].partition(b"\r\n")[0].decode())


def test_a_signature_refused_for_its_time_is_made_anew_once() -> None:
    there = formatdate(NOW + 3600, usegmt=True)
    exchange = Exchange(sender(), WRITE)
    first = stamp(attempt(exchange))
    assert exchange.on_answer(refused("InvalidSignatureException", date=there)) == 0.0
    second = stamp(attempt(exchange))
    assert (first, second) == ("20270115T080000Z", "20270115T090000Z")
    with pytest.raises(ServiceError):
        exchange.on_answer(refused("InvalidSignatureException", date=there))


def test_each_of_many_that_were_signed_before_the_clock_was_corrected_is_made_anew() -> None:
    shared, there = sender(), formatdate(NOW + 3600, usegmt=True)
    exchanges = [Exchange(shared, WRITE) for _ in range(3)]
    for exchange in exchanges:
        attempt(exchange)
    for exchange in exchanges:
        assert exchange.on_answer(refused("InvalidSignatureException", date=there)) == 0.0
        assert stamp(attempt(exchange)) == "20270115T090000Z"


@pytest.mark.parametrize("date", ["", "yesterday", formatdate(NOW + 10, usegmt=True), "Mon, 99 Jan 2027 08:00:00 GMT"])
def test_a_refusal_at_the_right_time_is_one(date: str) -> None:
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    with pytest.raises(ServiceError):
        exchange.on_answer(refused("InvalidSignatureException", date=date))


def test_keys_that_cannot_be_had_any_more_do_not_hide_what_may_have_been_written() -> None:
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    exchange.on_loss(AttemptLostError("cut"))
    failure = exchange.credentials_error(OSError("no metadata service"))
    assert type(failure) is OutcomeUnknownError
    assert "cut" in str(failure)


def test_before_the_first_attempt_keys_that_fail_mean_that_nothing_was_sent() -> None:
    exchange = Exchange(sender(), WRITE)
    failure = exchange.credentials_error(TimeoutError("the vault is asleep"))
    assert type(failure) is NoAnswerError
    assert "could not be loaded, TimeoutError: the vault is asleep; nothing was sent" in str(failure)
    ours = UsageError("there are none")
    assert exchange.credentials_error(ours) is ours


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException"])
def test_expired_keys_are_replaced_by_others_once(code: str) -> None:
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    assert exchange.on_answer(refused(code)) == 0.0
    assert b"Credential=OTHER/" in attempt(exchange, Credentials("OTHER", "secret"))
    with pytest.raises(ServiceError, match=code) as error:
        exchange.on_answer(refused(code))
    assert error.value.attempts == 2


def test_expired_keys_without_others_are_not_sent_again() -> None:
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    expired = refused("ExpiredTokenException")
    assert exchange.on_answer(expired) == 0.0
    again = attempt(exchange)
    assert again is expired
    with pytest.raises(ServiceError, match="ExpiredTokenException") as error:
        exchange.on_answer(expired)
    assert error.value.attempts == 1


def test_all_attempts_of_a_send_have_one_invocation_id_and_another_send_has_another() -> None:
    def invocation(data: Any) -> str:
        return str(data.partition(b"amz-sdk-invocation-id: ")[2].partition(b"\r\n")[0].decode())

    exchange, other = Exchange(sender(), WRITE), Exchange(sender(), WRITE)
    first = invocation(attempt(exchange))
    exchange.on_answer(refused("ThrottlingException"))
    second = invocation(attempt(exchange))
    assert UUID(first)
    assert first == second != invocation(attempt(other))


def test_a_server_error_leaves_open_whether_a_write_was_applied() -> None:
    """What follows says nothing of the attempt before; with a refusal that does, nothing is open."""
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    exchange.on_answer(refused("InternalServerError", 500))
    attempt(exchange)
    exchange.on_loss(AttemptLostError("no connection", unsent=True))
    attempt(exchange)
    exchange.on_loss(AttemptLostError("no connection", unsent=True))
    attempt(exchange)
    with pytest.raises(OutcomeUnknownError):
        exchange.on_loss(AttemptLostError("no connection", unsent=True))


def test_an_answer_says_how_long_to_wait() -> None:
    exchange = Exchange(sender(), WRITE)
    attempt(exchange)
    assert exchange.on_answer(refused("ThrottlingException", **{"x-amz-retry-after": "1500"})) == 1.5
    attempt(exchange)
    assert exchange.on_answer(refused("ThrottlingException", **{"x-amz-retry-after": "-5"})) == 0.0
    attempt(exchange)
    assert exchange.on_answer(refused("ThrottlingException", **{"x-amz-retry-after": "9" * 30})) == 0.0


def ended(request: Request, *answers: Answer) -> Exception:
    """Return the error that a request ends with, where the last answer is repeated."""
    exchange = Exchange(sender(), request)
    left = list(answers)
    try:
        while True:
            attempt(exchange)
            exchange.on_answer(left.pop(0) if len(left) > 1 else left[0])
    except (OutcomeUnknownError, ServiceError) as error:
        return error


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("code", ["ThrottlingException", "ReplicatedWriteConflictException", "ExpiredTokenException"])
def test_a_refusal_after_a_failure_of_dynamodb_leaves_the_outcome_open(status: int, code: str) -> None:
    error = ended(WRITE, refused("InternalServerError", status), refused(code))
    assert isinstance(error, OutcomeUnknownError)
    assert f"no answer came at first, and {code} when it was sent again" in str(error)
    assert isinstance(
        ended(Request("GetItem", b"{}", ("app",)), refused("InternalServerError", 500), refused(code)), ServiceError
    )


def test_a_refusal_after_a_refusal_is_one() -> None:
    error = ended(WRITE, refused("ThrottlingException"), refused("ThrottlingException"))
    assert isinstance(error, ServiceError)
    assert not error.outcome_unknown


def test_a_failure_that_stays_says_that_the_outcome_is_open() -> None:
    error = ended(WRITE, refused("InternalServerError", 500))
    assert isinstance(error, ServiceError)
    assert error.outcome_unknown
    assert error.attempts == 4


def test_a_timeout_is_said_in_milliseconds_at_most() -> None:
    failure = Exchange(sender(), WRITE, timeout=0.9995841).timeout_error("credentials")
    assert "no credentials within 1 second;" in str(failure)
