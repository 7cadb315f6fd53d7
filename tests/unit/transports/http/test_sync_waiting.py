"""The direct transport where its socket has no room to write, or nothing to read yet: plain and over TLS."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import HttpTransport, OutcomeUnknownError
from dynamo_document_builder.wire.request import Request
from tests.unit.transports.certificates import self_signed, server_context
from tests.unit.transports.echoing import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Talk = Callable[[socket.socket], object]

LARGE = Request("PutItem", bytes(range(256)) * 65_536, ("people",))
"""Sixteen megabytes, more than a kernel takes at once."""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return self_signed(tmp_path / "authority.pem")


@pytest.fixture(params=["plain", "tls"])
def secured(request: pytest.FixtureRequest, authority: Path) -> Path | None:
    return authority if request.param == "tls" else None


@contextmanager
def listening(talk: Talk, secured: Path | None = None) -> Iterator[str]:
    """Serve one connection by a function over its socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        thread = Thread(target=_serve, args=(server, talk, secured), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield f"http://127.0.0.1:{port}" if secured is None else f"https://localhost:{port}"
        thread.join(5)


def _serve(server: socket.socket, talk: Talk, secured: Path | None) -> None:
    opened, _ = server.accept()
    if secured is not None:
        opened = server_context(secured).wrap_socket(opened, server_side=True)
    with opened, suppress(OSError):
        talk(opened)


def opened(endpoint: str, secured: Path | None, **options: Any) -> HttpTransport:
    context = None if secured is None else ssl.create_default_context(cafile=str(secured))
    return HttpTransport(
        region="eu-north-1", endpoint_url=endpoint, credentials=KEYS, max_attempts=1, ssl_context=context, **options
    )


def test_what_the_kernel_does_not_take_at_once_is_sent_bit_by_bit(secured: Path | None) -> None:
    came = bytearray()

    def talk(opened: socket.socket) -> None:
        time.sleep(0.1)
        while not came.endswith(LARGE.body):
            came.extend(opened.recv(100_000))
        opened.sendall(ANSWER)

    with listening(talk, secured) as endpoint, opened(endpoint, secured) as transport:
        assert transport.send(LARGE).body == b"{}"
    assert bytes(came).partition(b"\r\n\r\n")[2] == LARGE.body


@pytest.mark.parametrize("options", [{"read_timeout": 1.0}, {}])
def test_nobody_who_reads_is_waited_for_no_longer_than_was_said(secured: Path | None, options: dict[str, Any]) -> None:
    over, limit = Event(), None if options else 1.0
    with listening(lambda _: over.wait(60), secured) as endpoint, opened(endpoint, secured, **options) as transport:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknownError):
            transport.send(LARGE, limit)
        assert 0.9 < time.monotonic() - began < 30
        over.set()


def test_records_of_tls_may_come_in_pieces(authority: Path) -> None:
    """Through something in between that passes on seven bytes at a time."""

    def answer(opened: socket.socket) -> None:
        for _ in range(2):
            while not opened.recv(10_000).endswith(b"{}"):
                pass
            opened.sendall(ANSWER)

    with listening(answer, authority) as endpoint:
        port = int(endpoint.rpartition(":")[2])

        def pass_on(client: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", port)) as server:
                back = Thread(target=_pass_on, args=(server, client), daemon=True)
                back.start()
                _pass_on(client, server)
                back.join(5)

        with (
            listening(pass_on) as between,
            opened(between.replace("http://127.0.0.1", "https://localhost"), authority) as to,
        ):
            for _ in range(2):
                assert to.send(Request("GetItem", b"{}", ("people",))).body == b"{}"


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(OSError):
        while data := source.recv(10_000):
            for start in range(0, len(data), 7):
                target.sendall(data[start : start + 7])
                time.sleep(0.0002)
        target.shutdown(socket.SHUT_WR)
