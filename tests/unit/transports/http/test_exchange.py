"""One request played by hand: no socket, no clock, and credentials that change or fail."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest

from dynamo_document_builder import OutcomeUnknownError, ServiceError, UsageError
from dynamo_document_builder.transports.http.clock import Clock
from dynamo_document_builder.transports.http.credentials import Credentials, CredentialsSource
from dynamo_document_builder.transports.http.exchange import Exchange, LostError, Sender
from dynamo_document_builder.transports.http.heads import Heads
from dynamo_document_builder.transports.http.parser import Answer
from dynamo_document_builder.transports.http.retries import Retries
from dynamo_document_builder.transports.http.signing import Signer
from dynamo_document_builder.wire.request import Request

WRITE = Request("PutItem", b"{}", ("app",))
KEYS = Credentials("AKIA", "secret")
NOW = 1_800_000_000.0


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def sender(load: Any = lambda: KEYS, clock: Time | None = None) -> Sender:
    heads = Heads(Signer("h", "eu-north-1"), "tests", 4)
    source = CredentialsSource(load, lambda: 0.0)
    return Sender(heads, source, Retries("standard", 4, lambda low, _: low), Clock(clock or Time()))


def refused(code: str, status: int = 400, **headers: str) -> Answer:
    told = {"x-amzn-errortype": code, **headers}
    return Answer(status, {name: value.encode() for name, value in told.items()}, b"{}")


def stamp(data: Any) -> str:
    return str(data.partition(b"X-Amz-Date: ")[2].partition(b"\r\n")[0].decode())


def test_a_signature_refused_for_its_time_is_made_anew_once() -> None:
    there = formatdate(NOW + 3600, usegmt=True)
    exchange = Exchange(sender(), WRITE)
    first = stamp(exchange.next())
    assert exchange.answered(refused("InvalidSignatureException", date=there)) == 0.0
    second = stamp(exchange.next())
    assert (first, second) == ("20270115T080000Z", "20270115T090000Z")
    with pytest.raises(ServiceError):
        exchange.answered(refused("InvalidSignatureException", date=there))


def test_each_of_many_that_were_signed_before_the_clock_was_corrected_is_made_anew() -> None:
    shared, there = sender(), formatdate(NOW + 3600, usegmt=True)
    exchanges = [Exchange(shared, WRITE) for _ in range(3)]
    for exchange in exchanges:
        exchange.next()
    for exchange in exchanges:
        assert exchange.answered(refused("InvalidSignatureException", date=there)) == 0.0
        assert stamp(exchange.next()) == "20270115T090000Z"


@pytest.mark.parametrize("date", ["", "yesterday", formatdate(NOW + 10, usegmt=True), "Mon, 99 Jan 2027 08:00:00 GMT"])
def test_a_refusal_at_the_right_time_is_one(date: str) -> None:
    exchange = Exchange(sender(), WRITE)
    exchange.next()
    with pytest.raises(ServiceError):
        exchange.answered(refused("InvalidSignatureException", date=date))


def test_keys_that_cannot_be_had_any_more_do_not_hide_what_may_have_been_written() -> None:
    keys: list[Any] = [KEYS]

    def load() -> Any:
        if not keys:
            raise OSError("no metadata service")
        return keys.pop()

    shared = sender(load)
    exchange = Exchange(shared, WRITE)
    exchange.next()
    exchange.lost(LostError("cut"))
    shared.credentials._kept = None
    with pytest.raises(OutcomeUnknownError, match="cut") as unknown:
        exchange.next()
    assert isinstance(unknown.value.__cause__, OSError)


def test_without_keys_nothing_was_sent() -> None:
    with pytest.raises(UsageError, match="there are no AWS credentials, nothing was sent"):
        Exchange(sender(lambda: None), WRITE).next()


def test_an_answer_says_how_long_to_wait() -> None:
    exchange = Exchange(sender(), WRITE)
    exchange.next()
    assert exchange.answered(refused("ThrottlingException", **{"x-amz-retry-after": "1500"})) == 1.5
    exchange.next()
    assert exchange.answered(refused("ThrottlingException", **{"x-amz-retry-after": "-5"})) == 0.0
    exchange.next()
    assert exchange.answered(refused("ThrottlingException", **{"x-amz-retry-after": "9" * 30})) == 0.0
