"""A real program in a real terminal, in front of an engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import boto3
import pexpect
import pytest
from attrs import frozen

from dynamo_document_builder import BatchWrite, Entity, Put, Table
from dynamo_document_builder.testing import create_table
from tests.cli.programs import environment_of
from tests.cli.shop import User, Visit, users, visits
from tests.engines import REGION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engines import Engine


@frozen
class Ran:
    """How a program ended, and what it showed."""

    code: int
    screen: str


@pytest.fixture
def environment(engine: Engine, tmp_path: Path) -> dict[str, str]:
    if engine.endpoint is None:
        pytest.skip(f"{engine.name} has no endpoint that another process could reach")
    return {**environment_of(engine.endpoint), "TERM": "xterm-256color"}


@pytest.fixture
def shop(environment: dict[str, str]) -> Any:
    """Give a client of a table with two users and some visits."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=environment["AWS_ENDPOINT_URL_DYNAMODB"],
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    table = Table("shop", client=client, entity_attribute="_type")
    create_table(table)
    for entity, items in ((users, [User("u1", "Alice", secret="s3cret"), User("u2", "Bob")]), (visits, [])):
        connected: Entity[Any] = _on(entity, table)
        for item in items:
            connected.send(Put(item))
    _on(visits, table).send(BatchWrite([Visit("u1", number) for number in range(60)]))
    yield client
    client.delete_table(TableName="shop")
    client.close()


def _on(entity: Entity[Any], table: Table) -> Entity[Any]:
    partition_key, sort_key = (str(part.template) for part in entity.__model__.plan.primary)
    return Entity(entity.schema, table, partition_key=partition_key, sort_key=sort_key)


@pytest.fixture
def ddb(environment: dict[str, str], tmp_path: Path) -> Callable[..., Ran]:
    """Run the program in a terminal of 80 columns and return how that ended."""

    def run(*arguments: str, answer: str | None = None, env: dict[str, str] | None = None) -> Ran:
        command = ["-m", "dynamo_document_builder", *arguments]
        child = pexpect.spawn(
            sys.executable,
            command,
            env={**environment, **(env or {})},
            cwd=tmp_path,
            dimensions=(40, 80),
            encoding="utf-8",
            timeout=30,
        )
        if answer is not None:
            child.expect(r"\? \[y/N\]: ")
            before = child.before + child.after
            child.sendline(answer)
        else:
            before = ""
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus is not None
        return Ran(child.exitstatus, before + child.before)

    return run
