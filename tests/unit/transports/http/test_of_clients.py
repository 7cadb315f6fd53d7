"""The direct transport of a client: what it takes over, what it refuses, and whose handlers see it."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.client import BaseClient
from botocore.stub import Stubber
from moto import mock_aws

from dynamo_document_builder import (
    BotocoreTransport,
    DefinitionError,
    HttpTransport,
    ServiceError,
    UsageError,
    __version__,
)
from tests.fault_server import FaultServer, refuses, says
from tests.unit.transports.echoing import KEYS, READ, WRITE, client_of, echo, plain

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(otherwise=echo).running() as running:
        yield running


def test_a_client_says_how_patient_to_be(server: FaultServer) -> None:
    client = client_of(
        server.endpoint, read_timeout=7, connect_timeout=8, max_pool_connections=3, user_agent_extra="mine"
    )
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)
        settings = transport._wiring.config.settings
    assert (settings.read_timeout, settings.connect_timeout, settings.pool_size) == (7, 8, 3)
    agent = server.seen[0].headers["user-agent"]
    assert agent.startswith("Boto3/")
    assert "mine" in agent
    assert f"md/dynamo-document-builder#{__version__}" in agent
    assert len(server.seen) == 1  # asking the client sent nothing


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"proxies": {"https": "http://proxy"}}, "proxies"),
        ({"retries": {"mode": "adaptive"}}, "adaptive"),
        ({"signature_version": UNSIGNED}, "signature_version"),
        ({"client_cert": "/cert"}, "client_cert"),
    ],
)
def test_what_a_client_has_and_it_does_not_is_refused(config: dict[str, Any], text: str) -> None:
    with pytest.raises(DefinitionError, match=rf"{text}.*BotocoreTransport"):
        HttpTransport.from_client(client_of(**config))


def test_a_proxy_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    transport = HttpTransport(region="eu-north-1", endpoint_url="https://dynamodb.example", credentials=KEYS)
    with pytest.raises(DefinitionError, match="proxy"):
        transport.send(READ)
    monkeypatch.setenv("NO_PROXY", "dynamodb.example")
    assert transport._wiring.route(READ, KEYS).endpoint.host == "dynamodb.example"


def test_a_traced_client_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    traced = BaseClient._make_api_call

    def tracing(*given: Any) -> Any:
        return traced(*given)

    monkeypatch.setattr(BaseClient, "_make_api_call", tracing)
    with pytest.raises(DefinitionError, match="traced"):
        HttpTransport.from_client(client_of())


@pytest.mark.parametrize("given", [None, "client", boto3])
def test_what_is_no_client_is_refused(given: Any) -> None:
    with pytest.raises(DefinitionError, match=r"a client is what boto3\.client"):
        HttpTransport.from_client(given)


def test_without_keys_nothing_is_sent(server: FaultServer) -> None:
    transport = HttpTransport(region="eu-north-1", endpoint_url=server.endpoint, credentials=lambda: None)
    with pytest.raises(UsageError, match="no AWS credentials, nothing was sent"):
        transport.send(READ)
    assert not server.seen


def test_it_is_not_pickled(server: FaultServer) -> None:
    with plain(server) as transport, pytest.raises(UsageError, match="cannot be pickled"):
        pickle.dumps(transport)


def test_moto_answers_in_place_of_dynamodb() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-north-1")
        client.create_table(
            TableName="app",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        transport = HttpTransport.from_client(client)
        transport.send(WRITE)
        assert transport.send(READ).body == b'{"Item": {"PK": {"S": "1"}}}'


def test_a_stubber_answers_in_place_of_dynamodb() -> None:
    client = client_of()
    transport = HttpTransport.from_client(client)
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {"Item": {"PK": {"S": "1"}}})
        stubber.add_client_error("put_item", "ValidationException", "no", http_status_code=400)
        assert json.loads(transport.send(READ).body) == {"Item": {"PK": {"S": "1"}}}
        with pytest.raises(ServiceError) as caught:
            transport.send(WRITE)
    assert (caught.value.code, caught.value.message) == ("ValidationException", "no")


def test_handlers_of_a_client_see_and_change_what_is_sent(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    seen: list[Any] = []

    def before_call(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["X-Own"] = "mine"

    client.meta.events.register("before-call.dynamodb.GetItem", before_call)
    register = client.meta.events.register
    register("before-send.dynamodb.GetItem", lambda request, **_: seen.append((request.url, request.body)))
    register("after-call.dynamodb.GetItem", lambda http_response, **_: seen.append(http_response.status_code))
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)
    assert server.seen[0].headers["x-own"] == "mine"
    assert seen == [(f"{server.endpoint}/", READ.body), 200]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("X-Own", "a\r\nHost: b", "contains characters that are not allowed"),
        ("X-Own", "é", "contains characters that are not allowed"),
        ("X Own", "a", "contains characters that are not allowed"),
        ("", "a", "contains characters that are not allowed"),
        ("Host", "elsewhere", "HttpTransport writes itself; nothing was sent: use BotocoreTransport"),
        ("content-length", "5", "HttpTransport writes itself"),
        ("X-Amz-Target", "DynamoDB_20120810.DeleteTable", "HttpTransport writes itself"),
    ],
)
def test_a_header_that_would_do_harm_is_refused(server: FaultServer, name: str, value: str, said: str) -> None:
    client = client_of(server.endpoint)
    client.meta.events.register("before-call", lambda params, **_: params["headers"].update({name: value}))
    with HttpTransport.from_client(client) as transport, pytest.raises(UsageError, match=said):
        transport.send(READ)
    assert not server.seen


def test_headers_of_amazon_are_signed_and_the_user_agent_can_be_another(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    more = {"x-amz-own": "a  b", "User-Agent": "mine"}
    client.meta.events.register("before-call", lambda params, **_: params["headers"].update(more))
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)
    headers = server.seen[0].headers
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-own;x-amz-target," in headers["authorization"]
    assert (headers["x-amz-own"], headers["user-agent"]) == ("a  b", "mine")


def test_a_call_is_over_once_whatever_it_took(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    seen: list[Any] = []

    def before_call(context: dict[str, Any], **_: Any) -> None:
        context["own"] = 5

    transport = HttpTransport.from_client(client)
    transport.send(READ)  # the client is asked once, by a call that handlers see

    def after_call(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        seen.append((parsed["ResponseMetadata"]["RetryAttempts"], parsed.get("Error", {}).get("Code"), context["own"]))

    client.meta.events.register("before-call", before_call)
    client.meta.events.register("after-call", after_call)
    with transport:
        transport._sleep = lambda _: None
        server.script = [refuses("ThrottlingException"), says(status=500), says()]
        transport.send(READ)
        server.script = [refuses("ValidationException")]
        with pytest.raises(ServiceError):
            transport.send(READ)
    assert seen == [(2, None, 5), (0, "ValidationException", 5)]


def test_both_ways_through_a_client_give_the_same(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    with HttpTransport.from_client(client) as transport:
        assert transport.send(READ).body == BotocoreTransport(client).send(READ).body
    client.close()
