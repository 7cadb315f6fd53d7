"""The tests of `tests/contract/test_batches.py`, over sockets of our own."""

from tests.contract.test_batches import *  # noqa: F403
