"""The tests of `tests/contract/test_refusals.py`, over sockets of our own."""

from tests.contract.test_refusals import *  # noqa: F403
