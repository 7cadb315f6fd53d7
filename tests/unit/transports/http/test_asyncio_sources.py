"""The direct transport on an event loop: where its keys come from, and what it has of a client or another transport."""

from __future__ import annotations

import asyncio
import pickle
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dynamo_document_builder import (
    AsyncHttpTransport,
    DefinitionError,
    Entity,
    Get,
    HttpTransport,
    NoAnswerError,
    Put,
    RequestTimeoutError,
    Table,
    ThrottledError,
    UsageError,
    key,
)
from dynamo_document_builder.transports.http.configuration.credentials import NoCredentialsError
from tests.event_loops import LOOPS
from tests.fault_server import FaultServer, wait_until
from tests.unit.things import ALICE, ALICE_ITEM, User
from tests.unit.transports.awaiting import FOUND, KEY, READ, WRITE, cancelled, opened, users_through

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.transports.conftest import MakeClient

pytestmark = pytest.mark.parametrize("loop", LOOPS)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer().running() as server:
        yield server


def test_without_keys_nothing_is_sent(server: FaultServer, run: Any) -> None:
    async def scenario() -> None:
        async with opened(server, credentials=lambda: None) as transport:
            results = await asyncio.gather(*(transport.send(WRITE) for _ in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [NoCredentialsError] * 3
        assert "nothing was sent" in str(results[0])

    run(scenario())
    assert server.seen == []


def test_a_write_that_ends_while_keys_are_looked_for_was_not_sent(server: FaultServer, run: Any) -> None:
    asked: list[int] = []

    def slow() -> Any:
        asked.append(1)
        time.sleep(0.2)
        return None

    async def scenario() -> None:
        async with opened(server, credentials=slow) as transport:
            with pytest.raises(RequestTimeoutError, match="nothing was sent"):
                await transport.send(WRITE, 0.05)
            known = await cancelled(transport.send(WRITE), lambda: asked)
            assert type(known) is NoAnswerError

    run(scenario())
    assert server.seen == []


def test_handlers_of_a_client_see_and_change_its_requests(
    server: FaultServer, run: Any, make_client: MakeClient
) -> None:
    client = make_client(server.endpoint)
    client.meta.events.register("before-call.dynamodb.*", lambda params, **_: params["headers"].update({"X-Mine": "1"}))

    async def scenario() -> None:
        async with AsyncHttpTransport.from_client(client) as transport:
            await transport.send(READ)

    run(scenario())
    assert server.seen[0].headers["x-mine"] == "1"


def test_stubs_of_a_client_answer(run: Any, make_client: MakeClient) -> None:
    client = make_client("http://localhost:1")

    async def scenario() -> None:
        async with AsyncHttpTransport.from_client(client) as transport:
            with Stubber(client) as stubber:
                stubber.add_response("get_item", {"Item": ALICE_ITEM})
                stubber.add_client_error("put_item", "ThrottlingException", "no", 400)
                people = users_through(transport)
                assert (await people.asend(Get(KEY))).item == ALICE
                with pytest.raises(ThrottledError):
                    await people.asend(Put(ALICE))

    run(scenario())


def test_asend_of_a_direct_transport_needs_no_threads(server: FaultServer, run: Any) -> None:
    server.otherwise = lambda _: FOUND
    table = Table("app", transport=HttpTransport(endpoint_url=server.endpoint))
    people = Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")

    async def scenario() -> None:
        assert (await people.asend(Get(KEY))).item == ALICE
        counterpart = table.__connection__._counterpart
        assert isinstance(counterpart, AsyncHttpTransport)
        assert counterpart._wiring is table.__connection__.transport._wiring  # type: ignore[union-attr]

    run(scenario())
    assert people.send(Get(KEY)).item == ALICE
    table.close()
    wait_until(lambda: server.open_connections == 0)


def test_a_direct_transport_of_ones_own_is_heeded(server: FaultServer, run: Any) -> None:
    sent: list[str] = []

    class Logging(HttpTransport):
        def send(self, request: Any, timeout: float | None = None, /) -> Any:
            sent.append(request.operation)
            return super().send(request, timeout)

    async def scenario() -> None:
        async with Table("app", transport=Logging(endpoint_url=server.endpoint)) as table:
            people = Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")
            await people.asend(Put(ALICE))

    run(scenario())
    assert sent == ["PutItem"]


@pytest.mark.parametrize("wrong", [None, 5, AsyncHttpTransport])
def test_what_is_no_direct_transport_has_no_counterpart(loop: str, wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="an HttpTransport, not"):
        AsyncHttpTransport.like(wrong)


def test_it_says_where_it_sends_and_cannot_be_pickled(loop: str, server: FaultServer) -> None:
    transport = opened(server)
    assert repr(transport) == f"AsyncHttpTransport('{server.endpoint.removeprefix('http://')}', region='eu-west-1')"
    with pytest.raises(UsageError, match="in each process"):
        pickle.dumps(transport)


def test_files_of_aws_are_read_with_the_first_request(
    server: FaultServer, run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(f"[profile dev]\nregion = eu-west-3\nendpoint_url = {server.endpoint}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "dev")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    async def scenario() -> None:
        async with AsyncHttpTransport() as transport:
            assert repr(transport) == "AsyncHttpTransport(region=None)"
            await asyncio.gather(*(transport.send(READ) for _ in range(3)))
            host = server.endpoint.removeprefix("http://")
            assert repr(transport) == f"AsyncHttpTransport({host!r}, region='eu-west-3')"

    run(scenario())
    assert ["/eu-west-3/dynamodb/" in seen.headers["authorization"] for seen in server.seen] == [True] * 3


def test_a_profile_that_is_not_there_is_the_error_of_the_first_request(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    async def scenario() -> None:
        async with AsyncHttpTransport(region="eu-north-1") as transport:
            with pytest.raises(DefinitionError, match="nobody"):
                await transport.send(WRITE)

    run(scenario())
    with pytest.raises(DefinitionError, match="nobody"):
        HttpTransport(region="eu-north-1")
