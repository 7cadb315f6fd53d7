"""The tests of `tests/contract/test_read_transactions.py`, over sockets of our own."""

from tests.contract.test_read_transactions import *  # noqa: F403
