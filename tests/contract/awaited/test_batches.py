"""The tests of `tests/contract/test_batches.py`, by `asend`."""

from tests.contract.test_batches import *  # noqa: F403

del test_a_table_that_is_not_there_is_said_so  # noqa: F821  it takes a table's blocking transport
