"""
Eight threads on one table object: calls per second, and client CPU per call.

    python benchmarks/threads.py
"""

from __future__ import annotations

import platform
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from awake import awake
from engine import endpoint
from operations import candidates

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS: Final = 8
CALLS: Final = 400
ROUNDS: Final = 5
LEFT_OUT: Final = frozenset({"pydynox dict"})


def measured(call: Callable[[], object]) -> tuple[float, float]:
    """Return calls per second, and microseconds of CPU per call."""

    def work() -> None:
        for _ in range(CALLS):
            call()

    cpu, wall = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work) for _ in range(THREADS)]:
            done.result()
    total = THREADS * CALLS
    return total / (time.perf_counter() - wall), (time.process_time() - cpu) / total * 1e6


def main() -> None:
    with awake() as processors, endpoint() as url:
        print(f"Python {platform.python_version()}, {platform.machine()}, {THREADS} threads, {processors}")
        libraries = {name: calls for name, calls in candidates(url).items() if name not in LEFT_OUT}
        for operation in ("put", "get"):
            print(f"\n{operation:32}{'calls per second':>18}{'CPU us per call':>18}")
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in libraries}
            for _ in range(ROUNDS):
                for name, operations in libraries.items():
                    found[name].append(measured(operations[operation]))
            for name, results in found.items():
                best = max(results)
                print(f"{name:32}{best[0]:18,.0f}{best[1]:18,.0f}")


if __name__ == "__main__":
    main()
