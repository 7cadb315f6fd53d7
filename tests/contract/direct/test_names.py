"""The tests of `tests/contract/test_names.py`, over sockets of our own."""

from tests.contract.test_names import *  # noqa: F403
