"""One fault is one error, whichever way a request is sent, and it says rightly whether anything was written."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    AsyncHttpTransport,
    HttpTransport,
    NoAnswerError,
    OutcomeUnknownError,
    RequestTimeoutError,
    ServiceError,
    ThrottledError,
)
from dynamo_document_builder.transports.http.configuration.credentials import NoCredentialsError
from tests.event_loops import LOOPS, run_in
from tests.fault_server import HANGS_UP, STAYS_SILENT, FaultServer, Reply, chunked, cut, refuses, says
from tests.unit.transports.awaiting import READ, WRITE
from tests.unit.transports.certificates import self_signed, server_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dynamo_document_builder.wire.request import Request

WAYS = pytest.mark.parametrize("way", ["blocking", *LOOPS])
SHORT = 0.05
"""What is waited for here never comes, so nothing hangs on how short it is."""
LONGEST = 20.0


class Place:
    """Where a fault happens: a server, keys, and what is to be undone when it is over."""

    def __init__(self, server: FaultServer, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.folder = folder
        self.patch = patch
        self.endpoint = server.endpoint
        self.options: dict[str, Any] = {"max_attempts": 1, "region": "eu-north-1"}
        self.timeout: float | None = None
        self.over = Event()
        self.closing: list[Any] = []

    def resolves_by(self, resolve: Callable[..., Any]) -> None:
        self.patch.setattr(socket, "getaddrinfo", resolve)
        self.endpoint = "http://dynamodb.example:80"

    def hangs(self, *_: Any, **__: Any) -> Any:
        self.over.wait(LONGEST)
        raise OSError("it is over")

    def listens(self) -> int:
        """Take connections and say nothing."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.closing.append(listening)
        port: int = listening.getsockname()[1]
        return port

    def dead_port(self) -> int:
        """Let nobody connect any more: as many wait to be accepted as there is room for."""
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port: int = listening.getsockname()[1]
        self.closing.append(listening)
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
            self.closing.append(waiting)
        return port


def refused_connection(place: Place) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place.endpoint = f"http://127.0.0.1:{probe.getsockname()[1]}"


def unknown_host(place: Place) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    place.resolves_by(resolve)


def impossible_name(place: Place) -> None:
    place.endpoint = "http://dynamodb..example:80"


def unknown_family(place: Place) -> None:
    place.resolves_by(lambda *_, **__: [(9999, socket.SOCK_STREAM, 6, "", ("::1", 1))])


def no_address(place: Place) -> None:
    place.resolves_by(lambda *_, **__: [])


def slow_resolver(place: Place) -> None:
    place.resolves_by(place.hangs)
    place.timeout = SHORT


def slow_resolver_by_connect_timeout(place: Place) -> None:
    place.resolves_by(place.hangs)
    place.options["connect_timeout"] = SHORT


def dead_addresses(place: Place) -> None:
    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", place.dead_port()))
    place.resolves_by(lambda *_, **__: [dead] * 4)
    place.timeout = SHORT


def silent_tls(place: Place) -> None:
    place.endpoint = f"https://127.0.0.1:{place.listens()}"
    place.timeout = SHORT


def silent_tls_by_connect_timeout(place: Place) -> None:
    place.endpoint = f"https://127.0.0.1:{place.listens()}"
    place.options["connect_timeout"] = SHORT


def time_is_over_before(place: Place) -> None:
    place.timeout = 0.0


def keys_hang(place: Place) -> None:
    place.options["credentials"] = place.hangs
    place.timeout = SHORT


def keys_time_out(place: Place) -> None:
    place.options["credentials"] = raising(TimeoutError("the vault is asleep"))


def keys_time_out_within_a_timeout(place: Place) -> None:
    keys_time_out(place)
    place.timeout = LONGEST


def keys_fail(place: Place) -> None:
    place.options["credentials"] = raising(StopIteration())


def no_keys(place: Place) -> None:
    place.options["credentials"] = lambda: None


def raising(error: Exception) -> Any:
    def load() -> Any:
        raise error

    return load


def replies(*script: Reply) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.server.script = list(script)

    return prepare


def silence(place: Place) -> None:
    place.server.otherwise = lambda _: STAYS_SILENT
    place.timeout = SHORT


def silence_by_read_timeout(place: Place) -> None:
    place.server.otherwise = lambda _: STAYS_SILENT
    place.options["read_timeout"] = SHORT


def fails_then_hangs_up(place: Place) -> None:
    place.server.script = [refuses("InternalServerError", status=500), HANGS_UP]
    place.options["max_attempts"] = 2


