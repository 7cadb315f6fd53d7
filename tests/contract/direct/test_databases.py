"""The tests of `tests/contract/test_databases.py`, over sockets of our own."""

from tests.contract.test_databases import *  # noqa: F403
