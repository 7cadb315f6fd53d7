"""The direct transport: whose connections, how it is configured, and how it ends."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    DefinitionError,
    HttpTransport,
    NoAnswerError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
)
from dynamo_document_builder.transports.http.blocking.pool import MAX_AGE
from tests.fault_server import STAYS_SILENT, FaultServer, says
from tests.unit.transports.certificates import self_signed, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dynamo_document_builder.wire.request import Request
from tests.unit.transports.echoing import KEYS, READ, WRITE, echo, numbered, plain


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(otherwise=echo).running() as running:
        yield running


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
        assert len(idle(transport)) == 1


def idle(transport: HttpTransport) -> list[Any]:
    return [connection for pool in transport._pools.values() for connection in pool._idle]


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_child_process_has_none_of_its_parents_connections(server: FaultServer) -> None:
    with plain(server) as transport:
        transport.send(READ)
        assert len(idle(transport)) == 1
        child = os.fork()
        if not child:
            os._exit(len(idle(transport)))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        transport.send(READ)
    assert len({seen.connection for seen in server.seen}) == 1


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


@pytest.mark.parametrize("name", ["HttpTransport", "AsyncHttpTransport"])
def test_it_says_what_to_install(name: str) -> None:
    program = f"""
import sys
sys.modules['httptools'] = None
from dynamo_document_builder import *
{name}(region=5)
"""
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert child.returncode == 1
    assert "needs the extra direct: pip install 'dynamo-document-builder[direct]'" in child.stderr.splitlines()[-1]


def test_an_interrupted_request_takes_its_connection_with_it(server: FaultServer) -> None:
    class Interrupted(Exception):  # noqa: N818  it stands for KeyboardInterrupt, which would end the tests
        pass

    with plain(server) as transport:
        transport.send(numbered(1))
        [connection] = idle(transport)
        reader = connection._reader
        connection._reader = types.SimpleNamespace(start=reader.start, feed=raiser(Interrupted()))  # type: ignore[assignment]
        with pytest.raises(Interrupted):
            transport.send(numbered(2))
        assert idle(transport) == []
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
        assert idle(transport) == []


def test_a_timeout_in_a_pause_gives_the_last_refusal(server: FaultServer) -> None:
    server.otherwise = lambda _: says(b'{"__type":"x#ThrottlingException","message":"slow down"}', 400)
    with plain(server, max_attempts=10, retry_mode="legacy") as transport, pytest.raises(ServiceError) as caught:
        transport.send(READ, 0.3)
    assert caught.value.code == "ThrottlingException"
    assert 1 < caught.value.attempts < 10


def test_where_nobody_listens_nothing_was_sent() -> None:
    transport = HttpTransport(region="eu-north-1", endpoint_url="http://127.0.0.1:1", credentials=KEYS, max_attempts=2)
    with pytest.raises(NoAnswerError, match="nothing was sent"):
        transport.send(WRITE)


def test_what_is_not_given_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, server: FaultServer) -> None:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-3",
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
        settings = transport._wiring.config.settings
        assert (settings.retry_mode, settings.max_attempts) == ("standard", 4)
    headers = server.seen[0].headers
    assert "Credential=AKIAENV/" in headers["authorization"]
    assert "/eu-west-3/dynamodb/" in headers["authorization"]
    assert headers["x-amz-security-token"] == "token"
    assert headers["amz-sdk-request"] == "attempt=1; max=4"


def test_the_usual_endpoint_of_a_region_has_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for region, host in (("eu-north-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")):
        transport = HttpTransport(region=region, credentials=KEYS)
        assert transport._wiring.config.endpoint_for(None).header == f"dynamodb.{region}.{host}"
        trust = transport._wiring.trust
        assert trust.context.check_hostname
        assert trust.context.verify_mode.name == "CERT_REQUIRED"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"endpoint_url": "localhost:8000"}, "endpoint_url"),
    ({"endpoint_url": "http://localhost:8000/path"}, "endpoint_url"),
    ({"endpoint_url": "http://localhost:99999"}, "endpoint_url"),
    ({"region": "eu-north-1.example/"}, "'eu-north-1.example/' is not a region"),
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


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[FaultServer]:
    context = server_context(self_signed(tmp_path / "certificate.pem"))
    with FaultServer(otherwise=echo, tls=context).running() as running:
        yield running


def test_tls_with_ones_own_authorities(tls_server: FaultServer, tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with plain(tls_server, ssl_context=trusting) as transport:
        for number in range(3):
            assert transport.send(numbered(number)).body == numbered(number).body
    assert len({seen.connection for seen in tls_server.seen}) == 1


def test_a_certificate_that_is_not_trusted_means_nothing_was_sent(tls_server: FaultServer) -> None:
    with (
        plain(tls_server, max_attempts=1) as transport,
        pytest.raises(NoAnswerError, match=r"CERTIFICATE_VERIFY_FAILED.*nothing was sent"),
    ):
        transport.send(WRITE)
    assert tls_server.seen == []
