"""The tests of `tests/contract/test_databases.py`, by `asend`."""

from tests.contract.test_databases import *  # noqa: F403

del test_a_database_refuses_what_belongs_to_another  # noqa: F821  it makes a boto3 transport of its own
