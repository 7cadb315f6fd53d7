"""The tests of `tests/contract/test_index_reads.py`, by `asend`."""

from tests.contract.test_index_reads import *  # noqa: F403
