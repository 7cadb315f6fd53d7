"""
What importing one command costs in a fresh interpreter, beside what it stands on and what it stands for.

Interpreters start in turn, one per package and round, so that a busy machine slows all alike; the time is that of the
import alone, without starting Python. The last lines say what the import brought.

The target in milliseconds was set where attrs takes 24; two that go with the machine are printed beside it. The
fastest import had its core to itself.

    python benchmarks/imports.py [rounds]
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import median

from harness import fresh, held, ratio

SOURCE = Path(__file__).parent.parent / "src"
COMMAND = "from dynamo_document_builder.commands.transact_write import TransactWrite"
IMPORTS = {
    "one command": COMMAND,
    "and what an entity needs": f"{COMMAND}; from dynamo_document_builder import Entity, Table",
    "attrs": "import attrs",
    "msgspec": "import msgspec",
    "boto3": "import boto3",
    "boto3 and a client": "import boto3; boto3.client('dynamodb', region_name='eu-north-1')",
}
ROUNDS = 31
TARGET_MS = 45.0
ATTRS_MS = 24.0
OF_A_CLIENT = 0.30
UNWANTED = ("boto3", "botocore", "asyncio", "concurrent", "email", "http", "urllib", "ssl")

TIMED = """
import time
start = time.perf_counter()
{statement}
print((time.perf_counter() - start) * 1000)
"""
BROUGHT = """
import sys
before = set(sys.modules)
{statement}
print(*sorted(set(sys.modules) - before))
"""


def printed(program: str, statement: str) -> str:
    """Return what a program prints in an interpreter of its own."""
    run = fresh(program.format(statement=statement), os.environ | {"PYTHONPATH": str(SOURCE)})
    run.check_returncode()
    return run.stdout


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for number in range(rounds + 1):
        for name, statement in IMPORTS.items():
            taken = float(printed(TIMED, statement))
            if number:  # the first round compiles
                times[name].append(taken)
    packages = ", ".join(f"{name} {version(name)}" for name in ("attrs", "msgspec", "boto3"))
    print(f"Python {platform.python_version()}, {packages}, {platform.machine()}, {os.cpu_count()} cores")
    print(f"medians of {rounds} fresh interpreters each")
    for name, taken in times.items():
        print(f"{name:30} {median(taken):7.1f} ms   (fastest {min(taken):.1f})")
    for what, taken in (("median", median(times["one command"])), ("fastest", min(times["one command"]))):
        print(f"one command, {what}: at most {TARGET_MS:.0f} ms: {held(taken, TARGET_MS)}")
    for name, target in (("attrs", TARGET_MS / ATTRS_MS), ("boto3 and a client", OF_A_CLIENT)):
        of = ratio(times["one command"], times[name])
        print(f"  {of:.2f} of {name}; at most {target:.2f}: {held(of, target)}")
    brought = printed(BROUGHT, COMMAND).split()
    ours = [name for name in brought if name.startswith("dynamo_document_builder")]
    unwanted = [name for name in UNWANTED if name in brought]
    print(f"it loads {len(brought)} modules, {len(ours)} of them ours; of {', '.join(UNWANTED)}: {unwanted or 'none'}")


if __name__ == "__main__":
    main()
