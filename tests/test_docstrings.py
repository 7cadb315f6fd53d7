"""The examples in docstrings run as they stand, each with fresh tables and a few items in them."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from attrs import field, frozen
from moto import mock_aws

import dynamo_document_builder as ddb
from tests.engines import create_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@frozen
class User:
    user_id: str
    name: str
    balance: int = 0
    email: str | None = field(default=None, repr=False)


@frozen
class Order:
    order_id: str
    status: str = "new"


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(ddb.__path__, f"{ddb.__name__}."):
        yield importlib.import_module(found.name)


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in modules():
        yield from (test for test in finder.find(module) if test.examples)


def names(client: Any) -> dict[str, Any]:
    """What an example can rely on: the public names, two entities of one table, and who is in it."""
    table = ddb.Table("app", client=client)
    users = ddb.Entity(User, table, partition_key=lambda u: ddb.key("USER", u.user_id), sort_key=lambda _: "META")
    orders = ddb.Entity(Order, table, partition_key=lambda o: ddb.key("ORDER", o.order_id), sort_key=lambda _: "META")
    for user in (User("u1", "Alice", 100), User("u2", "Ann", 10), User("u3", "Bob")):
        users.send(ddb.Put(user))
    orders.send(ddb.Put(Order("o1")))
    public = {name: getattr(ddb, name) for name in ddb.__all__}
    others = {"boto3": boto3, "field": field, "datetime": datetime, "UTC": UTC, "IPv4Address": IPv4Address}
    return {**public, **others, "User": User, "Order": Order, "table": table, "users": users, "orders": orders}


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name.removeprefix(f"{ddb.__name__}."))
def test_an_example_prints_what_it_says(example: doctest.DocTest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "app")
        example.globs = {**example.globs, **names(client)}
        report: list[str] = []
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=report.append)
        client.close()
    assert result.failed == 0, "".join(report)
    assert result.attempted > 0
