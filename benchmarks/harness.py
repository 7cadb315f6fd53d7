"""
Measuring: candidates take turns within one run, so that a busy machine slows all alike, and medians are reported.

Two candidates are compared round by round, for a machine that others use is never the same for long.

CPU is that of this process, all its threads included, so that a client with threads of its own pays for them.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

WARM_UP = 5
MAY_COMPILE: Final = {"PYTHONDONTWRITEBYTECODE": ""}
"""Of an environment: our modules are then loaded as those of an installed package, from the second time on."""


@dataclass(frozen=True)
class Cost:
    """Microseconds for one call."""

    cpu: float
    wall: float


def fresh(program: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own, which may keep what it compiles."""
    kept = {**environment, **MAY_COMPILE}
    return subprocess.run([sys.executable, "-c", program], env=kept, capture_output=True, text=True, check=False)


class Watch:
    """Measures from when it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def cost(self, calls: int) -> Cost:
        """Return what each of so many calls took."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return Cost(cpu / calls * 1e6, wall / calls * 1e6)


def once(call: Callable[[], object], calls: int) -> Cost:
    """Measure one round."""
    gc.collect()
    watch = Watch()
    for _ in range(calls):
        call()
    return watch.cost(calls)


def ratio(values: Iterable[float], beside: Iterable[float]) -> float:
    """Return the median of the ratios of each round."""
    return median(one / other for one, other in zip(values, beside, strict=True))


def held(found: float, target: float) -> str:
    """Say whether what was found is at most what it is held to."""
    return "held" if found <= target else "MISSED"


class Costs(tuple[Cost, ...]):
    """What each round took."""

    __slots__ = ()

    @property
    def cpu(self) -> float:
        return median(cost.cpu for cost in self)

    @property
    def wall(self) -> float:
        return median(cost.wall for cost in self)

    def to(self, other: Costs, kind: Literal["cpu", "wall"] = "cpu") -> float:
        """Return the ratio to another candidate."""
        ours, beside = ([getattr(cost, kind) for cost in costs] for costs in (self, other))
        return ratio(ours, beside)


def in_turn(rounds: int, measured: Mapping[str, Callable[[], Cost]]) -> dict[str, Costs]:
    """Return the costs of each candidate, which measures a round of its own; nobody is always first."""
    names = list(measured)
    found: dict[str, list[Cost]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(measured[name]())
    return {name: Costs(costs) for name, costs in found.items()}


def alternated(candidates: Mapping[str, Callable[[], object]], *, calls: int, rounds: int) -> dict[str, Costs]:
    """Return the costs of each candidate, one call after the other."""
    for call in candidates.values():
        for _ in range(WARM_UP):
            call()
    return in_turn(rounds, {name: partial(once, call, calls) for name, call in candidates.items()})


def report_rates(operation: str, found: Mapping[str, Costs]) -> None:
    """Print the calls per second of each candidate, and what each takes."""
    print(f"\n{operation:40}{'calls per second':>18}{'CPU us per call':>18}")
    for name, costs in found.items():
        print(f"{name:40}{1e6 / costs.wall:18,.0f}{costs.cpu:18,.0f}")
