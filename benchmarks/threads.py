"""
Eight threads on one table object: calls per second, and client CPU per call.

    python benchmarks/threads.py

Medians; two libraries are compared round by round. The engine shares the machine's processors, so calls per second are
those of both together.
"""

from __future__ import annotations

import platform
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from awake import awake
from engine import endpoint
from harness import Cost, Costs
from operations import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

THREADS: Final = 8
CALLS: Final = 200
ROUNDS: Final = 9
LEFT_OUT: Final = frozenset({"pydynox dict"})
OURS: Final = "ours, HttpTransport"
RIVAL: Final = "pydynox model"
FASTER: Final = 1.2


def measured(call: Callable[[], object]) -> Cost:

    def work() -> None:
        for _ in range(CALLS):
            call()

    cpu, wall = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work) for _ in range(THREADS)]:
            done.result()
    total = THREADS * CALLS
    return Cost((time.process_time() - cpu) / total * 1e6, (time.perf_counter() - wall) / total * 1e6)


def main() -> None:
    with awake() as processors, endpoint() as url:
        print(f"Python {platform.python_version()}, {platform.machine()}, {THREADS} threads, {processors}")
        libraries = {name: calls for name, calls in candidates(url).items() if name not in LEFT_OUT}
        for operation in ("put", "get"):
            rounds: dict[str, list[Cost]] = {name: [] for name in libraries}
            for _ in range(ROUNDS):
                for name, operations in libraries.items():
                    rounds[name].append(measured(operations[operation]))
            report(operation, {name: Costs(costs) for name, costs in rounds.items()})


def report(operation: str, found: Mapping[str, Costs]) -> None:
    print(f"\n{operation:32}{'calls per second':>18}{'CPU us per call':>18}")
    for name, costs in found.items():
        print(f"{name:32}{1e6 / costs.wall:18,.0f}{costs.cpu:18,.0f}")
    if found.keys() >= {OURS, RIVAL}:
        faster = found[RIVAL].wall_to(found[OURS])
        print(f"calls per second of {OURS} / {RIVAL}: {faster:.2f}   at least {FASTER}")


if __name__ == "__main__":
    main()
