"""The direct transport: whose connections, how it is configured, what it refuses, and whose handlers see it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.client import BaseClient
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws

from dynamo_document_builder import (
    BotocoreTransport,
    DefinitionError,
    HttpTransport,
    NoAnswerError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
    UsageError,
)
from dynamo_document_builder.transports.blocking.pool import MAX_AGE
from dynamo_document_builder.transports.direct.credentials import Credentials
from dynamo_document_builder.wire.request import Request
from tests.fault_server import STAYS_SILENT, FaultServer, Seen, says

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = Credentials("AKIA", "secret")
READ = Request("GetItem", b'{"TableName":"app","Key":{"PK":{"S":"1"}}}', ("app",))
WRITE = Request("PutItem", b'{"TableName":"app","Item":{"PK":{"S":"1"}}}', ("app",))


def echo(seen: Seen) -> Any:
    """Answer with the request's own body, so that an answer to another request is noticed."""
    return says(seen.body)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(otherwise=echo).running() as running:
        yield running


def plain(server: FaultServer, **options: Any) -> HttpTransport:
    return HttpTransport(region="eu-north-1", endpoint_url=server.endpoint, credentials=KEYS, **options)


def client_of(endpoint: str | None = None, **config: Any) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-north-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(**config),
    )


def numbered(number: int) -> Request:
    return Request("GetItem", json.dumps({"TableName": "app", "n": number}).encode(), ("app",))


def test_a_connection_is_used_again(server: FaultServer) -> None:
    with plain(server) as transport:
        for number in range(5):
            assert transport.send(numbered(number)).body == numbered(number).body
    assert len({seen.connection for seen in server.seen}) == 1


def test_after_close_there_is_a_new_connection(server: FaultServer) -> None:
    with plain(server) as transport:
        transport.send(READ)
        transport.close()
        transport.send(READ)
    assert len({seen.connection for seen in server.seen}) == 2


def test_an_old_connection_is_not_used_again(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with plain(server) as transport:
        transport.send(READ)
        now = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: now() + MAX_AGE + 1)
        transport.send(READ)
    assert len({seen.connection for seen in server.seen}) == 2


def test_eight_threads_get_their_own_answers(server: FaultServer) -> None:
    with plain(server) as transport, ThreadPoolExecutor(8) as threads:
        bodies = threads.map(lambda number: transport.send(numbered(number)).body, range(800))
        assert list(bodies) == [numbered(number).body for number in range(800)]
    assert len({seen.connection for seen in server.seen}) <= 40


def test_no_more_connections_are_kept_than_were_asked_for(server: FaultServer) -> None:
    with plain(server, pool_size=1) as transport:
        start = threading.Barrier(4)

        def work(number: int) -> bytes:
            start.wait()
            return transport.send(numbered(number)).body

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(work, range(4)))
        assert len(transport._pool._idle) == 1


FORKING = """
import os, sys, json
from dynamo_document_builder import HttpTransport
from dynamo_document_builder.wire.request import Request
transport = HttpTransport(region="eu-north-1", endpoint_url=sys.argv[1])
def wrong(first):
    found = 0
    for number in range(first, first + 200):
        body = json.dumps({"TableName": "app", "n": number}).encode()
        found += transport.send(Request("GetItem", body, ("app",))).body != body
    return found
wrong(0)
child = os.fork()
found = wrong(1000 if child else 2000)
transport.close()
if not child:
    os._exit(min(found, 99))
print(found, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_forked_process_has_connections_of_its_own(server: FaultServer) -> None:
    assert run(FORKING, server.endpoint).split() == ["0", "0"]


def run(program: str, *arguments: str) -> str:
    environment = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ALONE = """
import sys
from dynamo_document_builder import Entity, HttpTransport, Put, Table, key
from attrs import frozen
@frozen
class User:
    user_id: str
