"""Fixtures for all tests: an engine, a client of it, and fresh tables there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from moto import mock_aws

from tests.engines import GAPS, Engine, create_table, engine_names, make_client, running_dynoxide

# An example's first run may build a codec or open a connection, so a deadline per example would only be noise;
# and examples share a table on purpose: creating one for each would cost more than what is tested.
settings.register_profile("engines", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("engines")

NewTable = Callable[..., str]

_LONG: float = 600
"""Seconds, for what runs hundreds of examples, or whole programs."""

_PROGRAMS = {"test_examples", "test_soak", "test_batches_under_faults"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that take long more time before they count as hanging; a soak takes as long as it was asked to."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if item.path.stem in _PROGRAMS or item.path.parent.name in {"cli", "site"}:
            item.add_marker(pytest.mark.timeout(0 if "SOAK_TRANSFERS" in os.environ else _LONG))
        elif is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.timeout(_LONG))


@pytest.fixture(scope="session")
def dynoxide_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_dynoxide(tmp_path_factory.mktemp("dynoxide") / "log.txt") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def boto3_session() -> boto3.Session:
    """Share the parsed service model: a client costs 5 ms instead of 100."""
    return boto3.Session()


@pytest.fixture(params=engine_names())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each engine present in turn."""
    name: str = request.param
    endpoints: dict[str, Callable[[], str | None]] = {
        "dynoxide": lambda: request.getfixturevalue("dynoxide_endpoint"),
        "memory": lambda: None,
        "moto": lambda: None,
        "custom": lambda: os.environ["DYNAMODB_ENDPOINT"],
    }
    return Engine(name, endpoints[name](), GAPS.get(name, {}))


@pytest.fixture
def client(engine: Engine, boto3_session: boto3.Session) -> Iterator[Any]:
    """Give a new boto3 client; the engines in process are empty in every test, the others keep what was left."""
    if engine.name == "moto":
        with mock_aws():
            yield from _open_client(boto3_session, engine)
    else:
        yield from _open_client(boto3_session, engine)


def _open_client(session: boto3.Session, engine: Engine) -> Iterator[Any]:
    client = make_client(session, engine)
    yield client
    client.close()


@pytest.fixture
def new_table(client: Any) -> Iterator[NewTable]:
    """Give a function that creates a table as `create_table` does, under a name of its own, gone after the test."""
    names: list[str] = []

    def create(prefix: str = "app", **options: Any) -> str:
        names.append(create_table(client, f"{prefix}-{uuid.uuid4().hex[:12]}", **options))
        return names[-1]

    yield create
    for name in names:
        client.delete_table(TableName=name)


@pytest.fixture
def table_name(new_table: NewTable) -> str:
    """Give the name of a fresh table with the string keys PK and SK."""
    return new_table()
