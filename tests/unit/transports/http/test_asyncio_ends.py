"""What becomes of connections: when they are closed, who closes them, and what of that is ever heard."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import AsyncHttpTransport, NoAnswerError, OutcomeUnknownError, RequestTimeoutError
from dynamo_document_builder.transports.http.awaited import pool as pools
from tests.event_loops import LOOPS, run_in, runner
from tests.fault_server import STAYS_SILENT, FaultServer, Reply, says, wait_until
from tests.unit.transports.awaiting import READ, WRITE
from tests.unit.transports.certificates import self_signed, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.parametrize("loop", LOOPS)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(otherwise=lambda _: Reply((0.001, says().text))).running() as server:
        yield server


def opened(endpoint: str, **options: Any) -> AsyncHttpTransport:
    return AsyncHttpTransport(endpoint_url=endpoint, max_attempts=1, **options)


async def several(transport: AsyncHttpTransport, count: int = 5) -> None:
    await asyncio.gather(*(transport.send(READ) for _ in range(count)))


def test_closing_closes_what_is_idle_and_sending_opens_it_again(server: FaultServer, run: Any) -> None:
    async def scenario() -> None:
        transport = opened(server.endpoint)
        for _ in range(2):
            await several(transport)
            assert server.open_connections == 5
            await transport.aclose()
            await asyncio.to_thread(wait_until, lambda: server.open_connections == 0)

    run(scenario())


def test_what_is_under_way_when_it_is_closed_gets_its_answer(server: FaultServer, run: Any) -> None:
    server.otherwise = lambda _: Reply((0.05, says().text))

    async def scenario() -> None:
        transport = opened(server.endpoint, pool_size=2)
        sending = asyncio.gather(*(transport.send(READ) for _ in range(4)))
        await asyncio.to_thread(wait_until, lambda: server.seen)
        await transport.aclose()
        await sending
        await asyncio.to_thread(wait_until, lambda: server.open_connections == 0)

    run(scenario())


def test_connections_are_closed_with_their_event_loop(server: FaultServer, run: Any) -> None:
    transport = opened(server.endpoint)
    for _ in range(3):
        run(several(transport))
        wait_until(lambda: server.open_connections == 0)
    assert len(transport._pools) == 1
    run(transport.aclose())


def test_connections_are_closed_when_the_transport_is_forgotten(server: FaultServer, run: Any) -> None:
    async def scenario() -> None:
        await several(opened(server.endpoint))
        gc.collect()
        await asyncio.to_thread(wait_until, lambda: server.open_connections == 0)

    run(scenario())


def test_a_loop_that_runs_now_and_then_keeps_its_connections(server: FaultServer, loop: str) -> None:
    transport = opened(server.endpoint)
    with runner(loop) as now_and_then:
        for _ in range(3):
            now_and_then.run(transport.send(READ))
        transport.close()
    wait_until(lambda: server.open_connections == 0)
    assert {seen.connection for seen in server.seen} == {1}


def test_loops_of_several_threads_share_a_transport(server: FaultServer, run: Any) -> None:
    transport = opened(server.endpoint)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run(several(transport)), range(8)))
    assert len(server.seen) == 40
    run(transport.aclose())


def test_one_loop_closes_the_connections_of_another(server: FaultServer, loop: str, run: Any) -> None:
    transport = opened(server.endpoint)

    async def scenario() -> None:
        await several(transport)
        await asyncio.to_thread(run_in, loop, transport.aclose())
        await asyncio.to_thread(wait_until, lambda: server.open_connections == 0)

    run(scenario())


def test_an_old_connection_is_not_used_again(server: FaultServer, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "MAX_AGE", 0.0)

    async def scenario() -> None:
        async with opened(server.endpoint) as transport:
            for _ in range(3):
                await transport.send(READ)

    run(scenario())
    assert [seen.connection for seen in server.seen] == [1, 2, 3]


def test_the_kernel_probes_connections_if_it_is_asked_to(
    server: FaultServer, run: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.config import Config

    client = session.client("dynamodb", endpoint_url=server.endpoint, config=Config(tcp_keepalive=True))

    async def scenario() -> int:
        async with AsyncHttpTransport.from_client(client) as transport:
            await transport.send(READ)
            (connection,) = next(iter(transport._pools.values()))._idle
            opened: socket.socket = connection._transport.get_extra_info("socket")
            return opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)

    assert run(scenario()) == 1
    client.close()


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[FaultServer]:
    context = server_context(self_signed(tmp_path / "certificate.pem"))
    with FaultServer(tls=context).running() as server:
        yield server


def test_tls_with_ones_own_authorities(tls_server: FaultServer, tmp_path: Path, run: Any) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))

    async def scenario() -> None:
        async with opened(tls_server.endpoint, ssl_context=trusting) as transport:
            for _ in range(3):
                await transport.send(WRITE)

    run(scenario())
    assert {seen.connection for seen in tls_server.seen} == {1}


def test_a_certificate_that_is_not_trusted_means_nothing_was_sent(tls_server: FaultServer, run: Any) -> None:
    async def scenario() -> None:
        async with opened(tls_server.endpoint) as transport:
            with pytest.raises(NoAnswerError, match=r"CERTIFICATE_VERIFY_FAILED.*nothing was sent"):
                await transport.send(WRITE)

    run(scenario())
    assert tls_server.seen == []


def test_a_refused_connection_means_nothing_was_sent(closed_port: str, run: Any) -> None:
    async def scenario() -> None:
        async with opened(closed_port) as transport:
            with pytest.raises(NoAnswerError, match=r"no connection to 127\.0\.0\.1: .*nothing was sent"):
                await transport.send(WRITE)

    run(scenario())


def test_an_unknown_host_means_nothing_was_sent(run: Any) -> None:
    async def scenario() -> None:
        async with opened("http://host.invalid:1") as transport:
            with pytest.raises(NoAnswerError, match="nothing was sent"):
                await transport.send(WRITE)

    run(scenario())


@pytest.fixture
def mute() -> Iterator[str]:
    """Give an endpoint that takes connections and never says a word of TLS."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("limits", [{"connect_timeout": 0.1}, {}], ids=["connect_timeout", "timeout"])