table = Table("app", transport=HttpTransport(region="eu-north-1", endpoint_url=sys.argv[1]))
Entity(User, table, partition_key=lambda u: key(u.user_id), sort_key=lambda u: "META").send(Put(User("u1")))
print([name for name in ("boto3", "botocore", "urllib3", "asyncio", "http.client") if name in sys.modules])
"""


def test_with_keys_in_the_environment_no_sdk_is_loaded(server: FaultServer) -> None:
    assert run(ALONE, server.endpoint) == "[]\n"


def test_an_interrupted_request_takes_its_connection_with_it(server: FaultServer) -> None:
    class Interrupted(Exception):  # noqa: N818  it stands for KeyboardInterrupt, which would end the tests
        pass

    with plain(server) as transport:
        transport.send(numbered(1))
        [connection] = transport._pool._idle
        reader = connection._reader
        connection._reader = types.SimpleNamespace(start=reader.start, feed=raiser(Interrupted()))  # type: ignore[assignment]
        with pytest.raises(Interrupted):
            transport.send(numbered(2))
        assert transport._pool._idle == []
        assert transport.send(numbered(3)).body == numbered(3).body


def raiser(error: Exception) -> Any:
    def raises(*_: Any) -> Any:
        raise error

    return raises


@pytest.mark.parametrize(("request_", "error"), [(READ, RequestTimeoutError), (WRITE, OutcomeUnknownError)])
def test_a_timeout_bounds_all_attempts_and_pauses(request_: Request, error: type[Exception]) -> None:
    with FaultServer(otherwise=lambda _: STAYS_SILENT).running() as server, plain(server) as transport:
        start = time.monotonic()
        with pytest.raises(error):
            transport.send(request_, 0.2)
        assert time.monotonic() - start < 2
        assert transport._pool._idle == []


def test_a_timeout_in_a_pause_gives_the_last_refusal(server: FaultServer) -> None:
    server.otherwise = lambda _: says(b'{"__type":"x#ThrottlingException","message":"slow down"}', 400)
    with plain(server, max_attempts=10) as transport, pytest.raises(ServiceError) as caught:
        transport.send(READ, 0.3)
    assert caught.value.code == "ThrottlingException"
    assert 1 < caught.value.attempts < 10


def test_where_nobody_listens_nothing_was_sent() -> None:
    transport = HttpTransport(region="eu-north-1", endpoint_url="http://127.0.0.1:1", credentials=KEYS, max_attempts=2)
    with pytest.raises(NoAnswerError, match="nothing was sent"):
        transport.send(WRITE)


def test_what_is_not_given_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, server: FaultServer) -> None:
    for name, value in {
        "AWS_REGION": "eu-west-3",
        "AWS_ENDPOINT_URL_DYNAMODB": server.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAENV",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "token",
        "AWS_MAX_ATTEMPTS": "4",
        "AWS_RETRY_MODE": "standard",
    }.items():
        monkeypatch.setenv(name, value)
    with HttpTransport() as transport:
        transport.send(READ)
        assert (transport._wiring.patience.retry_mode, transport._wiring.patience.max_attempts) == ("standard", 4)
    headers = server.seen[0].headers
    assert "Credential=AKIAENV/" in headers["authorization"]
    assert "/eu-west-3/dynamodb/" in headers["authorization"]
    assert headers["x-amz-security-token"] == "token"
    assert headers["amz-sdk-request"] == "attempt=1; max=4"


def test_the_usual_endpoint_of_a_region_has_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for region, host in (("eu-north-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")):
        transport = HttpTransport(region=region, credentials=KEYS)
        assert repr(transport) == f"HttpTransport('dynamodb.{region}.{host}', region={region!r})"
        tls = transport._wiring.tls
        assert tls is not None
        assert tls.check_hostname
        assert tls.verify_mode.name == "CERT_REQUIRED"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"endpoint_url": "localhost:8000"}, "endpoint_url"),
    ({"endpoint_url": "http://localhost:8000/path"}, "endpoint_url"),
    ({"endpoint_url": "http://localhost:99999"}, "endpoint_url"),
    ({"region": "us-iso-east-1"}, "endpoint of 'us-iso-east-1' is not known"),
    ({"retry_mode": "adaptive"}, "adaptive"),
    ({"max_attempts": 0}, "max_attempts"),
    ({"read_timeout": -1}, "read_timeout"),
    ({"connect_timeout": float("inf")}, "connect_timeout"),
    ({"pool_size": True}, "pool_size"),
]


@pytest.mark.parametrize(("options", "text"), REFUSED)
def test_what_cannot_work_is_refused_where_it_is_configured(options: dict[str, Any], text: str) -> None:
    with pytest.raises(DefinitionError, match=text):
        HttpTransport(**{"region": "eu-north-1", "credentials": KEYS, **options})


def test_a_client_says_how_patient_to_be(server: FaultServer) -> None:
    client = client_of(
        server.endpoint, read_timeout=7, connect_timeout=8, max_pool_connections=3, user_agent_extra="mine"
    )
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)
        patience = transport._wiring.patience
    assert (patience.read_timeout, patience.connect_timeout, patience.pool_size) == (7, 8, 3)
    agent = server.seen[0].headers["user-agent"]
    assert agent.startswith("Boto3/")
    assert "mine" in agent
    assert "md/dynamo-document-builder" in agent
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
    assert transport._wiring.endpoint.host == "dynamodb.example"


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


def test_a_header_with_a_line_break_is_refused(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    client.meta.events.register("before-call", lambda params, **_: params["headers"].update({"X-Own": "a\r\nHost: b"}))
    with HttpTransport.from_client(client) as transport, pytest.raises(ValueError, match="line break"):
        transport.send(READ)
    assert not server.seen


def test_both_ways_through_a_client_give_the_same(server: FaultServer) -> None:
    client = client_of(server.endpoint)
    with HttpTransport.from_client(client) as transport:
        assert transport.send(READ).body == BotocoreTransport(client).send(READ).body
    client.close()
