"""
Run every benchmark, one after the other, and write what they print to RESULTS.md, with the machine and the versions.

    python benchmarks/run.py
    python benchmarks/run.py instructions    that one alone, to INSTRUCTIONS.md
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE: Final = Path(__file__).parent
BENCHMARKS: Final = {
    "operations": "One call of each operation",
    "awaited": "Sixty-four calls at once in one event loop",
    "threads": "Eight threads",
    "cold_start": "Cold start",
    "imports": "Imports",
    "codec": "Encoding and decoding one item",
    "growth": "Growth",
    "memory": "Engines in memory",
}
PACKAGES: Final = (
    "boto3",
    "botocore",
    "aiobotocore",
    "aiodynamo",
    "pynamodb",
    "pydynox",
    "attrs",
    "msgspec",
    "httptools",
    "uvloop",
)
INTRODUCTION: Final = """# Results of one run

Written by `make bench`. CPU is that of the client process; the engine, dynoxide, runs on the same machine, so wall
times and calls per second are those of both together, and say nothing about a DynamoDB that is milliseconds away.

Where the client makes many calls at once, the engine keeps to one processor, and leaves the others to the client.

Where that is allowed, the first three keep processors awake while they wait: one of a virtual machine that sleeps is
given to others, and each answer comes to cold caches. Then all takes longer: small calls most, and ours more than
compiled code.
"""

COUNTED: Final = """# Instructions of one run

Written by `make instructions`, in a quarter of an hour. Counted by valgrind in the client process, without the
kernel's: what a library makes the processor do, whatever else the machine is busy with. CPU time, which is what one
pays for, is in [RESULTS.md](RESULTS.md); it depends on what is in the caches, too, and on who else uses the processor.
"""


def machine() -> str:
    """Describe the processor, how many there are of it, and Python."""
    names = [line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores; Python {platform.python_version()}, {platform.system()}"


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def versions() -> str:
    return ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)) is not None)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def printed(name: str) -> str:
    """Run one benchmark, showing what it prints as it does, and return that."""
    lines: list[str] = []
    with subprocess.Popen([sys.executable, str(HERE / f"{name}.py")], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    if run.returncode:
        raise SystemExit(f"benchmarks/{name}.py failed")
    return "\n".join(lines).strip()


def write(file: str, introduction: str, benchmarks: Mapping[str, str]) -> None:
    """Run some benchmarks, each under its title, and write what they print to a file."""
    parts = [introduction, f"{datetime.now(UTC):%Y-%m-%d}, {machine()}  \n{versions()}\n"]
    for name, title in benchmarks.items():
        print(f"\n== {title} ==\n", flush=True)
        parts.append(f"## {title}\n\n`benchmarks/{name}.py`\n\n```text\n{printed(name)}\n```\n")
    (HERE / file).write_text("\n".join(parts))


def main() -> None:
    if sys.argv[1:] == ["instructions"]:
        write("INSTRUCTIONS.md", COUNTED, {"instructions": "One call of each operation, and a cold start"})
    else:
        write("RESULTS.md", INTRODUCTION, BENCHMARKS)


if __name__ == "__main__":
    main()
