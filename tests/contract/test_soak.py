"""
Money moves exactly once, through every transport, while requests and answers are lost, cut, late, refused and held up.

`make soak` makes many more transfers through each way, or as many as SOAK_TRANSFERS says.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from dynamo_document_builder import AsyncHttpTransport, BotocoreTransport, HttpTransport
from tests.contract.bank import Bank, check_books, open_accounts
from tests.effort import more
from tests.engines import REACHABLE, REGION
from tests.proxy import Proxy, mishaps, running_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

    from tests.conftest import NewTable
    from tests.contract.conftest import Engine

pytestmark = [pytest.mark.soak, REACHABLE]
TRANSFERS = int(os.environ.get("SOAK_TRANSFERS", more(700)))
SEED = int(os.environ.get("SOAK_SEED", "20"))
THREADS = 8
TASKS = 64
SHARE = 0.3
KEYS: dict[str, Any] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


class Soak:
    """What one run is made of."""

    def __init__(self, proxy: Proxy, names: tuple[str, str], faults: Counter[str]) -> None:
        self.proxy = proxy
        self.names = names
        self.faults = faults

    def bank(self, transport: Any) -> Bank:
        return Bank(self.names, transport, SEED)


@pytest.fixture
def soak(engine: Engine, client: Any, new_table: NewTable) -> Iterator[Soak]:
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} has no endpoint that a proxy could stand in front of")
    engine.requires("token_replay")
    faults: Counter[str] = Counter()
    names = new_table(), new_table()
    open_accounts(client, names[0])
    with running_proxy(engine.endpoint, SEED, mishaps(SHARE, faults)) as proxy:
        yield Soak(proxy, names, faults)


def in_threads(bank: Bank) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(bank.settle, list(bank.wanted(TRANSFERS))):  # which raises what a thread raised
            pass


def check(soak: Soak, bank: Bank, client: Any, way: str, capsys: pytest.CaptureFixture[str]) -> None:
    check_books(client, soak.names, bank.counts)
    assert bank.counts["applied"] + bank.counts["refused"] == TRANSFERS
    assert bank.counts["applied"] > TRANSFERS // 2
    assert bank.counts["resolved: before"] > 0
    assert bank.counts["resolved: now"] > 0
    assert len(soak.faults) == 10  # every kind of mishap
    with capsys.disabled():
        print(  # noqa: T201  what was proven is to be seen
            f"\n{TRANSFERS} transfers through {way}: {_shown(bank.counts)}; mishaps: {_shown(soak.faults)}"
        )


def _shown(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def test_through_boto3_in_threads(
    soak: Soak, client: Any, boto3_session: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, max_pool_connections=THREADS)
    proxied = boto3_session.client(
        "dynamodb", endpoint_url=soak.proxy.endpoint, region_name=REGION, config=config, **KEYS
    )
    with closing(proxied):
        bank = soak.bank(BotocoreTransport(proxied))
        in_threads(bank)
    check(soak, bank, client, f"boto3, {THREADS} threads", capsys)


def credentials() -> Any:
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials

    return Credentials("testing", "testing", None)


def test_direct_in_threads(soak: Soak, client: Any, capsys: pytest.CaptureFixture[str]) -> None:
    # It sends again what failed on its own, once.
    transport = HttpTransport(
        region=REGION, endpoint_url=soak.proxy.endpoint, credentials=credentials(), max_attempts=2
    )
    with transport:
        bank = soak.bank(transport)
        in_threads(bank)
    check(soak, bank, client, f"HttpTransport, {THREADS} threads", capsys)


def test_direct_in_tasks(soak: Soak, client: Any, capsys: pytest.CaptureFixture[str]) -> None:
    bank = asyncio.run(awaited(soak))
    check(soak, bank, client, f"AsyncHttpTransport, {TASKS} tasks", capsys)


async def awaited(soak: Soak) -> Bank:
    transport = AsyncHttpTransport(
        region=REGION, endpoint_url=soak.proxy.endpoint, credentials=credentials(), max_attempts=2, pool_size=16
    )
    async with transport:
        bank = soak.bank(transport)
        left = iter(list(bank.wanted(TRANSFERS)))

        async def work() -> None:
            for transfer in left:
                await bank.asettle(transfer)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(TASKS):
                tasks.create_task(work())
    return bank
