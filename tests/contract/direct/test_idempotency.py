"""The tests of `tests/contract/test_idempotency.py`, over sockets of our own."""

from tests.contract.test_idempotency import *  # noqa: F403
