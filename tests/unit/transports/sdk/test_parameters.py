"""What botocore is given in place of a request, and what is made of what it gives back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber
from moto import mock_aws

from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.transports.sdk.answers import is_complete_body, to_body
from dynamo_document_builder.transports.sdk.parameters import stand_in, typed_parameters
from tests.unit.transports.test_both_modes import EVERY_OPERATION, EVERYTHING, create_table
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

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/app"
ON_THE_ARN: list[Request] = [
    put(primary("1"), ARN),
    get(primary("1"), ARN),
    update(primary("1"), ARN),
    delete(primary("1"), ARN),
    transact_get(primary("1"), table=ARN),
    transact_write({"Delete": {"TableName": ARN, "Key": primary("1")}}, tables=(ARN,)),
    query("1", ARN),
    scan(ARN),
    batch_get(primary("1"), tables=(ARN,)),
    batch_write({"DeleteRequest": {"Key": primary("1")}}, tables=(ARN,)),
]


@pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])
@pytest.mark.parametrize("each", ON_THE_ARN, ids=lambda each: each.operation)
def test_endpoints_are_chosen_by_the_tables(make_client: MakeClient, each: Request, *, wire: bool) -> None:
    urls: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        urls.append(request.url)
        response: Any = AWSResponse(request.url, 200, {}, None)
        response._content = b"{}"
        return response

    client = make_client(account_id_endpoint_mode="preferred")
    client.meta.events.register("before-send.dynamodb", answer)
    BotocoreTransport(client, wire=wire).send(each)
    assert urls == ["https://123456789012.ddb.eu-west-1.amazonaws.com/"]


def test_a_stand_in_names_each_table_once() -> None:
    items = (stand_in(transact_write(tables=("a", "b", "a"))) or {})["TransactItems"]
    assert [item["Delete"]["TableName"] for item in items] == ["a", "b"]
    assert list((stand_in(batch_get(tables=("a", "b", "a"))) or {})["RequestItems"]) == ["a", "b"]


def test_a_stand_in_is_new_each_time() -> None:
    """What a handler of the user's changes in one is in no other."""
    (stand_in(batch_get()) or {})["RequestItems"]["app"]["Keys"].append("changed")
    assert stand_in(batch_get()) == {"RequestItems": {"app": {"Keys": [{}]}}}


@pytest.mark.parametrize("each", EVERY_OPERATION, ids=lambda each: each.operation)
def test_an_engine_refuses_every_stand_in(each: Request) -> None:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client)
        method = getattr(client, {v: k for k, v in client.meta.method_to_api_mapping.items()}[each.operation])
        with pytest.raises(client.exceptions.ClientError):
            method(**(stand_in(each) or {}))


def test_the_client_of_a_resource_works_with_bytes() -> None:
    with mock_aws():
        client = boto3.resource("dynamodb").meta.client
        create_table(client)
        transport = BotocoreTransport(client)
        transport.send(put({**primary("1"), **EVERYTHING}))
        assert json.loads(transport.send(get(primary("1"))).body) == {"Item": {**primary("1"), **EVERYTHING}}
        assert client.get_item(TableName="app", Key={"PK": "1", "SK": "META"})["Item"]["empty"] == ""


def test_an_answer_that_a_handler_has_changed_is_refused_with_the_way_out() -> None:
    client = boto3.client("dynamodb")
    client.meta.events.register("after-call", lambda parsed, **_: parsed.update(Item={"n": Decimal(1)}))
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {"Item": {"n": {"N": "1"}}})
        with pytest.raises(TypeError, match=r"holds a Decimal.*boto3\.client"):
            BotocoreTransport(client).send(get(primary("1")))


def test_only_what_the_model_calls_a_blob_becomes_bytes(make_client: MakeClient) -> None:
    shape = make_client().meta.service_model.operation_model("PutItem").input_shape
    payload = {"TableName": "QUJD", "Item": EVERYTHING, "FromTheFuture": {"B": "QUJD"}}
    result = typed_parameters(payload, shape)
    assert result["TableName"] == "QUJD"
    assert result["FromTheFuture"] == {"B": "QUJD"}
    assert result["Item"]["blob"] == {"B": bytes(range(256))}
    assert result["Item"]["blobs"] == {"BS": [b"\x00", b"\xff\xfe"]}
    assert result["Item"]["map"]["M"]["B"] == {"S": "a name like a type"}
    assert result["Item"]["map"]["M"]["S"] == {"B": b"in a map"}
    assert json.loads(to_body(result)) == payload


def test_an_operation_not_in_the_table_has_no_stand_in() -> None:
    assert stand_in(request("DescribeTable", "app", TableName="app")) is None
    assert stand_in(request("GetItem", TableName="app", Key={})) is None


@pytest.mark.parametrize(
    ("body", "headers", "whole"),
    [
        (b'{"a":1}', {}, True),
        (b'{"a":1}\n', {}, True),
        (b"", {}, False),
        (b"", {"content-length": "0"}, False),
        (b"", {"x-amz-crc32": "0"}, False),
        (b"", {"content-length": "2"}, False),
        (b'{"a":{}', {"content-length": "8"}, False),
        (b'{"a":1', {}, False),
        (b"[]", {}, False),
        (b"{}", {"x-amz-crc32": "2745614147", "content-length": "2"}, True),
        (b"{}", {"x-amz-crc32": "1"}, False),
    ],
)
def test_a_body_is_whole_or_not(body: bytes, headers: dict[str, str], *, whole: bool) -> None:
    assert is_complete_body(body, headers) is whole
