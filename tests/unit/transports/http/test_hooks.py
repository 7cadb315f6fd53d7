"""What is learned from a client: about itself, for itself, and about no other thread's calls."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.session import get_session

from dynamo_document_builder import DefinitionError, HttpTransport
from dynamo_document_builder.wire.request import Request
from tests.fault_server import FaultServer
from tests.unit.transports.certificates import self_signed, server_context
from tests.unit.transports.echoing import KEYS, READ, WRITE, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHERS = "arn:aws:dynamodb:eu-north-1:222222222222:table/app"


def of_account(account: str | None) -> Any:
    keys = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret"}
    return get_session().create_client("dynamodb", region_name="eu-north-1", aws_account_id=account, **keys)


class _Raw:
    def stream(self, **_: Any) -> Any:
        return iter([b"{}"])


def test_a_call_of_another_thread_is_not_taken_for_the_question_to_the_client() -> None:
    """Its `describe_limits` is sent, while ours is caught before that."""
    client, sent = client_of("http://localhost:1"), list[int]()
    others = threading.Thread(target=client.describe_limits)

    def meanwhile(**_: Any) -> None:
        if threading.current_thread() is not others:
            others.start()
            others.join(20)

    def answer(request: Any, **_: Any) -> Any:
        sent.append(threading.get_ident())
        return AWSResponse(request.url, 200, {}, _Raw())

    client.meta.events.register_first("before-call.dynamodb.DescribeLimits", meanwhile)
    client.meta.events.register("before-send.dynamodb.DescribeLimits", answer)
    transport = HttpTransport.from_client(client)
    assert transport._wiring.config.endpoint_for(None).port == 1
    assert sent == [others.ident]


@pytest.mark.parametrize("account", [None, "111111111111"])
@pytest.mark.parametrize("table", ["app", OTHERS])
def test_requests_of_another_account_go_where_the_client_sends_them(table: str, account: str | None) -> None:
    client, asked = of_account(account), list[str]()
    client.meta.events.register(
        "before-send", lambda request, **_: asked.append(request.url) or AWSResponse(request.url, 200, {}, _Raw())
    )
    client.get_item(TableName=table, Key={})
    transport = HttpTransport.from_client(client)
    route = transport._wiring.route(Request("GetItem", b"{}", (table,)), KEYS)
    assert asked == [f"https://{route.endpoint.header}/"]
    assert route is transport._wiring.known_route(Request("PutItem", b"{}", (table,)), KEYS)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("batch_get_item", {"RequestItems": {OTHERS: {"Keys": [{}]}, "app": {"Keys": [{}]}}}),
        ("transact_get_items", {"TransactItems": [{"Get": {"TableName": OTHERS, "Key": {}}}]}),
        ("transact_write_items", {"TransactItems": [{"Delete": {"TableName": OTHERS, "Key": {}}}]}),
    ],
)
def test_the_first_table_of_many_says_where_to(operation: str, parameters: dict[str, Any]) -> None:
    client, asked = client_of(), list[str]()
    client.meta.events.register(
        "before-send", lambda request, **_: asked.append(request.url) or AWSResponse(request.url, 200, {}, _Raw())
    )
    getattr(client, operation)(**parameters)
    route = HttpTransport.from_client(client)._wiring.route(Request("X", b"{}", (OTHERS, "app")), KEYS)
    assert asked == [f"https://{route.endpoint.header}/"] == ["https://222222222222.ddb.eu-north-1.amazonaws.com/"]


def test_showing_a_transport_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    client, calls = client_of(), list[str]()
    client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    shown = "HttpTransport('dynamodb.eu-north-1.amazonaws.com', region='eu-north-1')"
    assert repr(HttpTransport(region="eu-north-1")) == shown
    assert (
        repr(HttpTransport.from_client(client)) == "HttpTransport(region='eu-north-1')"
    )  # its keys may have an account
    assert calls == []


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[FaultServer]:
    with FaultServer(tls=server_context(self_signed(tmp_path / "authority.pem"))).running() as server:
        yield server


def verified_by(server: FaultServer, verify: Any) -> Any:
    return boto3.client("dynamodb", endpoint_url=server.endpoint, region_name="eu-north-1", verify=verify)


def test_the_authorities_of_a_client_are_taken_over(secured: FaultServer, tmp_path: Path) -> None:
    client = verified_by(secured, str(tmp_path / "authority.pem"))
    with HttpTransport.from_client(client) as transport:
        assert transport.send(READ).body == b"{}"
    client.close()


def test_a_client_that_trusts_everybody_is_refused_where_that_matters(secured: FaultServer) -> None:
    client = verified_by(secured, verify=False)
    with pytest.raises(DefinitionError, match="verify=False"):
        HttpTransport.from_client(client).send(WRITE)
    with FaultServer().running() as plain:
        to_plain = verified_by(plain, verify=False)
        HttpTransport.from_client(to_plain).send(WRITE)
    assert secured.seen == []


def test_authorities_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/authorities.pem")
    with pytest.raises(DefinitionError, match=r"/nowhere/authorities\.pem"):
        HttpTransport(region="eu-north-1", credentials=KEYS).send(READ)
