"""The tests of `tests/contract/test_conditions.py`, over sockets of our own."""

from tests.contract.test_conditions import *  # noqa: F403
