"""The tests of `tests/contract/test_write_transactions.py`, over sockets of our own."""

from tests.contract.test_write_transactions import *  # noqa: F403
