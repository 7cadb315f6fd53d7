"""The tests of `tests/contract/test_threads.py`, over sockets of our own."""

from tests.contract.test_threads import *  # noqa: F403
