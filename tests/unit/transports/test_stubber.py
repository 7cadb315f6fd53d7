"""Tests that users have written with botocore's Stubber keep working."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dynamo_document_builder.errors import ConditionFailedError, ServiceError, TransactionCanceledError
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.unit.transports.written import get, primary, put, transact_write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.transports.conftest import MakeClient

BLOB = b64encode(b"\x00\xff").decode()


@pytest.fixture
def client(make_client: MakeClient) -> Any:
    return make_client()


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture(params=[True, False], ids=["wire", "plain"])
def transport(client: Any, request: pytest.FixtureRequest) -> BotocoreTransport:
    return BotocoreTransport(client, wire=request.param)


def test_a_stubbed_answer_is_an_answer(stubber: Stubber, transport: BotocoreTransport) -> None:
    item = {
        **primary("1"),
        "blob": {"B": b"\x00\xff"},
        "blobs": {"BS": [b"\x00\xff"]},
        "é": {"L": [{"B": b"\x00\xff"}]},
    }
    stubber.add_response("get_item", {"Item": item})
    answer = transport.send(get(primary("1")))
    assert json.loads(answer.body) == {
        "Item": {**primary("1"), "blob": {"B": BLOB}, "blobs": {"BS": [BLOB]}, "é": {"L": [{"B": BLOB}]}}
    }
    assert answer.metadata.attempts == 1


def test_a_stubbed_answer_may_say_how_it_came(stubber: Stubber, transport: BotocoreTransport) -> None:
    how = {"RequestId": "R", "HTTPStatusCode": 200, "RetryAttempts": 2}
    stubber.add_response("put_item", {"ResponseMetadata": how})
    answer = transport.send(put(primary("1")))
    assert answer.body == b"{}"
    assert (answer.metadata.request_id, answer.metadata.http_status, answer.metadata.attempts) == ("R", 200, 3)


def test_a_stubbed_cancellation_has_its_reasons(stubber: Stubber, transport: BotocoreTransport) -> None:
    reasons = [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "failed", "Item": {"blob": {"B": b"\x00\xff"}}},
    ]
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        "cancelled",
        modeled_fields={"CancellationReasons": reasons},
    )
    with pytest.raises(TransactionCanceledError) as cancelled:
        transport.send(transact_write({"Delete": {"TableName": "app", "Key": primary("1")}}))
    found = json.loads(cancelled.value.fault.body)["CancellationReasons"]
    assert found == [{"Code": "None"}, {**reasons[1], "Item": {"blob": {"B": BLOB}}}]


def test_a_stubbed_failed_condition_has_its_item(stubber: Stubber, transport: BotocoreTransport) -> None:
    stubber.add_client_error(
        "put_item", "ConditionalCheckFailedException", "failed", modeled_fields={"Item": primary("1")}
    )
    with pytest.raises(ConditionFailedError) as failed:
        transport.send(put(primary("1")))
    assert json.loads(failed.value.fault.body)["Item"] == primary("1")
    assert str(failed.value) == "PutItem on app: ConditionalCheckFailedException - failed"


def test_a_stubbed_unknown_code_is_a_service_error(stubber: Stubber, transport: BotocoreTransport) -> None:
    stubber.add_client_error("put_item", "FromTheFutureException", "what", http_status_code=418)
    with pytest.raises(ServiceError) as refusal:
        transport.send(put(primary("1")))
    assert type(refusal.value) is ServiceError
    assert (refusal.value.code, refusal.value.fault.http_status) == ("FromTheFutureException", 418)


def test_a_stub_that_expects_parameters_needs_the_plain_call(client: Any) -> None:
    expected = {"TableName": "app", "Item": primary("1")}
    with Stubber(client) as stubber:
        stubber.add_response("put_item", {}, expected)
        assert BotocoreTransport(client, wire=False).send(put(primary("1"))).body == b"{}"
        stubber.add_response("put_item", {}, expected)
        with pytest.raises(AssertionError):
            BotocoreTransport(client).send(put(primary("1")))
