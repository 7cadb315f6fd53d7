"""The tests of `tests/contract/test_read_transactions.py`, by `asend`."""

from tests.contract.test_read_transactions import *  # noqa: F403
