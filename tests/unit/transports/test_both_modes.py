"""Bytes in place and plain method calls give the same answers, under moto and over a socket."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from dynamo_document_builder.errors import (
    ConditionFailedError,
    OutcomeUnknownError,
    ServiceError,
    TransactionCanceledError,
)
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.unit.transports.server import Answer, Server
from tests.unit.transports.written import (
    batch_get,
    batch_write,
    delete,
    get,
    primary,
    put,
    query,
    request,
    scan,
    transact_get,
    transact_write,
    update,
)

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request
    from tests.unit.transports.conftest import MakeClient

MODES = pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])

EVERYTHING: dict[str, Any] = {
    "text": {"S": 'smørrebrød 🥪 \u0001 "quoted" \\ \u2028'},
    "empty": {"S": ""},
    "number": {"N": "123456789012345678901234567890.12345678"},
    "blob": {"B": b64encode(bytes(range(256))).decode()},
    "blobs": {"BS": [b64encode(b"\x00").decode(), b64encode(b"\xff\xfe").decode()]},
    "texts": {"SS": ["a", "é"]},
    "numbers": {"NS": ["1", "2.5"]},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "x"}, {"B": b64encode(b"deep").decode()}, {"L": []}]},
    "map": {"M": {"B": {"S": "a name like a type"}, "S": {"B": b64encode(b"in a map").decode()}, "a.b #:": {"M": {}}}},
}
EVERY_OPERATION: list[Request] = [
    put({**primary("1"), **EVERYTHING}),
    put({**primary("1"), "n": {"N": "1"}}, ReturnValues="ALL_OLD"),
    get(primary("1"), ConsistentRead=True, ReturnConsumedCapacity="TOTAL"),
    get(primary("nobody")),
    update(
        primary("1"),
        UpdateExpression="SET #0 = #0 + :0, #1 = :1",
        ExpressionAttributeNames={"#0": "n", "#1": "b"},
        ExpressionAttributeValues={":0": {"N": "2"}, ":1": EVERYTHING["blob"]},
        ReturnValues="ALL_NEW",
    ),
    transact_write(
        {"Put": {"TableName": "app", "Item": {**primary("2"), **EVERYTHING}}},
        {"Delete": {"TableName": "app", "Key": primary("1")}},
    ),
    transact_get(primary("1"), primary("2")),
    delete(primary("2"), ReturnValues="ALL_OLD"),
    batch_write({"PutRequest": {"Item": {**primary("3"), **EVERYTHING}}}, {"DeleteRequest": {"Key": primary("4")}}),
    batch_get(primary("3"), primary("nobody")),
    query("3"),
    scan(),
]


def create_table(client: Any) -> None:
    keys = ("PK", "HASH"), ("SK", "RANGE")
    client.create_table(
        TableName="app",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def answers_of(client: Any, *, wire: bool) -> list[Any]:
    create_table(client)
    transport = BotocoreTransport(client, wire=wire)
    return [json.loads(transport.send(each).body) for each in EVERY_OPERATION]


def test_both_modes_give_the_same_answers_for_every_operation() -> None:
    answers = []
    for wire in (True, False):
        with mock_aws():
            answers.append(answers_of(boto3.client("dynamodb"), wire=wire))
    assert answers[0] == answers[1]
    assert answers[0][1]["Attributes"] == {**primary("1"), **EVERYTHING}
    assert answers[0][3] == {}
    assert answers[0][4]["Attributes"]["n"] == {"N": "3"}
    assert answers[0][6]["Responses"] == [{}, {"Item": {**primary("2"), **EVERYTHING}}]
    third = [{**primary("3"), **EVERYTHING}]
    assert answers[0][9]["Responses"] == {"app": third}
    assert [answer["Items"] for answer in answers[0][10:]] == [third, third]


@MODES
def test_a_client_may_be_older_than_the_mock(*, wire: bool) -> None:
    client = boto3.client("dynamodb")
    with mock_aws():
        assert len(answers_of(client, wire=wire)) == len(EVERY_OPERATION)


def test_the_answers_bytes_come_out_as_they_were_sent(server: Server, make_client: MakeClient) -> None:
    body = b'{ "Item":{"n":{"N":"1"}},\n"FromTheFuture":1}'
    server.otherwise = lambda _operation, _body: Answer(body)
    assert BotocoreTransport(make_client(server.endpoint)).send(get(primary("1"))).body == body


@MODES
@pytest.mark.parametrize("each", EVERY_OPERATION, ids=lambda each: each.operation)
def test_both_modes_send_the_same_request(
    server: Server, make_client: MakeClient, each: Request, *, wire: bool
) -> None:
    BotocoreTransport(make_client(server.endpoint), wire=wire).send(each)
    assert [(operation, json.loads(body)) for operation, body in server.received] == [(each.operation, each.payload)]
    assert (server.bodies == [each.body]) or not wire


@MODES
def test_the_answer_says_how_it_came(server: Server, make_client: MakeClient, *, wire: bool) -> None:
    metadata = BotocoreTransport(make_client(server.endpoint), wire=wire).send(put(primary("1"))).metadata
    assert (metadata.request_id, metadata.http_status, metadata.attempts) == ("REQUEST1", 200, 1)


@MODES
def test_an_empty_body_is_a_damaged_answer(server: Server, make_client: MakeClient, *, wire: bool) -> None:
    server.script = [Answer(b"")]
    with pytest.raises(OutcomeUnknownError, match="the answer came damaged"):
        BotocoreTransport(make_client(server.endpoint), wire=wire).send(put(primary("1")))


@MODES
def test_an_operation_without_a_stand_in_is_called_in_full(
    server: Server, make_client: MakeClient, *, wire: bool
) -> None:
    server.script = [Answer(b'{"Count":0,"ScannedCount":0,"Items":[]}')]
    scan = request("Scan", "app", TableName="app", Limit=1)
    answer = BotocoreTransport(make_client(server.endpoint), wire=wire).send(scan)
    assert json.loads(answer.body) == {"Count": 0, "ScannedCount": 0, "Items": []}
    assert json.loads(server.bodies[0]) == scan.payload


@MODES
def test_requests_that_name_no_tables_are_called_in_full(
    server: Server, make_client: MakeClient, *, wire: bool
) -> None:
    unnamed = request("PutItem", TableName="app", Item=primary("1"))
    BotocoreTransport(make_client(server.endpoint), wire=wire).send(unnamed)
    assert json.loads(server.bodies[0]) == unnamed.payload


@MODES
def test_moto_refuses_in_both_modes(*, wire: bool) -> None:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client)
        transport = BotocoreTransport(client, wire=wire)
        transport.send(put({**primary("1"), "n": {"N": "1"}}))
        unless_there = {
            "ConditionExpression": "attribute_not_exists(PK)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        with pytest.raises(ConditionFailedError) as failed:
            transport.send(put(primary("1"), **unless_there))
        with pytest.raises(TransactionCanceledError) as cancelled:
            transport.send(transact_write({"Put": {"TableName": "app", "Item": primary("1"), **unless_there}}))
        with pytest.raises(ServiceError) as invalid:
            transport.send(update(primary("1"), UpdateExpression="nonsense"))
    assert json.loads(failed.value.fault.body)["Item"] == {**primary("1"), "n": {"N": "1"}}
    assert json.loads(cancelled.value.fault.body)["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed"
    assert invalid.value.is_validation


def test_transports_of_one_client_and_mode_are_equal(make_client: MakeClient) -> None:
    client, other = make_client(), make_client()
    assert BotocoreTransport(client) == BotocoreTransport(client)
    assert len({BotocoreTransport(client), BotocoreTransport(client), BotocoreTransport(client, wire=False)}) == 2
    assert BotocoreTransport(client) != BotocoreTransport(other)
