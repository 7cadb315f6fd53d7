"""
How many instructions a call takes in each library, and a cold start: CPU time says something else on every machine.

    python benchmarks/instructions.py

Counted by valgrind, which has to be installed: those of the client process, without the kernel's. Each number is the
difference of two runs, so that what it takes to start is in neither. Nothing else on the machine changes them, but for
what is done once in a second, such as asking for keys: a process takes fifty times as long when it is counted.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import cold_start
from engine import client_of, endpoint
from harness import MAY_COMPILE
from operations import BY_CLIENT, BY_ENDPOINT, CALLS, TARGETS, create
from secured import secured

if TYPE_CHECKING:
    from collections.abc import Mapping

FEW: Final = 20
LIBRARIES: Final = tuple(dict.fromkeys(name for pair in TARGETS for name in pair))


def counted(environment: Mapping[str, str], *arguments: str) -> int:
    """Run a Python program of its own, and return how many instructions it took."""
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    kept = {**environment, "PYTHONHASHSEED": "0"}
    run = subprocess.run((*valgrind, sys.executable, *arguments), env=kept, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or found is None:
        raise SystemExit(f"{arguments}:\n{run.stderr[-2000:]}")
    return int(found[1])


def of_one_call(library: str, operation: str) -> float:
    more = CALLS[operation]
    # Nothing is kept that one of both would compile for the other.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    few, many = (counted(environment, __file__, library, operation, str(calls)) for calls in (FEW, FEW + more))
    return (many - few) / more


def call(library: str, operation: str, calls: int) -> None:
    """Be the program that is counted."""
    from importlib import import_module

    url = os.environ["DYNAMODB_ENDPOINT"]
    module, function = {**BY_CLIENT, **BY_ENDPOINT}[library]
    to = client_of(url) if library in BY_CLIENT else url
    operations = getattr(import_module(module), function)(to, _table(library))
    for _ in range(calls):
        operations[operation]()


def _table(library: str) -> str:
    return f"counted-{LIBRARIES.index(library)}"


def of_cold_starts(url: str) -> dict[str, int]:
    """Return what the programs of `cold_start.py` take, without what Python itself takes to start."""
    found: dict[str, int] = {}
    started = counted(os.environ, "-c", "")
    create(client_of(url), cold_start.TABLE)
    with secured(url) as (address, trusted):
        for name in cold_start.PROGRAMS:
            program, environment = cold_start.program_of(name, address), cold_start.environment_of(name, trusted)
            if cold_start.once(program, environment) is None:  # which compiles, too
                print(f"{name}: left out")
                continue
            found[name] = counted(environment | MAY_COMPILE, "-c", program) - started
    return found


def report_cold_starts(found: dict[str, int]) -> None:
    print("\nmillions of instructions from a fresh interpreter to the first answered put over TLS")
    for name, instructions in found.items():
        print(f"{name:56}{instructions / 1e6:8,.0f}")
    for name in filter(found.__contains__, cold_start.TARGETS):
        print(f"{cold_start.OURS} / {name}: {found[cold_start.OURS] / found[name]:.2f}")


def report(costs: dict[tuple[str, str], float]) -> None:
    print("\nthousands of instructions per call\n" + " " * 32 + "".join(f"{operation:>19}" for operation in CALLS))
    for library in LIBRARIES:
        print(f"{library:32}" + "".join(f"{costs[library, operation] / 1e3:19,.0f}" for operation in CALLS))
    for one, other in TARGETS:
        ratios = "".join(f"{costs[one, operation] / costs[other, operation]:19.2f}" for operation in CALLS)
        print(f"{one} / {other}\n{'':32}{ratios}")


def main() -> None:
    if shutil.which("valgrind") is None:
        print("left out: valgrind is not installed")
        return
    print(f"Python {platform.python_version()}, {platform.machine()}")
    with endpoint() as url:
        os.environ["DYNAMODB_ENDPOINT"] = url
        for library in LIBRARIES:
            create(client_of(url), _table(library))
            call(library, "TransactWrite 100", 1)
        wanted = [(library, operation) for operation in CALLS for library in LIBRARIES]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            costs = dict(zip(wanted, threads.map(lambda one: of_one_call(*one), wanted), strict=True))
        cold = of_cold_starts(url)
    report(costs)
    report_cold_starts(cold)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        call(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
