"""The tests of `tests/contract/test_single_commands.py`, by `asend`."""

from tests.contract.test_single_commands import *  # noqa: F403
