"""The tests of `tests/contract/test_single_commands.py`, over sockets of our own."""

from tests.contract.test_single_commands import *  # noqa: F403
