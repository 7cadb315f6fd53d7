"""
Sixty-four calls at once in one event loop: calls per second, and client CPU per call, in each library.

    python benchmarks/awaited.py [rounds]

Every library has a loop of its own, kept through all rounds; rounds take turns, and two libraries are compared round by
round. CPU is that of this process with all its threads. The engine keeps to one processor: calls per second are those
of both together.
"""

from __future__ import annotations

import asyncio
import platform
import sys
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from awake import awake
from engine import client_of, endpoint
from harness import Watch, in_turn, report_rates
from operations import create
from peers import ours

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from harness import Cost, Costs

AT_ONCE: Final = 64
CALLS: Final = {"get": 20, "TransactWrite 10": 3}
ROUNDS: Final = 15
TARGETS: Final = {"get": 0.30, "TransactWrite 10": 0.33}
FASTER: Final = 2.5
OURS: Final = "ours, AsyncHttpTransport"
RIVAL: Final = "pydynox model"


def _plain(peer: Callable[[Any, str], dict[str, Any]]) -> Callable[[Any, str], Any]:
    @asynccontextmanager
    async def opened(to: Any, table: str) -> AsyncIterator[dict[str, Any]]:
        yield peer(to, table)

    return opened


def candidates(url: str) -> dict[str, tuple[Any, Any, Any]]:
    """Return for each library what opens it, what to give it, and the loop it runs in."""
    from botocore.config import Config
    from peers import aio_clients, pydynox_clients

    def client() -> Any:
        return client_of(url, config=Config(max_pool_connections=AT_ONCE))

    found = {
        OURS: (_plain(ours.awaited), client(), None),
        "ours, BotocoreTransport in threads": (_plain(ours.awaited_in_threads), client(), None),
        "aiobotocore, TypeSerializer": (aio_clients.aiobotocore_client, url, None),
        "aiodynamo, dictionaries": (aio_clients.aiodynamo_client, url, None),
        RIVAL: (_plain(pydynox_clients.awaited), url, None),
    }
    try:
        import uvloop
    except ImportError:
        return found
    return {**found, f"{OURS}, uvloop": (_plain(ours.awaited), client(), uvloop.new_event_loop)}


class Candidate:
    """One library, open in a loop of its own."""

    def __init__(self, opens: Any, to: Any, loop: Any, table: str) -> None:
        self.runner = asyncio.Runner(loop_factory=loop)
        self.context = opens(to, table)
        self.calls = self.runner.run(self.context.__aenter__())
        self.runner.run(self.calls["TransactWrite 10"]())

    def round(self, operation: str) -> Cost:
        return self.runner.run(_at_once(self.calls[operation], CALLS[operation]))

    def close(self) -> None:
        self.runner.run(self.context.__aexit__(None, None, None))
        self.runner.close()


async def _at_once(call: Callable[[], Any], calls: int) -> Cost:
    async def work() -> None:
        for _ in range(calls):
            await call()

    watch = Watch()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return watch.cost(AT_ONCE * calls)


def measured(opened: dict[str, Candidate], operation: str, rounds: int) -> dict[str, Costs]:
    for candidate in opened.values():
        candidate.round(operation)
    return in_turn(rounds, {name: partial(candidate.round, operation) for name, candidate in opened.items()})


def report(operation: str, found: dict[str, Costs]) -> None:
    report_rates(operation, found)
    here, beside = found[OURS], found[RIVAL]
    print(f"CPU of {OURS} / {RIVAL}: {here.to(beside):.2f}   at most {TARGETS[operation]:.2f}")
    if operation == "get":
        print(f"calls per second of {OURS} / {RIVAL}: {beside.to(here, 'wall'):.1f}   at least {FASTER}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with awake() as processors, endpoint(apart=True) as url:
        machine = f"Python {platform.python_version()}, {platform.machine()}"
        print(f"{machine}, {AT_ONCE} at once, {rounds} rounds, {processors}")
        opened: dict[str, Candidate] = {}
        for number, (name, (opens, to, loop)) in enumerate(candidates(url).items()):
            create(client_of(url), f"awaited-{number}")
            opened[name] = Candidate(opens, to, loop, f"awaited-{number}")
        for operation in CALLS:
            report(operation, measured(opened, operation, rounds))
        for candidate in opened.values():
            candidate.close()


if __name__ == "__main__":
    main()
