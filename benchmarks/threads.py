"""
Eight threads on one table object: calls per second, and client CPU per call.

    python benchmarks/threads.py

Medians; two libraries are compared round by round. The engine keeps to one processor: calls per second are those of
both together.
"""

from __future__ import annotations

import platform
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from awake import awake
from engine import endpoint
from harness import Watch, in_turn, report_rates
from operations import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness import Cost, Costs

THREADS: Final = 8
CALLS: Final = 200
ROUNDS: Final = 9
LEFT_OUT: Final = frozenset({"pydynox dict"})
OURS: Final = "ours, HttpTransport"
RIVAL: Final = "pydynox model"
FASTER: Final = 1.2


def measured(call: Callable[[], object]) -> Cost:
    """Measure one round."""

    def work() -> None:
        for _ in range(CALLS):
            call()

    watch = Watch()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work) for _ in range(THREADS)]:
            done.result()
    return watch.cost(THREADS * CALLS)


def main() -> None:
    with awake() as processors, endpoint(apart=True) as url:
        print(f"Python {platform.python_version()}, {platform.machine()}, {THREADS} threads, {processors}")
        libraries = {name: calls for name, calls in candidates(url).items() if name not in LEFT_OUT}
        for operation in ("put", "get"):
            rounds = {name: partial(measured, operations[operation]) for name, operations in libraries.items()}
            report(operation, in_turn(ROUNDS, rounds))


def report(operation: str, found: Mapping[str, Costs]) -> None:
    report_rates(operation, found)
    if found.keys() >= {OURS, RIVAL}:
        faster = found[RIVAL].to(found[OURS], "wall")
        print(f"calls per second of {OURS} / {RIVAL}: {faster:.2f}   at least {FASTER}")


if __name__ == "__main__":
    main()
