"""The tests of `tests/contract/test_idempotency.py`, by `asend`."""

from tests.contract.test_idempotency import *  # noqa: F403
