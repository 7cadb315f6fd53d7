"""The same command is the same bytes: asked twice, built twice, and in another process with another hash seed."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import examples
from tests.properties import commands

SEEDS = st.integers(0, 2**32)
COUNT = 150


@given(seed=SEEDS)
def test_a_command_is_the_same_request_every_time(seed: int) -> None:
    sender, command = commands.command(Random(seed))
    again = commands.command(Random(seed))[1]
    first = sender.request(command)
    others: list[Any] = [sender.request(each) for each in (command, again, deepcopy(command))]
    assert {request.body for request in others} == {first.body}
    assert again == command


@given(seed=SEEDS)
def test_a_command_survives_pickling(seed: int) -> None:
    sender, command = commands.command(Random(seed))
    if sender is commands.DOCS:  # a prepared group holds its entity, whose builders are functions
        assert sender.request(pickle.loads(pickle.dumps(command))).body == sender.request(command).body  # noqa: S301


@pytest.mark.parametrize("hash_seed", ["0", "1", "31337"])
@examples(2)
@given(seed=SEEDS)
def test_another_process_builds_the_same_bytes(hash_seed: str, seed: int) -> None:
    child = subprocess.run(
        [sys.executable, Path(commands.__file__), str(seed), str(COUNT)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert child.stdout.splitlines() == commands.digests(seed, COUNT)
