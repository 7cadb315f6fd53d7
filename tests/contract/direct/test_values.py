"""The tests of `tests/contract/test_values.py`, over sockets of our own."""

from tests.contract.test_values import *  # noqa: F403
