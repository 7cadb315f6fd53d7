"""Fixtures for all tests: an engine, a client of it, and fresh tables there."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from functools import cache, partial
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import is_hypothesis_test
from moto import mock_aws

from dynamo_document_builder.testing import MemoryDynamoDB
from tests.effort import IS_SOAK, load_profile
from tests.engines import GAPS, Engine, create_table, engines_for, make_client, running_dynoxide

load_profile()

NewTable = Callable[..., str]

_LONG: float = 600
"""Seconds, for what runs hundreds of examples, or whole programs."""

_PROGRAMS = {"test_examples", "test_soak", "test_batches_under_faults"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from going through thousands of tests and modules, which all stay, over and over."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the engines it is for; a contract test chooses the way to each, too."""
    if "engine" in metafunc.fixturenames and "way" not in metafunc.fixturenames:
        metafunc.parametrize("engine", engines_for(metafunc.definition), indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that take long more time before they count as hanging; a soak takes as long as it was asked to."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if item.path.stem in _PROGRAMS or item.path.parent.name in {"cli", "site"} or is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.timeout(0 if IS_SOAK else _LONG))


@pytest.fixture(scope="session")
def dynoxide_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_dynoxide(tmp_path_factory.mktemp("dynoxide") / "log.txt") as endpoint:
        yield endpoint


@pytest.fixture(scope="session", autouse=True)
def _models_parsed_once() -> Iterator[None]:
    """Parse each of botocore's models once: each new session parses them again, which takes 100 ms."""
    load = cache(partial(JSONFileLoader.load_file, JSONFileLoader()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture(scope="session")
def boto3_session() -> boto3.Session:
    """Share the parsed service model: a client costs 5 ms instead of 100."""
    return boto3.Session()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each engine present in turn; see `pytest_generate_tests`."""
    name: str = request.param
    endpoints: dict[str, Callable[[], str | None]] = {
        "dynoxide": lambda: request.getfixturevalue("dynoxide_endpoint"),
        "memory": lambda: None,
        "moto": lambda: None,
        "custom": lambda: os.environ["DYNAMODB_ENDPOINT"],
    }
    return Engine(name, endpoints[name](), GAPS.get(name, {}))


@pytest.fixture(scope="session")
def shared_memory() -> MemoryDynamoDB:
    """Give the engine in memory that all tests use one after the other; see `memory`."""
    return MemoryDynamoDB()


@pytest.fixture
def memory(shared_memory: MemoryDynamoDB) -> Iterator[MemoryDynamoDB]:
    """Give the engine in memory, empty."""
    empty = MemoryDynamoDB().snapshot()
    yield shared_memory
    shared_memory.restore(empty)


@pytest.fixture(scope="session")
def clients(boto3_session: boto3.Session, shared_memory: MemoryDynamoDB) -> Iterator[Callable[[Engine], Any]]:
    """Give a function that returns the one client of an engine: a new one would cost more than most tests do."""
    made: dict[str, Any] = {}

    def client_of(engine: Engine) -> Any:
        if engine.name not in made:
            in_memory = engine.name == "memory"
            made[engine.name] = shared_memory.client() if in_memory else make_client(boto3_session, engine)
        return made[engine.name]

    yield client_of
    for client in made.values():
        client.close()


@pytest.fixture
def client(engine: Engine, clients: Callable[[Engine], Any], request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give a boto3 client; the engines in process are empty in every test, the others keep what was left."""
    if engine.name == "memory":
        request.getfixturevalue("memory")
    with mock_aws() if engine.name == "moto" else nullcontext():
        yield clients(engine)


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
