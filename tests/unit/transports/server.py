"""A loopback server that answers as it is told, for what no engine does: errors, cuts, silence."""

from __future__ import annotations

import json
import sys
import threading
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST_SILENCE = 20.0


@dataclass(frozen=True)
class Answer:
    """One scripted answer: what is said, or how it goes wrong."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    closes: bool = False
    """Close the connection without a word."""
    cut: int | None = None
    """Announce the whole body, send only this much of it."""
    silent: bool = False
    """Say nothing until the test is over."""


def refused(code: str, message: str = "no", status: int = 400, **rest: Any) -> Answer:
    return Answer(
        json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **rest}).encode(), status
    )


def checksummed(body: bytes, checksum: int | None = None) -> Answer:
    return Answer(body, headers={"x-amz-crc32": str(zlib.crc32(body) if checksum is None else checksum)})


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up, which is what the tests are about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Server:
    """Answers in the order of its script, then by `otherwise`; keeps every body it was sent."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.otherwise: Callable[[str, bytes], Answer] = lambda _operation, _body: Answer()
        self.received: list[tuple[str, bytes]] = []
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._http = _QuietServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.received]

    def next_answer(self, operation: str, body: bytes) -> Answer:
        with self._lock:
            self.received.append((operation, body))
            if self.script:
                return self.script.pop(0)
        return self.otherwise(operation, body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = LONGEST_SILENCE
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                self._say(server.next_answer(operation, body))

            def _say(self, answer: Answer) -> None:
                if answer.silent:
                    server.over.wait(LONGEST_SILENCE)
                if answer.silent or answer.closes:
                    self.close_connection = True
                    return
                self._speak(answer)

            def _speak(self, answer: Answer) -> None:
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                self.send_header("x-amzn-requestid", "REQUEST1")
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body[: answer.cut])
                self.close_connection = answer.cut is not None

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler

    @contextmanager
    def running(self) -> Iterator[Server]:
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._http.shutdown()
            thread.join(5)
            self._http.server_close()
