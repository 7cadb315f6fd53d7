"""The distributions as they would be published, and an environment with the wheel and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
_UNREACHABLE = re.compile("NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Max retries exceeded")


@dataclass(frozen=True)
class Built:
    """A source distribution, and the wheel that was built from its files alone."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Installed:
    """An environment into which the wheel was installed."""

    root: Path

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of the environment outside the repository, and return what it prints."""
        return run(self.root / BIN / program, *arguments, cwd=self.root)


def run(program: Path | str, *arguments: Path | str, cwd: Path) -> str:
    """Run a program that must end with 0, and must not find the library by `PYTHONPATH`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
    done = subprocess.run([program, *arguments], check=False, capture_output=True, text=True, cwd=cwd, env=environment)
    assert done.returncode == 0, f"{program} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}"
    return done.stdout


def build(where: Path) -> Built:
    """Build the source distribution, and from it the wheel; both need nothing but hatchling, and no network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", where, cwd=PROJECT)
    [sdist] = where.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(where, filter="data")
    unpacked = where / sdist.name.removesuffix(".tar.gz")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", where, cwd=unpacked)
    [wheel] = where.glob("*.whl")
    return Built(sdist, wheel)


def install(wheel: Path, where: Path) -> Installed:
    """Install the wheel with the extra for the command line; skip where no package index answers."""
    run(sys.executable, "-m", "venv", where, cwd=PROJECT)
    python = where / BIN / "python"
    pip = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--retries=1",
        "install",
        "-q",
        "--no-compile",
        f"{wheel}[cli]",
    ]
    done = subprocess.run(pip, check=False, capture_output=True, text=True)
    if done.returncode and _UNREACHABLE.search(done.stderr):
        pytest.skip("pip reaches no package index, so the wheel's dependencies cannot be installed")
    assert done.returncode == 0, done.stderr
    return Installed(where)
