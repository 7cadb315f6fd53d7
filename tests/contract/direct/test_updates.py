"""The tests of `tests/contract/test_updates.py`, over sockets of our own."""

from tests.contract.test_updates import *  # noqa: F403
