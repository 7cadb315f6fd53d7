"""Every example runs as a reader would run it, in process and on the reference engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engines import Engine

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


def run_example(example: Path, engine: Engine) -> subprocess.CompletedProcess[str]:
    """Run it as on a fresh machine: no credentials, region or profile but those an endpoint asks for."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNAMODB_"))}
    if engine.name == "moto":
        environment["DEMO_ENGINE"] = "moto"
    if engine.endpoint is not None:
        environment["DYNAMODB_ENDPOINT"] = engine.endpoint
    if engine.name == "custom":
        environment |= {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, example], check=False, capture_output=True, text=True, env=environment, timeout=60
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_tells_what_it_did_and_can_run_again(example: Path, engine: Engine) -> None:
    for _ in range(2 if engine.endpoint else 1):  # an engine that keeps its tables must not spoil the next demo
        result = run_example(example, engine)
        assert result.stderr == ""
        assert result.returncode == 0
        assert result.stdout.strip() != ""


def test_there_are_examples() -> None:
    assert EXAMPLES != []
