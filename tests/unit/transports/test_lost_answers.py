"""Connections that break: whether a write may have happened is never guessed."""

from __future__ import annotations

import copy
import json
import pickle
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from dynamo_document_builder.errors import NoAnswerError, OutcomeUnknownError, RequestTimeoutError, ThrottledError
from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.transports.sdk import events
from tests.unit.transports.certificates import self_signed, server_context
from tests.unit.transports.server import Answer, Server, checksummed, refused
from tests.unit.transports.written import get, primary, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import boto3

    from tests.unit.transports.conftest import MakeClient

RETRY_MODES = pytest.mark.parametrize("mode", ["legacy", "standard"])
BOTH = pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])
READ, WRITE = get(primary("1")), put(primary("1"))
ITEM = b'{"Item":{"map":{"M":{}},"PK":{"S":"1"}}}'
DAMAGED = {
    "cut": Answer(ITEM, cut=20),
    "cut after a brace": Answer(ITEM, cut=ITEM.index(b"}") + 1),
    "wrong checksum": checksummed(ITEM, 1),
    "no JSON": Answer(b"<html>a captive portal</html>"),
    "nothing of what was announced": Answer(ITEM, cut=0),
}


@BOTH
@RETRY_MODES
def test_a_connection_closed_without_an_answer(
    server: Server, make_client: MakeClient, mode: str, *, wire: bool
) -> None:
    server.otherwise = lambda _operation, _body: Answer(closes=True)
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode), wire=wire)
    with pytest.raises(OutcomeUnknownError, match=r"PutItem on app: ConnectionClosedError.*unknown") as lost:
        transport.send(WRITE)
    assert lost.value.operation == "PutItem"
    with pytest.raises(NoAnswerError, match=r"GetItem on app: ConnectionClosedError.*it only reads") as unread:
        transport.send(READ)
    assert type(unread.value) is NoAnswerError


@BOTH
@RETRY_MODES
def test_a_refused_connection_means_nothing_was_sent(
    make_client: MakeClient, closed_port: str, mode: str, *, wire: bool
) -> None:
    transport = BotocoreTransport(make_client(closed_port, mode=mode), wire=wire)
    for request in (READ, WRITE):
        with pytest.raises(
            NoAnswerError, match=rf"{request.operation} on app: EndpointConnectionError.*nothing was sent"
        ):
            transport.send(request)


def test_an_unknown_host_means_nothing_was_sent(make_client: MakeClient) -> None:
    with pytest.raises(NoAnswerError, match="nothing was sent"):
        BotocoreTransport(make_client("http://host.invalid:1")).send(WRITE)


@pytest.mark.usefixtures("no_backoff")
def test_a_refused_connection_after_a_retry_says_nothing_about_the_first_attempt(
    make_client: MakeClient, closed_port: str
) -> None:
    with pytest.raises(OutcomeUnknownError):
        BotocoreTransport(make_client(closed_port, attempts=2)).send(WRITE)
    with pytest.raises(NoAnswerError):
        BotocoreTransport(make_client(closed_port, attempts=2)).send(READ)


def test_a_refused_proxy_means_nothing_was_sent(make_client: MakeClient, closed_port: str) -> None:
    client = make_client("http://example.invalid:1", proxies={"http": closed_port})
    with pytest.raises(NoAnswerError, match=r"ProxyConnectionError.*nothing was sent"):
        BotocoreTransport(client).send(WRITE)


@pytest.fixture
def tls_endpoint(tmp_path: Path) -> Iterator[str]:
    """Give an endpoint whose certificate nobody trusts."""
    context = server_context(self_signed(tmp_path / "certificate.pem"))
    server = Server()
    server._http.socket = context.wrap_socket(server._http.socket, server_side=True, do_handshake_on_connect=False)
    with server.running():
        yield server.endpoint.replace("http:", "https:")


def test_a_certificate_that_is_not_trusted_means_nothing_was_sent(session: boto3.Session, tls_endpoint: str) -> None:
    once = Config(retries={"mode": "standard", "total_max_attempts": 1})
    client: Any = session.client("dynamodb", endpoint_url=tls_endpoint, config=once)
    with pytest.raises(NoAnswerError, match=r"SSLError.*nothing was sent"):
        BotocoreTransport(client).send(WRITE)
    client.close()


