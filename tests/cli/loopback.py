"""A DynamoDB on a loopback port that does what a test says: it answers, refuses, hangs, or kills whoever asks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Answer = Callable[[str, dict[str, Any]], dict[str, Any]]


class RefusedError(Exception):
    """What DynamoDB is to refuse a request with."""

    def __init__(self, code: str, message: str = "no") -> None:
        super().__init__(message)
        self.code = code


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that a killed program leaves."""


class Loopback:
    """A server, and what it was asked for."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer or self.hang
        self.over = Event()
        self.operations: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server._serve(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        operation = handler.headers["X-Amz-Target"].partition(".")[2]
        self.operations.append(operation)
        try:
            status, said = 200, self.answer(operation, body)
        except RefusedError as error:
            status, said = 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{error.code}", "message": str(error)}
        data = json.dumps(said).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/x-amz-json-1.0")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:  # whoever asked is gone
            handler.close_connection = True

    def hang(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer nothing until the test is over."""
        self.over.wait()
        return {}


@contextmanager
def loopback(answer: Answer | None = None) -> Iterator[Loopback]:
    """Run a server; without *answer* it hangs."""
    server = Loopback(answer)
    thread = Thread(target=server._server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server._server.shutdown()
        server._server.server_close()


def described(table: str = "shop", account: str = "000000000000", table_id: str = "id-1") -> dict[str, Any]:
    """Return what DescribeTable answers."""
    return {"Table": {"TableArn": f"arn:aws:dynamodb:us-east-1:{account}:table/{table}", "TableId": table_id}}
