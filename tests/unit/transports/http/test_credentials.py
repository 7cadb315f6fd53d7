"""Where keys come from: asked once however many wait, never on an event loop, and known when they are fixed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import Credentials as Fixed
from botocore.credentials import RefreshableCredentials

from dynamo_document_builder import AsyncHttpTransport, DefinitionError, HttpTransport, NoAnswerError, UsageError
from dynamo_document_builder.transports.http.configuration import credentials
from dynamo_document_builder.transports.http.configuration.credentials import (
    Credentials,
    CredentialsSource,
    credentials_source,
)
from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight, result_within
from tests.event_loops import LOOPS, run_in
from tests.fault_server import FaultServer, refuses, says
from tests.unit.transports.awaiting import READ, WRITE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = Credentials("AKIA", "secret")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys for as long as a slow machine may take for a test."""
    monkeypatch.setattr(credentials, "CACHE_SECONDS", 3600.0)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer().running() as server:
        yield server


class Provider:
    """Gives keys when it is let, and keeps who asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.let = threading.Event()

    def __call__(self) -> Credentials:
        self.asked.append(threading.get_ident())
        assert self.let.wait(20)
        return KEYS


@pytest.mark.usefixtures("kept")
def test_eight_threads_ask_once(server: FaultServer) -> None:
    provider, together = Provider(), threading.Barrier(9)
    with HttpTransport(endpoint_url=server.endpoint, credentials=provider) as transport:

        def send(_: int) -> None:
            together.wait()
            transport.send(READ)

        with ThreadPoolExecutor(8) as threads:
            sending = [threads.submit(send, number) for number in range(8)]
            together.wait()
            provider.let.set()
            for one in sending:
                one.result(20)
    assert len(provider.asked) == 1


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("loop", LOOPS)
def test_many_tasks_ask_once_and_not_on_their_loop(server: FaultServer, loop: str) -> None:
    provider = Provider()

    async def scenario() -> None:
        async with AsyncHttpTransport(endpoint_url=server.endpoint, credentials=provider) as transport:
            sending = asyncio.gather(*(transport.send(READ) for _ in range(20)))
            await until(lambda: provider.asked)
            provider.let.set()  # the loop runs while the provider waits
            await sending

    run_in(loop, scenario())
    assert len(provider.asked) == 1
    assert provider.asked[0] != threading.get_ident()


def test_who_asks_just_when_they_came_gets_the_same_keys() -> None:
    """A thread that found none, and then was slow to ask for them."""
    asked: list[int] = []

    def load() -> Credentials:
        asked.append(1)
        return KEYS

    source = CredentialsSource(load, clock=lambda: 0.0)
    assert source.current() is None
    assert result_within(source.load_in_thread(), 20) == result_within(source.load_in_thread(), 20) == KEYS
    assert len(asked) == 1


def test_their_second_begins_when_they_are_there() -> None:
    clock = [100.0]

    def load() -> Credentials:
        clock[0] += 60.0  # a provider that takes a minute
        return KEYS

    source = CredentialsSource(load, clock=lambda: clock[0])
    result_within(source.load_in_thread(), 20)
    clock[0] += 0.9
    assert source.current() == KEYS
    clock[0] += 0.2
    assert source.current() is None


def test_refused_keys_are_loaded_again_and_newer_ones_are_kept() -> None:
    newer = Credentials("NEWER", "secret")
    given = iter([KEYS, newer, Credentials("TOO NEW", "secret")])
    source = CredentialsSource(lambda: next(given), may_block=None, clock=lambda: 0.0)
    assert source.current() == KEYS
    source.forget(KEYS)
    assert source.current() == newer
    source.forget(KEYS)  # another request, which was signed before
    assert source.current() == newer


def test_expired_keys_are_replaced_and_the_request_is_sent_once_more(server: FaultServer) -> None:
    given = iter([KEYS, Credentials("NEWER", "secret")])
    server.script = [refuses("ExpiredTokenException"), says()]
    with HttpTransport(endpoint_url=server.endpoint, credentials=lambda: next(given)) as transport:
        assert transport.send(WRITE).metadata.attempts == 2
    assert ["NEWER" in seen.headers["authorization"] for seen in server.seen] == [False, True]


class Refreshable:
    """Keys as botocore has them where they expire."""

    def get_frozen_credentials(self) -> Credentials:
        return KEYS


@pytest.mark.parametrize(
    ("given", "waits"),
    [
        (KEYS, False),
        (Fixed("AKIA", "secret"), False),
        (RefreshableCredentials.create_from_metadata(
            {"access_key": "AKIA", "secret_key": "s", "token": "t", "expiry_time": "2999-01-01T00:00:00Z"},
            refresh_using=dict,
            method="test",
        ), True),
        (Refreshable(), True),
        (lambda: KEYS, True),
    ],
)  # fmt: skip
def test_only_keys_that_may_be_refreshed_take_a_thread(given: Any, waits: bool) -> None:
    source = credentials_source(given)
    assert (source.current() is None) == waits
    keys = result_within(source.load_in_thread(), 20) if waits else source.current()
    assert keys is not None
    assert keys.access_key == "AKIA"


class Failing:
    """Raises, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> Credentials:
        self.asked += 1
        raise RuntimeError("the vault is down")