@BOTH
@RETRY_MODES
@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_answer_is_no_answer(
    server: Server, make_client: MakeClient, mode: str, how: str, *, wire: bool
) -> None:
    server.otherwise = lambda _operation, _body: DAMAGED[how]
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode), wire=wire)
    with pytest.raises(OutcomeUnknownError):
        transport.send(WRITE)
    with pytest.raises(NoAnswerError):
        transport.send(READ)


@RETRY_MODES
@pytest.mark.usefixtures("no_backoff")
def test_a_damaged_answer_is_asked_for_again(server: Server, make_client: MakeClient, mode: str) -> None:
    server.script = [checksummed(ITEM, 1), checksummed(ITEM)]
    answer = BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=2)).send(READ)
    assert (answer.body, answer.metadata.attempts) == (ITEM, 2)


@pytest.mark.usefixtures("no_backoff")
@BOTH
@RETRY_MODES
@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize(
    "first", [Answer(closes=True), refused("InternalServerError", status=500)], ids=["closes", "fails"]
)
def test_a_refusal_that_says_nothing_of_the_attempt_before_leaves_it_open(
    server: Server, make_client: MakeClient, mode: str, first: Answer, *, wire: bool
) -> None:
    server.script = [first, refused("ThrottlingException")]
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=2), wire=wire)
    with pytest.raises(OutcomeUnknownError, match="ThrottlingException when it was sent again"):
        transport.send(WRITE)


def test_an_answer_that_is_no_text_is_no_answer(server: Server, make_client: MakeClient) -> None:
    server.otherwise = lambda _operation, _body: Answer(b"\x1f\x8b zipped")
    with pytest.raises(OutcomeUnknownError, match="UnicodeDecodeError"):
        BotocoreTransport(make_client(server.endpoint), wire=False).send(WRITE)


BROKEN = {
    "closed": Answer(closes=True),
    "damaged": checksummed(ITEM, 1),
    "failed": refused("InternalServerError", status=500),
    "unavailable": refused("ServiceUnavailable", status=503),
}


@BOTH
@RETRY_MODES
@pytest.mark.parametrize("first", BROKEN)
@pytest.mark.usefixtures("no_backoff")
def test_a_refusal_after_a_lost_attempt_leaves_the_outcome_open(
    server: Server, make_client: MakeClient, mode: str, first: str, *, wire: bool
) -> None:
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=2), wire=wire)
    server.script = [BROKEN[first], refused("ThrottlingException")] * 2
    with pytest.raises(OutcomeUnknownError, match="no answer came at first, and ThrottlingException when it was sent"):
        transport.send(WRITE)
    with pytest.raises(ThrottledError):
        transport.send(READ)


@BOTH
@pytest.mark.usefixtures("no_backoff")
def test_a_refusal_after_a_refusal_is_one(server: Server, make_client: MakeClient, *, wire: bool) -> None:
    transport = BotocoreTransport(make_client(server.endpoint, attempts=2), wire=wire)
    server.script = [refused("ThrottlingException")] * 2
    with pytest.raises(ThrottledError):
        transport.send(WRITE)


def test_a_lost_answer_after_a_refusal_does_not_carry_that_refusal(server: Server, make_client: MakeClient) -> None:
    server.script = [refused("InternalServerError", status=500), Answer(closes=True)]
    with pytest.raises(OutcomeUnknownError):
        BotocoreTransport(make_client(server.endpoint, attempts=2)).send(WRITE)


def test_the_clients_own_read_timeout(server: Server, session: boto3.Session) -> None:
    server.otherwise = lambda _operation, _body: Answer(silent=True)
    impatient = Config(read_timeout=0.1, retries={"mode": "standard", "total_max_attempts": 1})
    client: Any = session.client("dynamodb", endpoint_url=server.endpoint, config=impatient)
    with pytest.raises(OutcomeUnknownError, match="ReadTimeoutError"):
        BotocoreTransport(client).send(WRITE)
    with pytest.raises(RequestTimeoutError, match="ReadTimeoutError"):
        BotocoreTransport(client).send(READ)
    client.close()


@BOTH
def test_a_timeout_bounds_the_callers_wait(server: Server, make_client: MakeClient, *, wire: bool) -> None:
    server.otherwise = lambda _operation, _body: Answer(silent=True)
    transport = BotocoreTransport(make_client(server.endpoint), wire=wire)
    begin = time.monotonic()
    with pytest.raises(OutcomeUnknownError, match=r"no answer within 0\.3 seconds") as lost:
        transport.send(WRITE, 0.3)
    with pytest.raises(RequestTimeoutError):
        transport.send(READ, 0.3)
    assert time.monotonic() - begin < 3
    assert lost.value.operation == "PutItem"
    assert lost.value.__cause__ is None
    end_quietly(server)


