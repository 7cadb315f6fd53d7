"""The tests of `tests/contract/test_limits.py`, over sockets of our own."""

from tests.contract.test_limits import *  # noqa: F403
