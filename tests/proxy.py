"""
A proxy in front of an engine that does what engines never do by themselves: throttle, leave undone, lose answers.

A fault is a function of a request: it answers by itself, or has the engine answer, this request or a changed one.
What faults draw comes from one seeded source, so that a failure can be repeated; one request is handled at a time.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections import Counter

_HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding"}
_TOO_SLOW = 30.0


@dataclass(frozen=True)
class Asked:
    """A request, and the way to have the engine answer it."""

    operation: str
    payload: dict[str, Any]
    ask: Callable[[dict[str, Any]], Answer]
    random: Random


@dataclass(frozen=True)
class Answer:
    """What comes back: DynamoDB JSON, with a status."""

    payload: dict[str, Any]
    status: int = 200
    lost: bool = False
    """Hang up instead of saying it."""
    cut: bool = False
    """Hang up in the middle of it."""
    delay: float = 0.0
    """Seconds to wait before saying it."""


Fault: TypeAlias = Callable[[Asked], Answer]


def honest(asked: Asked) -> Answer:
    """Have the engine answer: no fault."""
    return asked.ask(asked.payload)


def refusal(code: str, message: str = "by the proxy") -> Answer:
    return Answer({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}, 400)


def throttling(share: float, otherwise: Fault = honest) -> Fault:
    """Refuse so many of the requests as too many."""

    def fault(asked: Asked) -> Answer:
        if asked.random.random() < share:
            return refusal("ProvisionedThroughputExceededException")
        return otherwise(asked)

    return fault


def losing(share: float, otherwise: Fault = honest) -> Fault:
    """Lose so many of the answers, after what was asked has been done."""

    def fault(asked: Asked) -> Answer:
        lost = asked.random.random() < share
        return replace(otherwise(asked), lost=lost)

    return fault


def mishaps(share: float, seen: Counter[str]) -> Fault:
    """Do to so many of the transactions one of all that can happen to them, and count what was done."""
    kinds = {
        "answer lost": lambda asked: replace(honest(asked), lost=True),
        "answer cut": lambda asked: replace(honest(asked), cut=True),
        "answer late": lambda asked: replace(honest(asked), delay=asked.random.uniform(0.0, 0.02)),
        "request lost": lambda _: Answer({}, lost=True),
        "500 before": lambda _: _broken(500, "InternalServerError"),
        "500 after": lambda asked: (honest(asked), _broken(500, "InternalServerError"))[1],
        "503 before": lambda _: _broken(503, "ServiceUnavailable"),
        "throttled": lambda _: refusal("ThrottlingException"),
        "conflict": lambda asked: canceled(asked, "TransactionConflict"),
        "throttled item": lambda asked: canceled(asked, "ThrottlingError"),
    }

    def fault(asked: Asked) -> Answer:
        if asked.operation != "TransactWriteItems" or asked.random.random() >= share:
            return honest(asked)
        kind = asked.random.choice(list(kinds))
        seen[kind] += 1
        return kinds[kind](asked)

    return fault


def _broken(status: int, code: str) -> Answer:
    return replace(refusal(code), status=status)


def canceled(asked: Asked, code: str) -> Answer:
    operations = asked.payload["TransactItems"]
    hit = asked.random.randrange(len(operations))
    reasons = [
        {"Code": code, "Message": "by the proxy"} if n == hit else {"Code": "None"} for n in range(len(operations))
    ]
    answer = refusal("TransactionCanceledException")
    return replace(answer, payload={**answer.payload, "CancellationReasons": reasons})


def leaving_undone(share: float, otherwise: Fault = honest) -> Fault:
    """Keep so many of the entries of a batch from the engine, and call them unprocessed."""
    parts = {"BatchGetItem": _unread, "BatchWriteItem": _unwritten}

    def fault(asked: Asked) -> Answer:
        part = parts.get(asked.operation)
        return otherwise(asked) if part is None else part(asked, share, otherwise)

    return fault


def _unread(asked: Asked, share: float, otherwise: Fault) -> Answer:
    wanted = asked.payload["RequestItems"]
    kept = {table: _drawn(asked.random, share, one["Keys"]) for table, one in wanted.items()}
    passed = {
        table: {**one, "Keys": [key for key in one["Keys"] if key not in kept[table]]} for table, one in wanted.items()
    }
    undone = {table: {**one, "Keys": kept[table]} for table, one in wanted.items() if kept[table]}
    passed = {table: one for table, one in passed.items() if one["Keys"]}
    answer = _answer(asked, passed, undone, "UnprocessedKeys", {"Responses": {}}, otherwise)
    for items in answer.payload.get("Responses", {}).values():
        asked.random.shuffle(items)  # DynamoDB gives them no order
    return answer


def _unwritten(asked: Asked, share: float, otherwise: Fault) -> Answer:
    wanted = asked.payload["RequestItems"]
    kept = {table: _drawn(asked.random, share, writes) for table, writes in wanted.items()}
    passed = {table: [write for write in writes if write not in kept[table]] for table, writes in wanted.items()}
    undone = {table: writes for table, writes in kept.items() if writes}
    passed = {table: writes for table, writes in passed.items() if writes}
    return _answer(asked, passed, undone, "UnprocessedItems", {}, otherwise)


def _drawn(random: Random, share: float, entries: list[Any]) -> list[Any]:
    return [entry for entry in random.sample(entries, len(entries)) if random.random() < share]


def _answer(
    asked: Asked, passed: dict[str, Any], undone: dict[str, Any], member: str, nothing: dict[str, Any], otherwise: Fault
) -> Answer:
    """Join what the engine says of what was passed on with what was kept back."""
    if not passed:
        return Answer({**nothing, member: undone})
    answer = otherwise(_changed(asked, passed))
    if answer.status != 200:
        return answer
    return Answer({**answer.payload, member: {**answer.payload.get(member, {}), **undone}})


def _changed(asked: Asked, items: dict[str, Any]) -> Asked:
    return Asked(asked.operation, {**asked.payload, "RequestItems": items}, asked.ask, asked.random)


@dataclass
class Proxy:
    """What the running proxy does, and has seen."""

    engine: str
    random: Random
    fault: Fault = honest
    endpoint: str = ""
    seen: list[Asked] = field(default_factory=list[Asked])
    lock: Lock = field(default_factory=Lock)

    def answer(self, operation: str, headers: dict[str, str], body: bytes) -> Answer:
        with self.lock:
            asked = Asked(operation, json.loads(body), lambda payload: self._ask(headers, payload), self.random)
            self.seen.append(asked)
            return self.fault(asked)

    def _ask(self, headers: dict[str, str], payload: dict[str, Any]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.engine).netloc, timeout=_TOO_SLOW)
        try:
            connection.request("POST", "/", json.dumps(payload).encode(), headers)
            response = connection.getresponse()
            return Answer(json.loads(response.read() or b"{}"), response.status)
        finally:
            connection.close()


@contextmanager
def running_proxy(engine: str, seed: int, fault: Fault = honest) -> Iterator[Proxy]:
    """Run a proxy in front of the endpoint of an engine."""
    proxy = Proxy(engine, Random(seed), fault)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _TOO_SLOW
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            answer = proxy.answer(self.headers["X-Amz-Target"].rpartition(".")[2], headers, body)
            if answer.lost:
                self.close_connection = True
                return
            time.sleep(answer.delay)
            sent = json.dumps(answer.payload).encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(sent)))
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may have given up
                self.end_headers()
                self.wfile.write(sent[: len(sent) // 2] if answer.cut else sent)
            self.close_connection |= answer.cut

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