def end_quietly(server: Server) -> None:
    """Let the calls that were given up end, so that their sockets are closed with the client."""
    server.over.set()
    for thread in threading.enumerate():
        if thread.name.startswith("Thread-") and thread.daemon and "run" in thread.name:
            thread.join(10)


@BOTH
def test_an_answer_in_time_is_the_answer(server: Server, make_client: MakeClient, *, wire: bool) -> None:
    server.script = [Answer(ITEM), refused("ThrottlingException"), Answer(closes=True)]
    transport = BotocoreTransport(make_client(server.endpoint), wire=wire)
    assert json.loads(transport.send(READ, 10).body) == json.loads(ITEM)
    with pytest.raises(ThrottledError):
        transport.send(WRITE, 10)
    with pytest.raises(OutcomeUnknownError):
        transport.send(WRITE, 10)


def test_a_call_that_was_given_up_is_not_attempted_again(server: Server, make_client: MakeClient) -> None:
    server.script = [Answer(silent=True)]
    client = make_client(server.endpoint, attempts=5)
    ended = threading.Event()
    client.meta.events.register("after-call-error.dynamodb", lambda **_: ended.set())
    with pytest.raises(OutcomeUnknownError):
        BotocoreTransport(client).send(WRITE, 0.2)
    server.over.set()
    assert ended.wait(10)
    assert len(server.received) == 1


def test_a_call_given_up_before_its_first_attempt_is_not_sent(server: Server, make_client: MakeClient) -> None:
    client = make_client(server.endpoint)
    resolved, ended = threading.Event(), threading.Event()
    client.meta.events.register("before-call.dynamodb", lambda **_: resolved.wait(10) and None)
    client.meta.events.register("after-call-error.dynamodb", lambda **_: ended.set())
    with pytest.raises(OutcomeUnknownError):
        BotocoreTransport(client).send(WRITE, 0.2)
    resolved.set()
    assert ended.wait(10)
    assert server.received == []


def test_a_timed_call_sees_the_callers_context(server: Server, make_client: MakeClient) -> None:
    trace: ContextVar[str] = ContextVar("trace")
    seen: list[str] = []
    client = make_client(server.endpoint)
    client.meta.events.register("before-send.dynamodb", lambda **_: seen.append(trace.get("none")))
    trace.set("trace-1")
    BotocoreTransport(client).send(WRITE, 10)
    assert seen == ["trace-1"]


def test_without_a_timeout_the_call_is_made_in_the_callers_thread(server: Server, make_client: MakeClient) -> None:
    threads: list[threading.Thread] = []
    client = make_client(server.endpoint)
    client.meta.events.register("before-send.dynamodb", lambda **_: threads.append(threading.current_thread()))
    BotocoreTransport(client).send(WRITE)
    assert threads == [threading.current_thread()]


def test_ctrl_c_passes_and_leaves_no_trace(server: Server, make_client: MakeClient) -> None:
    client = make_client(server.endpoint)
    interrupts = [KeyboardInterrupt]

    def interrupt(**_: Any) -> None:
        if interrupts:
            raise interrupts.pop()

    client.meta.events.register("before-call.dynamodb", interrupt)
    with pytest.raises(KeyboardInterrupt):
        BotocoreTransport(client).send(READ)
    assert events._current.get() is None
    server.script = [Answer(ITEM)]
    assert client.get_item(TableName="app", Key=primary("1"))["Item"]["PK"] == {"S": "1"}


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
@pytest.mark.parametrize("request_", [READ, WRITE], ids=lambda request: request.operation)
def test_errors_of_connections_can_be_copied_and_pickled(
    server: Server, make_client: MakeClient, closed_port: str, duplicate: Any, request_: Any
) -> None:
    server.otherwise = lambda _operation, _body: Answer(closes=True)
    for endpoint in (server.endpoint, closed_port):
        with pytest.raises((OutcomeUnknownError, NoAnswerError)) as lost:
            BotocoreTransport(make_client(endpoint)).send(request_)
        assert str(duplicate(lost.value)) == str(lost.value)
