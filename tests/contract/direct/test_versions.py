"""The tests of `tests/contract/test_versions.py`, over sockets of our own."""

from tests.contract.test_versions import *  # noqa: F403
