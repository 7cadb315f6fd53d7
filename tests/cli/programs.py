"""Runs of `ddb` in a process of its own, without a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

from dynamo_document_builder.cli.app import run as run_here
from tests.engines import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
USERS, VISITS = "tests.cli.shop:users", "tests.cli.shop:visits"
WITHIN = 60
"""Seconds after which a run that does not end is a failure, on any machine."""


@frozen
class Ended:
    """How a run ended, and what it printed."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


def environment_of(endpoint: str | None = None) -> dict[str, str]:
    """Return the environment of a run; without an endpoint nothing can be reached."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint or "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "LANG": "C.UTF-8",
    }


def started(
    environment: Mapping[str, str], cwd: Path, *arguments: str, stdin: int | None = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a run."""
    return subprocess.Popen(
        [sys.executable, "-m", "dynamo_document_builder", *arguments],
        env={**environment},
        cwd=cwd,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores Ctrl-C, and so does all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  it does nothing else
    )


def ended(child: subprocess.Popen[bytes], given: bytes | None = None) -> Ended:
    """Wait for a run."""
    out, err = child.communicate(given, timeout=WITHIN)
    assert child.returncode is not None
    return Ended(child.returncode, out, err.decode(errors="backslashreplace"))


def run(environment: Mapping[str, str], cwd: Path, *arguments: str, given: bytes | None = None) -> Ended:
    """Run it to its end; *given* is its standard input."""
    stdin = subprocess.DEVNULL if given is None else subprocess.PIPE
    return ended(started(environment, cwd, *arguments, stdin=stdin), given)


def inside(*arguments: str, terminal: bool = False, given: bytes = b"") -> Ended:
    """Run it in this process: entities of `tests.cli.shop` use the transport that their table has."""
    out, err = _Stream(terminal=terminal), _Stream(terminal=terminal)
    before = sys.stdin, sys.stdout, sys.stderr, sys.argv
    sys.stdin, sys.stdout, sys.stderr = TextIOWrapper(BytesIO(given)), out.text, err.text
    sys.argv = ["ddb", *arguments]
    try:
        with pytest.raises(SystemExit) as end:
            run_here()
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = before
    code = end.value.code
    assert isinstance(code, int)
    return Ended(code, out.written, err.written.decode(errors="backslashreplace"))


class _Stream:
    """A stream that is a terminal, or none."""

    def __init__(self, *, terminal: bool) -> None:
        self._raw = BytesIO()
        self.text = TextIOWrapper(self._raw, encoding="utf-8", write_through=True)
        self.text.isatty = lambda: terminal  # type: ignore[method-assign]

    @property
    def written(self) -> bytes:
        self.text.flush()
        return self._raw.getvalue()
