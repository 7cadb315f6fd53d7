"""
Measuring: candidates take turns within one run, so that a busy machine slows all alike, and medians are reported.

Two candidates are compared round by round, for a machine that others use is never the same for long.

CPU is that of this process, all its threads included, so that a client with threads of its own pays for them.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WARM_UP = 5


@dataclass(frozen=True)
class Cost:
    """Microseconds for one call."""

    cpu: float
    wall: float


def once(call: Callable[[], object], calls: int) -> Cost:
    """Measure one round."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        call()
    return Cost((time.process_time() - cpu) / calls * 1e6, (time.perf_counter() - wall) / calls * 1e6)


class Costs(tuple[Cost, ...]):
    """What each round took."""

    __slots__ = ()

    @property
    def cpu(self) -> float:
        return median(cost.cpu for cost in self)

    @property
    def wall(self) -> float:
        return median(cost.wall for cost in self)

    def to(self, other: Costs) -> float:
        """Return the ratio to the CPU of another candidate: the median of those of each round."""
        return median(one.cpu / beside.cpu for one, beside in zip(self, other, strict=True))

    def wall_to(self, other: Costs) -> float:
        """Return the same of wall time."""
        return median(one.wall / beside.wall for one, beside in zip(self, other, strict=True))


def alternated(candidates: Mapping[str, Callable[[], object]], *, calls: int, rounds: int) -> dict[str, Costs]:
    """Return the costs of each candidate; nobody is always first."""
    for call in candidates.values():
        for _ in range(WARM_UP):
            call()
    names = list(candidates)
    found: dict[str, list[Cost]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(once(candidates[name], calls))
    return {name: Costs(costs) for name, costs in found.items()}
