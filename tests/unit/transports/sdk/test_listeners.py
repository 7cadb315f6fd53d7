"""Handlers of a client: none is passed over, whenever it was registered, and whatever botocore keeps of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from moto.core.models import botocore_stubber

from dynamo_document_builder import BotocoreTransport, HttpTransport
from dynamo_document_builder.transports.sdk.listeners import Listeners
from tests.fault_server import FaultServer
from tests.unit.transports.echoing import READ, client_of, echo

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(otherwise=echo).running() as running:
        yield running


@pytest.mark.parametrize("event", ["before-call", "before-send", "after-call"])
@pytest.mark.parametrize("name", ["{}.dynamodb.GetItem", "{}.dynamodb", "{}.*.GetItem", "{}"])
def test_a_handler_that_comes_late_is_called_and_one_that_leaves_is_not(
    server: FaultServer, event: str, name: str
) -> None:
    client = client_of(server.endpoint)
    seen: list[str] = []

    def handler(event_name: str, **_: Any) -> None:
        seen.append(event_name)

    with HttpTransport.from_client(client) as transport:
        for _ in range(3):
            transport.send(READ)
        client.meta.events.register(name.format(event), handler)
        transport.send(READ)
        transport.send(READ)
        client.meta.events.unregister(name.format(event), handler)
        transport.send(READ)
        transport.send(READ)
    assert seen == [f"{event}.dynamodb.GetItem"] * 2


def listeners(server: FaultServer) -> tuple[Listeners, Any]:
    client = client_of(server.endpoint)
    client.meta.events.unregister("before-send", botocore_stubber)  # moto's, wherever that is imported
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)  # asks the client who it is, for which a handler comes and leaves
        transport.send(READ)
    return Listeners(client), client


def test_botocores_own_do_nothing(server: FaultServer) -> None:
    found, _ = listeners(server)
    assert found.is_unobserved("GetItem")
    assert found.is_unobserved("GetItem")
    assert not found.is_unobserved("PutItem")  # an event that botocore has not met yet may have any


def test_those_of_the_other_transport_do_nothing(server: FaultServer) -> None:
    _, client = listeners(server)
    BotocoreTransport(client).send(READ)
    with HttpTransport.from_client(client) as transport:
        transport.send(READ)
        transport.send(READ)
    assert Listeners(client).is_unobserved("GetItem")


def test_in_a_function_the_trace_goes_on(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "mine")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    found, client = listeners(server)
    assert not found.is_unobserved("GetItem")
    with HttpTransport.from_client(client) as transport:
        for _ in range(3):
            transport.send(READ)
    assert {seen.headers.get("x-amzn-trace-id") for seen in server.seen} == {"Root=1-5759e988-bd862e3fe1be46a994272793"}


@pytest.mark.parametrize(
    "events",
    [
        SimpleNamespace(),
        SimpleNamespace(_emitter=SimpleNamespace()),
        SimpleNamespace(_emitter=SimpleNamespace(_lookup_cache=5)),
        SimpleNamespace(_emitter=SimpleNamespace(_lookup_cache={})),
    ],
)
def test_where_it_cannot_be_known_somebody_may_listen(events: Any) -> None:
    assert not Listeners(SimpleNamespace(meta=SimpleNamespace(events=events))).is_unobserved("GetItem")
