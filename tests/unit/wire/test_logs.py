"""What is logged: requests with their facts, waits, a warning where an outcome stays unknown; never a value."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from typing import Any

import pytest

from dynamo_document_builder import (
    ConditionFailedError,
    Entity,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    RetryPolicy,
    ServiceError,
    Table,
    ThrottledError,
    TransactWrite,
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
    throttle,
)
from dynamo_document_builder.testing.steps import METADATA
from dynamo_document_builder.wire import logs
from tests.unit.things import User

SECRET = User("u1-key", "a secret", 42)
WRITE = TransactWrite([Put(SECRET)], retry=RetryPolicy(max_attempts=2, base_delay=0))


def users_through(transport: Any) -> Entity[User]:
    table = Table("app", transport=transport)
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, logs.NAME)
    return caplog


def shown(log: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in log.records]


def test_a_request_is_told_with_its_facts(log: pytest.LogCaptureFixture) -> None:
    users_through(ScriptedTransport(answer())).send(Put(SECRET))
    [record] = log.records
    assert (record.name, record.levelname) == ("dynamo_document_builder", "DEBUG")
    assert record.getMessage() == "PutItem on app was answered"
    facts = vars(record)
    assert (facts["operation"], facts["tables"], facts["attempts"], facts["code"]) == ("PutItem", ("app",), 1, None)
    assert facts["request_id"]
    assert 0 <= facts["seconds"] < 5


def test_a_wait_is_told(log: pytest.LogCaptureFixture) -> None:
    users_through(ScriptedTransport(conflict(0), answer())).send(WRITE)
    assert shown(log) == [
        ("DEBUG", "TransactWriteItems on app failed: TransactionCanceledException"),
        ("INFO", "waiting 0.000 s before the next try"),
        ("DEBUG", "TransactWriteItems on app was answered"),
    ]


@pytest.mark.parametrize(
    ("step", "error", "told"),
    [
        (fail_condition(), ConditionFailedError, ("DEBUG", "PutItem on app failed: ConditionalCheckFailedException")),
        (throttle(), ThrottledError, ("DEBUG", "PutItem on app failed: ProvisionedThroughputExceededException")),
        (lose_request(), NoAnswerError, ("DEBUG", "PutItem on app failed: NoAnswerError")),
        (
            lose_answer(),
            OutcomeUnknownError,
            ("WARNING", "PutItem on app failed, its outcome is unknown: OutcomeUnknownError"),
        ),
        (
            break_down(),
            ServiceError,
            ("WARNING", "PutItem on app failed, its outcome is unknown: InternalServerError"),
        ),
    ],
)
def test_an_error_is_told_by_its_code(
    step: Any, error: type[Exception], told: tuple[str, str], log: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(error):
        users_through(ScriptedTransport(step)).send(Put(SECRET))
    assert shown(log) == [told]
    facts = vars(log.records[0])
    assert facts["code"] == told[1].rpartition(": ")[2]
    answered = issubclass(error, ServiceError)  # what DynamoDB answered has an id to ask AWS about
    assert (facts["request_id"], facts["attempts"]) == ((METADATA.request_id, 1) if answered else (None, None))


def test_async_sends_tell_the_same(log: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        users = users_through(AsyncScriptedTransport(conflict(0), answer(), lose_answer()))
        await users.asend(WRITE)
        with pytest.raises(OutcomeUnknownError):
            await users.asend(WRITE)

    asyncio.run(scenario())
    assert [level for level, _ in shown(log)] == ["DEBUG", "INFO", "DEBUG", "WARNING"]


def test_only_warnings_are_told_unless_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logs.NAME)
    users = users_through(ScriptedTransport(answer(), throttle(), lose_answer()))
    users.send(Put(SECRET))
    for error in (ThrottledError, OutcomeUnknownError):
        with pytest.raises(error):
            users.send(Put(SECRET))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert vars(caplog.records[0])["seconds"] is None  # nobody had asked when it began


def test_no_key_and_no_value_is_in_a_record(log: pytest.LogCaptureFixture) -> None:
    steps = answer(), fail_condition(item={"name": {"S": "a secret"}}), lose_answer(), break_down()
    users = users_through(ScriptedTransport(*steps))
    users.send(Put(SECRET))
    for _ in steps[1:]:
        with pytest.raises((ServiceError, OutcomeUnknownError)):
            users.send(Put(SECRET))
    told = "".join(str(vars(record)) for record in log.records)
    assert len(log.records) == 4
    assert "secret" not in told
    assert "u1-key" not in told


def test_logging_is_not_loaded_for_it() -> None:
    program = (
        "import sys; from dynamo_document_builder import Put, Entity; from dynamo_document_builder.wire import logs;"
        "assert logs.start_time() is None; assert 'logging' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


UNCONFIGURED = """
import logging
from dynamo_document_builder import OutcomeUnknownError
from dynamo_document_builder.wire import logs
from dynamo_document_builder.wire.request import Request
logs.log_failure(Request("PutItem", b"{}", ("app",)), OutcomeUnknownError("unknown", operation="PutItem"), None)
"""


def test_where_logging_is_not_configured_nothing_is_written_to_stderr() -> None:
    program = [sys.executable, "-c", UNCONFIGURED]
    ended = subprocess.run(program, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
