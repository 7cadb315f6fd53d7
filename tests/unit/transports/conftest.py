"""Fixtures of their own: a loopback server, clients that close, and no credentials but dummies."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.event_loops import run_in
from tests.unit.transports.server import Server

MakeClient = Callable[..., Any]


@pytest.fixture(autouse=True)
def dummy_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "dummy",
        "AWS_SECRET_ACCESS_KEY": "dummy",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    for name in (
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server().running() as server:
        yield server


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """Share the parsed service model; credentials are found anew by each client."""
    return boto3.Session(aws_access_key_id="dummy", aws_secret_access_key="dummy", region_name="eu-west-1")


@pytest.fixture
def make_client(session: boto3.Session) -> Iterator[MakeClient]:
    clients: list[Any] = []

    def make(endpoint: str | None = None, *, mode: str = "standard", attempts: int = 1, **options: Any) -> Any:
        config = Config(
            retries={"mode": mode, "total_max_attempts": attempts}, connect_timeout=2, read_timeout=5, **options
        )
        clients.append(session.client("dynamodb", endpoint_url=endpoint, config=config))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore retry at once."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _seconds: None))


@pytest.fixture
def run(loop: str) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Give what runs a coroutine in the event loop that the test is about."""
    return lambda coroutine: run_in(loop, coroutine)
