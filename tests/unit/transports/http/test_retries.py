"""Retries: botocore's decisions, for every outcome, in both modes."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from dynamo_document_builder.transports.http.configuration.environment import config_from_environment
from dynamo_document_builder.transports.http.configuration.settings import TransportOptions
from dynamo_document_builder.transports.http.configuration.wiring import wiring_from_client
from dynamo_document_builder.transports.http.retries import FailedAttempt, Quota, RetryRules
from tests.unit.transports.of_botocore import retries_as_now

CODES = [
    "",
    "ValidationException",
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "RequestTimeout",
    "ReplicatedWriteConflictException",
    "LimitExceededException",
    "503",
]
STATUSES = [400, 403, 404, 409, 413, 429, 500, 501, 502, 503, 504, 509]


def botocore_retries(mode: Any, status: int | None, code: str, attempt: int) -> bool:
    """Ask the handler that a client of botocore has, by the event it is asked by."""
    client = boto3.client(
        "dynamodb",
        region_name="eu-north-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"mode": mode, "total_max_attempts": 3}),
    )
    response = None
    if status is not None:
        http = SimpleNamespace(status_code=status, headers={}, content=b"{}")
        response = (http, {"Error": {"Code": code}, "ResponseMetadata": {}})
    error = None if response else ReadTimeoutError(endpoint_url="x")
    wait = client.meta.events.emit_until_response(
        "needs-retry.dynamodb.PutItem",
        response=response,
        endpoint=None,
        operation=client.meta.service_model.operation_model("PutItem"),
        attempts=attempt,
        caught_exception=error,
        request_dict={"context": {"timestamp": "x"}},
    )[1]
    client.close()
    return wait is not None


def cases() -> list[tuple[int | None, str]]:
    return [(None, ""), *itertools.product(STATUSES, CODES)]


@retries_as_now
@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_what_is_tried_again_is_what_botocore_tries_again(mode: Any) -> None:
    # One client of botocore for all cases would spend its quota.
    retries = RetryRules(mode, 3)
    asked = [(status, code) for status, code in cases() if status in {None, 400, 409, 429, 500, 503} or code == ""]
    for status, code in asked:
        if status == 429 and code:  # botocore looks up whether the service's model knows the code
            continue
        retries.quota = Quota()
        ours = retries.delay_after(1, FailedAttempt(status, code)) is not None
        assert ours == botocore_retries(mode, status, code, 1), (status, code)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_there_is_an_end(mode: Any) -> None:
    retries = RetryRules(mode, 3)
    assert [retries.delay_after(attempt, FailedAttempt()) is None for attempt in (1, 2, 3, 4)] == [
        False,
        False,
        True,
        True,
    ]


def test_pauses_grow() -> None:
    legacy = RetryRules("legacy", 10)
    assert [legacy.delay_after(attempt, FailedAttempt()) for attempt in (1, 2, 3, 9)] == [0.05, 0.1, 0.2, 12.8]
    standard = RetryRules("standard", 100, lambda _, high: high)
    assert [standard.delay_after(attempt, FailedAttempt()) for attempt in (1, 2, 3, 50)] == [0.025, 0.05, 0.1, 20.0]
    throttled = FailedAttempt(400, "ThrottlingException")
    assert [standard.delay_after(attempt, throttled) for attempt in (1, 2)] == [1.0, 2.0]


@pytest.mark.parametrize(("asked", "waited"), [(None, 1.0), (0.5, 1.0), (3.0, 3.0), (60.0, 6.0)])
def test_what_an_answer_asks_to_wait_is_heeded_up_to_five_seconds_more(asked: float | None, waited: float) -> None:
    retries = RetryRules("standard", 4, lambda _, high: high)
    assert retries.delay_after(1, FailedAttempt(400, "ThrottlingException", asked)) == waited
    assert RetryRules("legacy", 4).delay_after(1, FailedAttempt(400, "ThrottlingException", asked)) == 0.05


@retries_as_now
@pytest.mark.parametrize("mode", ["legacy", "standard", None])
def test_a_client_tries_as_often_as_botocore_would(mode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS"):
        monkeypatch.delenv(name, raising=False)
    config = None if mode is None else Config(retries={"mode": mode})
    client = boto3.client(
        "dynamodb", region_name="eu-north-1", aws_access_key_id="a", aws_secret_access_key="b", config=config
    )
    settings = wiring_from_client(client, None).config.settings
    assert settings.max_attempts == botocores_attempts(client)
    if mode is None:
        alone = config_from_environment(TransportOptions(region="eu-north-1"))
        assert alone is not None
        assert alone.settings == settings
    client.close()


def botocores_attempts(client: Any) -> int:
    """Let a client fail until it gives up, and count."""
    seen: list[Any] = []

    def fail(request: Any, **_: Any) -> Any:
        seen.append(request)
        return AWSResponse(request.url, 500, {}, MockRawResponse(b"{}"))

    client.meta.events.register("before-send", fail)
    with mock.patch("time.sleep"), pytest.raises(ClientError):
        client.get_item(TableName="t", Key={"PK": {"S": "1"}})
    return len(seen)


def test_the_standard_mode_stops_when_everything_fails() -> None:
    retries = RetryRules("standard", 100, lambda low, _: low)
    waits = [retries.delay_after(1, FailedAttempt(500)) for _ in range(50)]
    assert waits.count(0.0) == 500 // 14
    retries.on_success(FailedAttempt(500))
    assert retries.delay_after(1, FailedAttempt(500)) == 0.0
    for _ in range(600):
        retries.on_success(None)
    assert retries.quota.left == 500


def test_a_retry_that_succeeds_gives_back_what_it_took_and_no_more_than_there_was() -> None:
    quota = Quota(20)
    assert quota.acquire(14)
    assert not quota.acquire(14)
    quota.release(14)
    quota.release(14)
    assert quota.left == 20
    assert quota.acquire(5)
    quota.release(14)
    assert quota.left == 20
