"""What tests of the awaited direct transport share."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import AsyncHttpTransport, Entity, Table, key
from tests.fault_server import refuses, says
from tests.unit.things import ALICE_ITEM, User
from tests.unit.transports.written import get, primary, put

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.fault_server import FaultServer


READ, WRITE = get(primary("1")), put(primary("1"))
KEY = {"user_id": "u1"}
FOUND = says(json.dumps({"Item": ALICE_ITEM}).encode())
THROTTLES = refuses("ThrottlingException")


def opened(server: FaultServer, **options: Any) -> AsyncHttpTransport:
    transport = AsyncHttpTransport(endpoint_url=server.endpoint, **options)
    transport._sleep = lambda _: asyncio.sleep(0)
    return transport


def users_through(transport: Any) -> Entity[User]:
    table = Table("app", transport=transport)
    return Entity(User, table, partition_key=lambda u: key("USER", u.user_id), sort_key=lambda _: "META")


async def until(ready: Callable[[], object]) -> None:
    """Wait for what happens in another thread, or in another task."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.001)


async def cancelled(work: Coroutine[Any, Any, Any], ready: Callable[[], object]) -> BaseException | None:
    """Cancel some work when it is where it should be, and return what is known of it."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    await until(ready)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as ended:
        await task
    return ended.value.__cause__
