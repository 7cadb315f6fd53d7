"""Spans around requests, after OpenTelemetry's conventions for databases."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from dynamo_document_builder import (
    AsyncTracedTransport,
    BatchGet,
    ConditionFailedError,
    DefinitionError,
    Entity,
    Get,
    OutcomeUnknownError,
    Put,
    RetryPolicy,
    Table,
    TableTransactWrite,
    TracedTransport,
    TransactWrite,
    key,
)
from dynamo_document_builder.testing import (
    AsyncScriptedTransport,
    ScriptedTransport,
    answer,
    conflict,
    fail_condition,
    lose_answer,
)
from tests.unit.things import User

SECRET = User("u1-key", "a secret")
HASTY = RetryPolicy(max_attempts=2, base_delay=0)


class Traced:
    """An entity behind a script, and the spans of what is sent to it."""

    def __init__(self, *steps: Any, transport: Any = None) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        inner = transport or ScriptedTransport(*steps)
        wrap = AsyncTracedTransport if transport else TracedTransport
        self.table = Table("app", transport=wrap(inner, tracer_provider=self.provider))
        self.users = Entity(User, self.table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")

    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()


def test_a_span_has_what_the_conventions_want() -> None:
    traced = Traced(answer())
    traced.users.send(Get({"user_id": "u1-key"}))
    [span] = traced.spans()
    assert (span.name, span.kind, span.status.status_code) == ("GetItem app", SpanKind.CLIENT, StatusCode.UNSET)
    attributes = dict(span.attributes or {})
    assert attributes.pop("aws.request_id")
    assert attributes == {
        "db.system.name": "aws.dynamodb",
        "db.operation.name": "GetItem",
        "db.collection.name": "app",
        "aws.dynamodb.table_names": ("app",),
        "http.response.status_code": 200,
    }


def test_what_is_sent_again_is_a_span_of_its_own() -> None:
    traced = Traced(conflict(0), answer())
    traced.users.send(TransactWrite([Put(SECRET), Put(User("u2", "x"))], retry=HASTY))
    refused, applied = traced.spans()
    assert refused.attributes is not None
    assert refused.attributes["error.type"] == "TransactionCanceledException"
    assert refused.attributes["db.response.status_code"] == "TransactionCanceledException"
    assert refused.status.status_code is StatusCode.ERROR
    assert applied.attributes is not None
    assert applied.attributes["db.operation.batch.size"] == 2
    assert applied.status.status_code is StatusCode.UNSET


def test_several_tables_are_named_together() -> None:
    traced = Traced(answer({"Responses": {}}))
    other = Entity(User, Table("other"), partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
    from dynamo_document_builder import Database

    database = Database(transport=traced.table.__connection__.transport)
    groups = [traced.users.prepare([Put(SECRET)]), other.prepare([Put(SECRET)])]
    database.send(TableTransactWrite(groups))
    [span] = traced.spans()
    assert span.name == "TransactWriteItems"
    assert span.attributes is not None
    assert "db.collection.name" not in span.attributes
    assert span.attributes["aws.dynamodb.table_names"] == ("app", "other")


def test_a_batch_says_how_many_items_it_is_about() -> None:
    traced = Traced(answer({"Responses": {}}))
    traced.users.send(BatchGet([{"user_id": str(number)} for number in range(7)]))
    [span] = traced.spans()
    assert span.attributes is not None
    assert span.attributes["db.operation.batch.size"] == 7


@pytest.mark.parametrize(
    ("step", "error", "kind"),
    [
        (fail_condition(item={"name": {"S": "a secret"}}), ConditionFailedError, "ConditionalCheckFailedException"),
        (lose_answer(), OutcomeUnknownError, "OutcomeUnknownError"),
    ],
)
def test_no_key_no_value_and_no_text_of_an_error_is_in_it(step: Any, error: type[Exception], kind: str) -> None:
    traced = Traced(step)
    with pytest.raises(error):
        traced.users.send(Put(SECRET, condition={"name": "a secret"}))
    [span] = traced.spans()
    assert span.attributes is not None
    assert span.attributes["error.type"] == kind
    told = span.to_json()
    assert "secret" not in told
    assert "u1-key" not in told
    assert span.events == ()


def test_awaited_requests_have_spans_too() -> None:
    async def scenario() -> Traced:
        traced = Traced(transport=AsyncScriptedTransport(answer(), lose_answer()))
        async with traced.table:
            await traced.users.asend(Get({"user_id": "u1"}))
            with pytest.raises(OutcomeUnknownError):
                await traced.users.asend(Put(SECRET))
        return traced

    names = [span.name for span in asyncio.run(scenario()).spans()]
    assert names == ["GetItem app", "PutItem app"]


def test_a_cancelled_request_ends_its_span() -> None:
    class Hanging:
        async def send(self, *_: Any) -> Any:
            await asyncio.sleep(60)

    async def scenario() -> Traced:
        traced = Traced(transport=Hanging())
        task = asyncio.create_task(traced.users.asend(Get({"user_id": "u1"})))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return traced

    [span] = asyncio.run(scenario()).spans()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "CancelledError"


@pytest.mark.parametrize("wrap", [TracedTransport, AsyncTracedTransport])
def test_what_is_no_transport_is_refused(wrap: Any) -> None:
    with pytest.raises(DefinitionError, match="wraps a transport, not str"):
        wrap("app")


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(DefinitionError, match=r"dynamo-document-builder\[otel\]"):
        TracedTransport(ScriptedTransport())