@pytest.mark.usefixtures("kept")
def test_a_function_that_fails_is_not_called_again_within_the_second(server: FaultServer) -> None:
    failing = Failing()
    with HttpTransport(endpoint_url=server.endpoint, credentials=failing) as transport:
        for _ in range(20):
            with pytest.raises(NoAnswerError, match="the vault is down; nothing was sent"):
                transport.send(WRITE)
    assert failing.asked == 1
    assert not server.seen


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("loop", LOOPS)
def test_many_tasks_share_one_failure(server: FaultServer, loop: str) -> None:
    failing = Failing()

    async def scenario() -> list[Any]:
        async with AsyncHttpTransport(endpoint_url=server.endpoint, credentials=failing) as transport:
            return await asyncio.gather(*(transport.send(READ) for _ in range(8)), return_exceptions=True)

    assert [type(error) for error in run_in(loop, scenario())] == [NoAnswerError] * 8
    assert failing.asked == 1


def test_a_function_that_failed_is_called_again_after_a_second() -> None:
    clock, given = [100.0], iter([KEYS])
    failing = Failing()

    def load() -> Credentials:
        return next(given) if clock[0] > 101 else failing()

    source = CredentialsSource(load, clock=lambda: clock[0])
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the vault is down"):
            result_within(source.load_in_thread(), 20)
    clock[0] += 1.1
    assert result_within(source.load_in_thread(), 20) == KEYS
    assert failing.asked == 1


async def promised() -> Credentials:
    return KEYS


class Unnamed:
    """Keys under the names of a response of STS."""

    access_key, secret_key, session_token = "AKIA", "secret", "token"


@pytest.mark.parametrize(
    ("returned", "named"),
    [
        (("AKIA", "secret"), "tuple"),
        ({"AccessKeyId": "AKIA", "SecretAccessKey": "secret"}, "dict"),
        ("AKIA", "str"),
        (Fixed("AKIA", None), "Credentials"),
        (Unnamed(), "Unnamed"),
        (promised, "coroutine"),
    ],
)
def test_a_function_that_returns_no_credentials_is_a_mistake_in_the_program(
    server: FaultServer, returned: Any, named: str
) -> None:
    function = returned if returned is promised else lambda: returned
    message = f"credentials= returned {named}, nothing was sent: return an object with access_key and secret_key"
    transport = HttpTransport(endpoint_url=server.endpoint, credentials=function)
    with pytest.raises(DefinitionError, match=message):
        transport.send(WRITE)
    assert not server.seen


@pytest.mark.parametrize("wrong", [5, "AKIA", ("AKIA", "secret"), Unnamed()])
def test_what_are_no_credentials_is_refused_where_they_are_given(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="credentials= cannot be"):
        HttpTransport(region="eu-north-1", credentials=wrong)


@pytest.mark.parametrize("empty", [Credentials("", "secret"), None, Fixed(None, None)])
def test_keys_without_a_name_are_none(empty: Any) -> None:
    with pytest.raises(UsageError, match="no AWS credentials"):
        result_within(credentials_source(lambda: empty).load_in_thread(), 20)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    let = threading.Event()
    shared = SingleFlight(lambda: let.wait(20))
    parents = shared.start()
    child = os.fork()
    if not child:
        let.set()
        os._exit(0 if result_within(shared.start(), 10) else 1)
    let.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert parents.result(20)


HANGING = """
import asyncio, sys, time
from dynamo_document_builder import AsyncHttpTransport, RequestTimeoutError
from dynamo_document_builder.wire.request import Request

hanging = lambda *_, **__: time.sleep(3600)
what, loop = sys.argv[1:]
if what == "names":
    import socket
    socket.getaddrinfo = hanging

async def main():
    transport = AsyncHttpTransport(
        region="eu-north-1",
        endpoint_url="http://dynamodb.example",
        credentials=hanging if what == "keys" else None,
    )
    try:
        await transport.send(Request("GetItem", b"{}", ("app",)), 0.05)
    except RequestTimeoutError:
        print("over")

if loop == "uvloop":
    import uvloop
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
asyncio.run(main())
"""


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("what", ["keys", "names"])
def test_what_hangs_does_not_keep_a_program_from_ending(what: str, loop: str) -> None:
    program = [sys.executable, "-W", "error", "-c", HANGING, what, loop]
    ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "over\n", "")


@pytest.mark.parametrize("loop", LOOPS)
def test_making_a_transport_in_a_loop_asks_nobody(monkeypatch: pytest.MonkeyPatch, loop: str, tmp_path: Any) -> None:
    """Neither the metadata service, nor the files of AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("it asked")

    async def scenario() -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("builtins.open", refuse)
            patch.setattr("socket.socket.connect", refuse)
            patch.setattr("botocore.session.Session.get_credentials", refuse)
            return repr(AsyncHttpTransport(region="eu-north-1"))

    assert run_in(loop, scenario()) == "AsyncHttpTransport(region='eu-north-1')"


def test_the_repr_names_the_host_of_the_account_once_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    transport = HttpTransport(region="eu-north-1", credentials=lambda: Credentials("AKIA", "s", None, "111111111111"))
    assert repr(transport) == "HttpTransport(region='eu-north-1')"
    wiring = transport._wiring
    wiring.route(READ, result_within(wiring.credentials.load_in_thread(), 20))
    assert repr(transport) == "HttpTransport('111111111111.ddb.eu-north-1.amazonaws.com', region='eu-north-1')"
