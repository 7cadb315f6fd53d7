"""
The first use of everything, by several threads at once.

Classes are prepared when they are first read, and msgspec crashes the process when two threads prepare one at once: so
this runs in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.effort import more

ROUNDS = more(5)


@pytest.mark.soak
def test_eight_threads_use_everything_for_the_first_time() -> None:
    child = subprocess.run(
        [sys.executable, "-X", "faulthandler", Path(__file__).with_name("first_use.py"), str(ROUNDS)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert child.returncode == 0, child.stderr[-4000:]
