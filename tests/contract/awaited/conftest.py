"""
Fixtures that send everything by `asend`: contract tests that are imported here run as they are.

A `send` then runs the async driver, and an async transport, in an event loop until it has its result.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import AsyncHttpTransport
from dynamo_document_builder.facade.connection import Connection
from dynamo_document_builder.transports.botocore import BotocoreTransport
from tests.engines import REGION
from tests.event_loops import runner as open_runner

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from tests.engines import Engine


WAYS = ["threads", "http", *(["http on uvloop"] if find_spec("uvloop") else [])]
if find_spec("aiobotocore"):
    WAYS.append("aiobotocore")
"""Without one of them, its own tests are one named skip; that is enough."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is of no use with an engine in this process: it is asked in place of any connection."""
    items[:] = [item for item in items if not _is_of_no_use(getattr(item, "callspec", None))]


def _is_of_no_use(call: Any) -> bool:
    params = {} if call is None else call.params
    return params.get("engine") in {"memory", "moto"} and params.get("way") in {"aiobotocore", "http on uvloop"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """Name the way requests are awaited."""
    way: str = request.param
    return way


@pytest.fixture
def runner(way: str) -> Iterator[asyncio.Runner]:
    with open_runner("uvloop" if way.endswith("uvloop") else "asyncio") as runner:
        yield runner


@pytest.fixture(params=[True], ids=["wire"])
def transport(
    request: pytest.FixtureRequest, way: str, client: Any, engine: Engine, runner: asyncio.Runner
) -> Iterator[Any]:
    if way == "threads":
        yield BotocoreTransport(client, wire=request.param)
        return
    if way.startswith("http"):
        yield AsyncHttpTransport.from_client(client)
        return
    from aiobotocore.session import get_session

    from dynamo_document_builder.transports.aiobotocore import AiobotocoreTransport

    opening = get_session().create_client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    opened = runner.run(opening.__aenter__())
    yield AiobotocoreTransport(opened, wire=request.param)
    runner.run(opening.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def awaited(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a blocking send await: what differs from `asend` is who runs the event loop."""
    monkeypatch.setattr(Connection, "run", lambda self, *asked: runner.run(self.arun(*asked)))
