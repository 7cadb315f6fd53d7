"""
A loopback server that misbehaves as it is told, byte by byte: what no HTTP library would let a server do.

One thread, one event loop and one listening socket serve any number of connections, so nothing piles up.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

FOREVER = 30.0
_STARTS_WITHIN = 10.0


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    connection: int
    """The how manieth connection it came through."""
    head: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, by names in lower case."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return {name.lower(): value.strip() for name, _, value in lines if name}

    @property
    def operation(self) -> str:
        return self.headers["x-amz-target"].rpartition(".")[2]


@dataclass(frozen=True)
class Reply:
    """What is said to a request: bytes, and seconds of silence between them."""

    parts: tuple[bytes | float, ...] = ()
    closes: bool = False
    """Hang up after that, announced or not."""

    @property
    def text(self) -> bytes:
        return b"".join(part for part in self.parts if isinstance(part, bytes))


def says(
    body: bytes = b"{}",
    status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    checksum: bool = True,
    closes: bool = False,
) -> Reply:
    """Answer as DynamoDB does; a header of its own stands in for the usual one, an empty one leaves it out."""
    given = {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": "REQUEST1",
        "x-amz-crc32": str(zlib.crc32(body)) if checksum else "",
        **(headers or {}),
    }
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in given.items() if value)]
    return Reply(("\r\n".join(lines).encode() + b"\r\n\r\n" + body,), closes)


def refuses(code: str, message: str = "no", status: int = 400, **headers: str) -> Reply:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return says(json.dumps(body).encode(), status, headers={name.replace("_", "-"): v for name, v in headers.items()})


HANGS_UP = Reply(closes=True)
STAYS_SILENT = Reply((FOREVER,))


def cut(reply: Reply, missing: int) -> Reply:
    """Hang up before the last so many bytes."""
    return Reply((reply.text[:-missing],), closes=True)


def dribbled(reply: Reply, pieces: int, over: float) -> Reply:
    """Say it in so many pieces, spread over so many seconds."""
    text, size = reply.text, -(-len(reply.text) // pieces)
    parts = [part for start in range(0, len(text), size) for part in (text[start : start + size], over / pieces)]
    return Reply(tuple(parts), reply.closes)


def chunked(body: bytes, *sizes: int, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer in chunks of these sizes, then the rest, without a Content-Length."""
    head = says(body, headers={**(headers or {}), "Content-Length": "", "Transfer-Encoding": "chunked"})
    parts = [head.text.removesuffix(body)]
    for size in (*sizes, len(body)):
        piece, body = body[:size], body[size:]
        parts.append(b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b"")
    return Reply((*parts, b"0\r\n\r\n"), closes=False)


@dataclass
class FaultServer:
    """Replies in the order of its script, then by `otherwise`; keeps every request it was sent."""

    script: list[Reply] = field(default_factory=list[Reply])
    otherwise: Callable[[Seen], Reply] = field(default=lambda _: says())
    tls: ssl.SSLContext | None = None
    endpoint: str = ""
    seen: list[Seen] = field(default_factory=list[Seen])
    open_connections: int = 0
    _closing: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _over: Callable[[], object] = lambda: None

    def _reply_to(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        return self.script.pop(0) if self.script else self.otherwise(seen)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self._numbers)
        self.open_connections += 1
        reply = Reply()
        try:
            while not reply.closes:
                reply = self._reply_to(await _request(reader, number))
                self._closing += reply.closes
                await _say(reply, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client hung up, or the server ends
        await _close(writer)
        self.open_connections -= 1
        self._closing -= reply.closes

    async def _serve(self, ready: threading.Event) -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.tls, backlog=512)
        self._over = lambda: loop.call_soon_threadsafe(over.set)
        port = server.sockets[0].getsockname()[1]
        self.endpoint = f"https://localhost:{port}" if self.tls else f"http://127.0.0.1:{port}"
        ready.set()
        await over.wait()
        server.close()

    @contextmanager
    def running(self) -> Iterator[FaultServer]:
        ready = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        thread.start()
        assert ready.wait(_STARTS_WITHIN)
        try:
            yield self
        finally:
            self._over()
            thread.join(_STARTS_WITHIN)

    def settle(self) -> None:
        """Wait until every connection is closed that is to be."""
        wait_until(lambda: not self._closing)


def wait_until(ready: Callable[[], object]) -> None:
    """Wait for what a server has not seen yet."""
    until = time.monotonic() + _STARTS_WITHIN
    while not ready():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.001)


async def _say(reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for part in reply.parts:
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
        else:
            await _wait(reader, part)


async def _wait(reader: asyncio.StreamReader, seconds: float) -> None:
    """Stay silent, unless the client hangs up."""
    with suppress(TimeoutError):
        await asyncio.wait_for(reader.read(1), seconds)
        raise ConnectionResetError


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError, asyncio.CancelledError):
        await writer.wait_closed()


async def _request(reader: asyncio.StreamReader, connection: int) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").removesuffix("\r\n\r\n")
    seen = Seen(connection, head, b"")
    return Seen(connection, head, await reader.readexactly(int(seen.headers.get("content-length", 0))))
