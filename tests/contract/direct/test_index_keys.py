"""The tests of `tests/contract/test_index_keys.py`, over sockets of our own."""

from tests.contract.test_index_keys import *  # noqa: F403
