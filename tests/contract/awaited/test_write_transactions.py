"""The tests of `tests/contract/test_write_transactions.py`, by `asend`."""

from tests.contract.test_write_transactions import *  # noqa: F403
