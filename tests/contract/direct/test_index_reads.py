"""The tests of `tests/contract/test_index_reads.py`, over sockets of our own."""

from tests.contract.test_index_reads import *  # noqa: F403