def hangs_up_then_throttles(place: Place) -> None:
    place.server.script = [HANGS_UP, refuses("ThrottlingException")]
    place.options["max_attempts"] = 2


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and what is said of it where a request reads, and where it writes."""

    prepare: Callable[[Place], None]
    read: type[Exception]
    write: type[Exception] | None = None
    leaves: bool = False
    said: str = ""


ENDED = says(headers={"Content-Length": "", "Connection": "close"}, checksum=False, closes=True)
FAULTS = {
    "refused connection": Fault(refused_connection, NoAnswerError),
    "unknown host": Fault(unknown_host, NoAnswerError),
    "impossible name": Fault(impossible_name, NoAnswerError),
    "unknown family": Fault(unknown_family, NoAnswerError),
    "no address": Fault(no_address, NoAnswerError),
    "slow resolver": Fault(slow_resolver, RequestTimeoutError),
    "slow resolver, connect_timeout": Fault(slow_resolver_by_connect_timeout, RequestTimeoutError),
    "dead addresses": Fault(dead_addresses, RequestTimeoutError),
    "silent TLS": Fault(silent_tls, RequestTimeoutError),
    "silent TLS, connect_timeout": Fault(silent_tls_by_connect_timeout, RequestTimeoutError),
    "time is over before": Fault(time_is_over_before, RequestTimeoutError),
    "keys hang": Fault(keys_hang, RequestTimeoutError, said="no credentials within 0.05 seconds"),
    "keys time out": Fault(keys_time_out, NoAnswerError, said="TimeoutError: the vault is asleep"),
    "keys time out within a timeout": Fault(keys_time_out_within_a_timeout, NoAnswerError, said="the vault is asleep"),
    "keys fail": Fault(keys_fail, NoAnswerError, said="StopIteration"),
    "no keys": Fault(no_keys, NoCredentialsError),
    "silence": Fault(silence, RequestTimeoutError, OutcomeUnknownError, leaves=True),
    "silence, read_timeout": Fault(silence_by_read_timeout, RequestTimeoutError, OutcomeUnknownError, leaves=True),
    "hang up": Fault(replies(HANGS_UP), NoAnswerError, OutcomeUnknownError, leaves=True),
    "cut": Fault(replies(cut(says(), 1)), NoAnswerError, OutcomeUnknownError, leaves=True),
    "cut head": Fault(replies(Reply((b"HTTP/1.1 200",), closes=True)), NoAnswerError, OutcomeUnknownError, leaves=True),
    "no HTTP": Fault(replies(Reply((b"SSH-2.0-x\r\n",), closes=True)), NoAnswerError, OutcomeUnknownError, leaves=True),
    "damaged": Fault(
        replies(says(headers={"x-amz-crc32": "1"})), NoAnswerError, OutcomeUnknownError, leaves=True, said="checksum"
    ),
    "no body": Fault(
        replies(says(b"")), NoAnswerError, OutcomeUnknownError, leaves=True, said="body is not a JSON object"
    ),
    "no body, 204": Fault(
        replies(says(b"", 204, checksum=False, headers={"Content-Length": ""})),
        NoAnswerError,
        OutcomeUnknownError,
        leaves=True,
        said="body is not a JSON object",
    ),
    "no body, chunked": Fault(replies(chunked(b"")), NoAnswerError, OutcomeUnknownError, leaves=True),
    "a page of another program": Fault(
        replies(says(b"<html>Welcome</html>", checksum=False)), NoAnswerError, OutcomeUnknownError, leaves=True
    ),
    "an end that comes too early": Fault(replies(cut(ENDED, 1)), NoAnswerError, OutcomeUnknownError, leaves=True),
    "throttling": Fault(replies(refuses("ThrottlingException")), ThrottledError, ThrottledError, leaves=True),
    "server error": Fault(replies(refuses("InternalServerError", status=500)), ServiceError, ServiceError, leaves=True),
    "server error, hang up": Fault(fails_then_hangs_up, NoAnswerError, OutcomeUnknownError, leaves=True),
    "hang up, throttling": Fault(hangs_up_then_throttles, ThrottledError, OutcomeUnknownError, leaves=True),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with FaultServer().running() as server:
        place = Place(server, tmp_path, monkeypatch)
        yield place
        place.over.set()
        for one in place.closing:
            one.close()


def outcome(way: str, place: Place, request: Request) -> Exception | None:
    """Send a request, and return what it ended with."""
    if way == "blocking":
        with HttpTransport(endpoint_url=place.endpoint, **place.options) as transport:
            transport._sleep = lambda _: None
            try:
                transport.send(request, place.timeout)
            except Exception as error:  # noqa: BLE001  whatever it is
                return error
        return None

    async def scenario() -> Exception | None:
        async with AsyncHttpTransport(endpoint_url=place.endpoint, **place.options) as transport:
            transport._sleep = _at_once
            try:
                await transport.send(request, place.timeout)
            except Exception as error:  # noqa: BLE001  whatever it is
                return error
        return None

    ended: Exception | None = run_in(way, scenario())
    return ended


async def _at_once(_seconds: float) -> None: ...


@WAYS
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_one_error(place: Place, way: str, request_: Request, name: str) -> None:
    fault = FAULTS[name]
    fault.prepare(place)
    expected = fault.write if request_ is WRITE and fault.write is not None else fault.read
    error = outcome(way, place, request_)
    # On a machine that is slow just now, time may be over before anything leaves.
    while fault.leaves and 0 < (place.timeout or 0) < LONGEST and "nothing was sent" in str(error):
        place.timeout *= 2
        error = outcome(way, place, request_)
    assert type(error) is expected, repr(error)
    assert fault.said in str(error)
    assert bool(place.server.seen) == fault.leaves
    if not fault.leaves:
        assert "nothing was sent" in str(error)


@WAYS
def test_an_idle_connection_is_not_written_to_when_time_is_over(place: Place, way: str) -> None:
    if way == "blocking":
        with HttpTransport(endpoint_url=place.endpoint, **place.options) as transport:
            transport.send(READ)
            with pytest.raises(RequestTimeoutError, match="nothing was sent"):
                transport.send(WRITE, 0.0)
    else:

        async def scenario() -> None:
            async with AsyncHttpTransport(endpoint_url=place.endpoint, **place.options) as transport:
                await transport.send(READ)
                with pytest.raises(RequestTimeoutError, match="nothing was sent"):
                    await transport.send(WRITE, 0.0)

        run_in(way, scenario())
    assert [seen.operation for seen in place.server.seen] == ["GetItem"]


@WAYS
def test_a_certificate_that_is_not_trusted_is_told_from_a_silent_host(place: Place, way: str) -> None:
    context = server_context(self_signed(place.folder / "certificate.pem"))
    with FaultServer(tls=context).running() as server:
        place.endpoint = server.endpoint
        error = outcome(way, place, WRITE)
    assert type(error) is NoAnswerError
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)


CLOSING = {
    "HTTP/1.0": b'HTTP/1.0 200 OK\r\n\r\n{"Item":{}}',
    "HTTP/1.1": b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"Item":{}}',
    "HTTP/1.1, unannounced": b'HTTP/1.1 200 OK\r\n\r\n{"Item":{}}',
    "HTTP/1.0 with a length": b'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n{"Item":{}}',
    "with its checksum": b"HTTP/1.0 200 OK\r\nx-amz-crc32: 2745614147\r\n\r\n{}",
}


@WAYS
@pytest.mark.parametrize("name", CLOSING)
def test_an_answer_may_end_with_its_connection(place: Place, way: str, name: str) -> None:
    text = CLOSING[name]
    place.server.otherwise = lambda _: Reply((text[:40], 0.001, text[40:]), closes=True)
    for _ in range(2):
        assert outcome(way, place, READ) is None
    assert len({seen.connection for seen in place.server.seen}) == 2


@WAYS
def test_a_refusal_may_end_with_its_connection_too(place: Place, way: str) -> None:
    body = b"<html>"
    place.server.script = [Reply((b"HTTP/1.0 403 Forbidden\r\n\r\n" + body,), closes=True)]
    error = outcome(way, place, WRITE)
    assert isinstance(error, ServiceError)
    assert error.code == "403"


@WAYS
def test_the_next_address_is_tried_where_one_is_dead(place: Place, way: str) -> None:
    host, port = place.server.endpoint.removeprefix("http://").split(":")
    family = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()
    place.resolves_by(lambda *_, **__: [(*family, closed), (*family, (host, int(port)))])
    assert outcome(way, place, WRITE) is None


def test_where_no_thread_can_be_started_any_more_a_host_is_looked_up_without_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in what runs at the very end of an interpreter."""

    def refuse(*_: Any) -> Any:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    monkeypatch.setattr("dynamo_document_builder.transports.threads.daemon_threads.start_thread", refuse)
    assert outcome("blocking", place, WRITE) is None