def test_a_connection_that_does_not_come_about_in_time_means_nothing_was_sent(
    mute: str, run: Any, limits: dict[str, float]
) -> None:
    async def scenario() -> None:
        async with opened(mute, **limits) as transport:
            with pytest.raises(RequestTimeoutError, match="nothing was sent"):
                await transport.send(WRITE, None if limits else 0.1)

    run(scenario())


def test_silence_ends_a_request(server: FaultServer, run: Any) -> None:
    server.otherwise = lambda _: STAYS_SILENT

    async def scenario() -> None:
        async with opened(server.endpoint, read_timeout=0.1) as transport:
            with pytest.raises(OutcomeUnknownError, match="no answer came in time"):
                await transport.send(WRITE)
            with pytest.raises(RequestTimeoutError):
                await transport.send(READ)
            await asyncio.to_thread(wait_until, lambda: server.open_connections == 0)

    run(scenario())


FORGETFUL = """
import asyncio, sys
from dynamo_document_builder import AsyncHttpTransport
from dynamo_document_builder.wire.request import Request

endpoint, loop = sys.argv[1:]

async def main():
    asyncio.get_running_loop().slow_callback_duration = 3600  # a slow machine is not what it is about
    transport = AsyncHttpTransport(endpoint_url=endpoint)
    await asyncio.gather(*(transport.send(Request("GetItem", b"{}")) for _ in range(5)))
    hanging = asyncio.create_task(transport.send(Request("GetItem", b'{"hang":1}')))
    await asyncio.sleep(0.05)

if loop == "uvloop":
    import uvloop
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
asyncio.run(main())
print("done")
"""


def test_nothing_is_heard_of_a_program_that_closes_nothing(server: FaultServer, loop: str) -> None:
    server.otherwise = lambda seen: STAYS_SILENT if seen.body != b"{}" else says()
    program = [sys.executable, "-X", "dev", "-W", "error", "-c", FORGETFUL, server.endpoint, loop]
    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
    wait_until(lambda: server.open_connections == 0)
