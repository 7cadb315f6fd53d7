"""A client that belongs to a boto3 resource carries the same requests as any other, and still serves its resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from dynamo_document_builder.errors import ConditionFailedError, TransactionCanceledError
from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.transports.sdk.resources import converts_values
from tests.unit.transports.server import Answer, Server
from tests.unit.transports.test_both_modes import EVERY_OPERATION, EVERYTHING, answers_of
from tests.unit.transports.written import get, primary, put, transact_write

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request

MODES = pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])


def resource_at(server: Server) -> Any:
    return boto3.resource("dynamodb", endpoint_url=server.endpoint)


def test_a_client_of_a_resource_is_known_by_its_handlers() -> None:
    for _ in range(2):
        assert converts_values(boto3.resource("dynamodb").meta.client.meta.events)
        assert not converts_values(boto3.client("dynamodb").meta.events)
    client = boto3.client("dynamodb")
    assert [converts_values(client.meta.events) for _ in range(2)] == [False, False]


@MODES
def test_it_gives_the_same_answers_for_every_operation(*, wire: bool) -> None:
    answers = []
    for make in (lambda: boto3.client("dynamodb"), lambda: boto3.resource("dynamodb").meta.client):
        with mock_aws():
            answers.append(answers_of(make(), wire=wire))
    assert answers[0] == answers[1]


@MODES
@pytest.mark.parametrize("each", EVERY_OPERATION, ids=lambda each: each.operation)
def test_it_sends_the_same_request_once(server: Server, each: Request, *, wire: bool) -> None:
    BotocoreTransport(resource_at(server).meta.client, wire=wire).send(each)
    assert [(operation, json.loads(body)) for operation, body in server.received] == [(each.operation, each.payload)]
    assert (server.bodies == [each.body]) or not wire


@MODES
def test_the_resource_goes_on_as_before(*, wire: bool) -> None:
    with mock_aws():
        resource = boto3.resource("dynamodb")
        client = resource.meta.client
        answers_of(client, wire=wire)
        table = resource.Table("app")
        table.put_item(Item={"PK": "own", "SK": "META", "n": 5, "b": b"x"})
        found = table.get_item(Key={"PK": "own", "SK": "META"})["Item"]
        assert (found["n"], found["b"].value) == (5, b"x")
        read = json.loads(
            BotocoreTransport(client, wire=wire).send(get({"PK": {"S": "own"}, "SK": {"S": "META"}})).body
        )
        assert read["Item"]["n"] == {"N": "5"}


@MODES
def test_what_it_refuses_comes_with_the_item_as_it_is_stored(*, wire: bool) -> None:
    condition = {
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    item = {**primary("1"), **EVERYTHING}
    with mock_aws():
        client = boto3.resource("dynamodb").meta.client
        answers_of(client, wire=wire)
        transport = BotocoreTransport(client, wire=wire)
        transport.send(put(item))
        with pytest.raises(ConditionFailedError) as refused:
            transport.send(put(item, **condition))
        assert json.loads(refused.value.fault.body)["Item"] == item
        with pytest.raises(TransactionCanceledError) as cancelled:
            transport.send(transact_write({"Put": {"TableName": "app", "Item": item, **condition}}))
        assert json.loads(cancelled.value.fault.body)["CancellationReasons"][0]["Item"] == item


@MODES
def test_a_handler_that_changes_parameters_is_heeded(server: Server, *, wire: bool) -> None:
    client = resource_at(server).meta.client

    def prefix(params: dict[str, Any], **_: Any) -> None:
        if not params["TableName"].startswith("test-"):
            params["TableName"] = "test-" + params["TableName"]

    client.meta.events.register("before-parameter-build.dynamodb", prefix)
    server.otherwise = lambda _operation, _body: Answer(json.dumps({"Item": {"n": {"N": "1"}}}).encode())
    answer = BotocoreTransport(client, wire=wire).send(get(primary("1")))
    assert json.loads(answer.body) == {"Item": {"n": {"N": "1"}}}
    [*_, (_, body)] = server.received
    assert json.loads(body) == {"TableName": "test-app", "Key": primary("1")}


@MODES
def test_a_stubbed_answer_is_an_answer(*, wire: bool) -> None:
    client = boto3.resource("dynamodb").meta.client
    with Stubber(client) as stubber:
        stubber.add_response(
            "get_item", {"Item": {"n": {"N": "1"}, "b": {"B": b"\x00"}, "m": {"M": {"S": {"S": "x"}}}}}
        )
        answer = BotocoreTransport(client, wire=wire).send(get(primary("1")))
    assert json.loads(answer.body) == {"Item": {"n": {"N": "1"}, "b": {"B": "AA=="}, "m": {"M": {"S": {"S": "x"}}}}}


@MODES
def test_a_handler_may_use_the_resource_while_a_call_is_under_way(server: Server, *, wire: bool) -> None:
    resource = resource_at(server)
    client, seen = resource.meta.client, []

    def look(**_: Any) -> None:
        if not seen:
            seen.append(True)
            resource.Table("app").get_item(Key={"PK": "nested", "SK": "META"})

    client.meta.events.register("request-created.dynamodb.GetItem", look)
    BotocoreTransport(client, wire=wire).send(get(primary("1")))
    keys = [json.loads(body)["Key"]["PK"] for _, body in server.received]
    assert sorted(map(json.dumps, keys)) == sorted(map(json.dumps, [{"S": "nested"}, primary("1")["PK"]]))
