"""
The ways that the commands of a contract test take to an engine.

A rule is tested once on each engine: on the reference and in memory by the fastest way there, on moto through boto3.
A module whose tests are about what a transport could get wrong, such as errors, bodies, retries or threads, takes
further ways to the reference, and says so: `pytestmark = EVERY_WAY`. A test may take others than its module.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import AsyncHttpTransport, BotocoreTransport, HttpTransport
from tests.engines import REGION, engines_for

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from tests.engines import Engine

FASTEST = {"dynoxide": "http", "memory": "in process", "moto": "boto3", "custom": "http"}
"""The way to each engine that every contract test takes."""

_SENT = ("http", "boto3", "boto3 plain")
_AWAITED = ("threads", "awaited http", "awaited http on uvloop", "aiobotocore")
_INSTALLED_APART = {"awaited http on uvloop": "uvloop", "aiobotocore": "aiobotocore"}
"""Ways that need a package that may be missing, and an engine that is not in this process."""

SENT = pytest.mark.ways(*_SENT)
"""Also by every transport that blocks."""

AWAITED = pytest.mark.ways(*_AWAITED)
"""Also by every transport that is awaited: a `send` then runs the async driver until it has its result."""

EVERY_WAY = pytest.mark.ways(*_SENT, *_AWAITED)
"""Also by every transport."""

FASTEST_WAY = pytest.mark.ways()
"""For a test in a module of more ways, where one is enough."""


def pairs(definition: pytest.Item) -> list[tuple[str, str]]:
    """Return the engines that a test runs on, each with the way there."""
    engines = engines_for(definition)
    mark = definition.get_closest_marker("ways")
    named = () if mark is None else mark.args
    reference = engines[0]
    further = [way for way in named if way != FASTEST[reference] and _can_be_had(way, reference)]
    return [(engine, FASTEST[engine]) for engine in engines] + [(reference, way) for way in further]


def _can_be_had(way: str, engine: str) -> bool:
    package = _INSTALLED_APART.get(way)
    return package is None or (engine != "memory" and find_spec(package) is not None)


def loop_of(way: str) -> str:
    return "uvloop" if way.endswith("uvloop") else "asyncio"


def has_sdk(way: str) -> bool:
    """Tell whether botocore or aiobotocore carries the requests of a way."""
    return way in {"boto3", "boto3 plain", "threads", "aiobotocore"}


def is_awaited(way: str) -> bool:
    return way in _AWAITED


@contextmanager
def opened(way: str, client: Any, engine: Engine, runner: asyncio.Runner | None) -> Iterator[Any]:
    """Open the transport of a way; that of aiobotocore belongs to the event loop of the runner."""
    if way == "http":
        with HttpTransport.from_client(client) as transport:
            yield transport
    elif way.startswith("awaited http"):
        assert runner is not None
        transport = AsyncHttpTransport.from_client(client)
        yield transport
        runner.run(transport.aclose())
    elif way == "aiobotocore":
        assert runner is not None
        with _aiobotocore(engine, runner) as transport:
            yield transport
    else:
        yield BotocoreTransport(client, wire=way != "boto3 plain")


@contextmanager
def _aiobotocore(engine: Engine, runner: asyncio.Runner) -> Iterator[Any]:
    from aiobotocore.session import get_session

    from dynamo_document_builder.transports.aiobotocore import AiobotocoreTransport

    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    opening = get_session().create_client("dynamodb", endpoint_url=engine.endpoint, region_name=REGION, **keys)
    client = runner.run(opening.__aenter__())
    yield AiobotocoreTransport(client)
    runner.run(opening.__aexit__(None, None, None))
