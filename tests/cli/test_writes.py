"""`put`, `delete` and `commit`: what they write, and what they refuse to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from dynamo_document_builder import Changeset, Entity, Table
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.loopback import loopback
from tests.cli.programs import USERS, VISITS, environment_of, inside, run
from tests.cli.shop import User, Visit, table, users, visits
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = REACHABLE


@pytest.fixture(autouse=True)
def _disconnected() -> Iterator[None]:
    yield
    table.connect()


def sent(*arguments: str) -> dict[str, Any]:
    transport = ScriptedTransport(answer({}))
    table.connect(transport=transport)
    done = inside(*arguments)
    assert (done.code, done.err) == (0, "")
    return transport.requests[0].payload


def test_put_writes_what_show_prints() -> None:
    item = {
        "PK": {"S": "USER#u1"},
        "SK": {"S": "META"},
        "_type": {"S": "User"},
        "user_id": {"S": "u1"},
        "name": {"S": "Zoë"},
        "balance": {"N": "12345678901234567890.5"},
        "born_on": {"S": "2001-02-03"},
        "secret": {"S": "x"},
    }
    table.connect(transport=ScriptedTransport(answer({"Item": item})))
    shown = inside("show", USERS, "user_id=u1", "--json", "--hidden").text
    request = sent("put", USERS, shown)
    assert request["Item"] == item
    assert request["ConditionExpression"] == "attribute_not_exists(#0)"
    assert "ConditionExpression" not in sent("put", USERS, shown, "--replace")


ANYTHING = """
from typing import Any
from attrs import field, frozen
from dynamo_document_builder import Entity
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.shop import table

@frozen
class Anything:
    user_id: str
    extra: Any = None
    pin: str = field(default="", repr=False)

@frozen
class Open:
    user_id: str
    extra: Any = None

anything = Entity(Anything, table, partition_key="USER#{user_id}", sort_key="META")
opened = Entity(Open, table, partition_key="USER#{user_id}", sort_key="META")
"""
EXTRA = {
    "M": {
        "exact": {"N": "1.5"},
        "large": {"N": "12345678901234567890123456789012345678"},
        "bytes": {"B": "AP8="},
        "texts": {"SS": ["a", "b"]},
        "numbers": {"NS": ["1", "2.5"]},
        "binaries": {"BS": ["eA=="]},
        "nothing": {"NULL": True},
        "list": {"L": [{"BOOL": True}, {"S": "1.5"}, {"M": {}}]},
    }
}
EXTRAS = [one for one in EXTRA["M"].values() if "NULL" not in one]  # an item has no NULL for a default


@pytest.fixture
def _anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "anything.py").write_text(ANYTHING)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "anything", raising=False)


def same(wire: Any) -> Any:
    """Return DynamoDB JSON with the members of each set in one order."""
    if isinstance(wire, dict):
        return {name: sorted(one) if name in {"SS", "NS", "BS"} else same(one) for name, one in wire.items()}
    return [same(one) for one in wire] if isinstance(wire, list) else wire


@pytest.mark.usefixtures("_anything")
@pytest.mark.parametrize(("name", "cls"), [("anything", "Anything"), ("opened", "Open")])
@pytest.mark.parametrize(
    "extra", [EXTRA, *({"L": [one]} for one in EXTRA["M"].values()), *EXTRA["M"].values()], ids=str
)
def test_put_writes_every_type_of_dynamodb_json_that_show_prints(name: str, cls: str, extra: Any) -> None:
    keys = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "_type": {"S": cls}, "user_id": {"S": "u1"}}
    item = {**keys, "extra": extra, **({"pin": {"S": "7"}} if name == "anything" else {})}
    table.connect(transport=ScriptedTransport(answer({"Item": item})))
    shown = inside("show", f"anything:{name}", "user_id=u1", "--dynamodb-json", "--hidden")
    assert shown.code == 0, shown.err
    stored = sent("put", f"anything:{name}", shown.text, "--replace")["Item"]
    assert same(stored) == same(item)


@pytest.mark.usefixtures("_anything")
def test_dynamodb_json_of_hidden_fields_is_shown_on_request_only() -> None:
    transport = ScriptedTransport()
    table.connect(transport=transport)
    done = inside("show", "anything:anything", "user_id=u1", "--dynamodb-json")
    assert (done.code, done.text, len(transport.requests)) == (2, "", 0)
    assert "Anything has hidden ones: give --hidden too" in done.err
    assert inside("show", USERS, "user_id=u1", "--json", "--dynamodb-json").code == 2


WRONG = {
    '{"user_id": {"S": "u1"}, "name": {"N": "1"}}': "does not fit User",
    '{"user_id": {"S": "u1"}, "name": {"S": 1.5}}': "does not fit User",
    '{"user_id": "u1", "name": "a", "name": "b"}': "'name' appears twice in one object: give it once",
}


@pytest.mark.parametrize("text", WRONG)
def test_an_item_that_does_not_fit_is_not_put(text: str) -> None:
    transport = ScriptedTransport()
    table.connect(transport=transport)
    done = inside("put", USERS, text)
    assert (done.code, len(transport.requests)) == (2, 0)
    assert WRONG[text] in done.err


def test_a_condition_is_joined_to_what_is_asked_anyway() -> None:
    put = ["put", USERS, '{"user_id": "u1", "name": "x"}', "--if", "balance > :n", "--values", '{":n": 1.5}']
    assert sent(*put)["ConditionExpression"] == "attribute_not_exists(#0) AND #1 > :0"
    assert sent(*put, "--replace")["ConditionExpression"] == "#0 > :0"
    delete = sent("delete", USERS, "user_id=u1", "--yes", "--if", "balance > :n", "--values", '{":n": 1.5}')
    assert delete["ConditionExpression"] == "attribute_exists(#0) AND #1 > :0"
    assert delete["ExpressionAttributeValues"] == {":0": {"N": "1.5"}}


def test_delete_asks() -> None:
    table.connect(transport=ScriptedTransport())
    done = inside("delete", USERS, "user_id=u1")
    assert done.code == 2
    assert "pass --yes" in done.err


OTHER = """
from attrs import frozen
from dynamo_document_builder import Entity, Table
from tests.cli.shop import *

@frozen
class Order:
    order_id: str
    total: int = 0

orders = Entity(Order, Table("orders"), partition_key="ORDER#{order_id}", sort_key="META")
"""


@frozen
class Order:
    order_id: str
    total: int = 0


@pytest.fixture
def shop_of_two_tables(tmp_path: Path) -> Path:
    """Give a folder with a module of two tables, and a changeset over both."""
    (tmp_path / "two.py").write_text(OTHER)
    orders = Entity(Order, Table("orders"), partition_key="ORDER#{order_id}", sort_key="META")
    changes = Changeset().add(users, User("u1", "Zoë")).add(visits, Visit("u1", 1)).add(orders, Order("o1", 5))
    (tmp_path / "changes.json").write_text(changes.to_json(), encoding="utf-8")
    return tmp_path


def test_a_changeset_over_several_tables_is_committed_as_one_transaction(shop_of_two_tables: Path) -> None:
    asked: list[Any] = []

    def answered(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        asked.append((operation, [next(iter(one.values()))["TableName"] for one in body["TransactItems"]]))
        return {}

    with loopback(answered) as server:
        arguments = ["commit", "changes.json", "two:users", "two:visits", "two:orders", "--yes"]
        done = run(environment_of(server.url), shop_of_two_tables, *arguments)
    assert (done.code, done.err) == (0, "")
    assert done.text.endswith("committed 3 operations\n")
    assert asked == [("TransactWriteItems", ["shop", "shop", "orders"])]


def test_one_table_for_a_changeset_over_two_is_refused(shop_of_two_tables: Path) -> None:
    arguments = ["commit", "changes.json", "two:users", "two:visits", "two:orders", "--yes", "--table", "x"]
    done = run(environment_of(), shop_of_two_tables, *arguments)
    assert done.code == 2
    assert done.err == "ddb: --table is for one table, and these entities are in shop and orders\n"


def test_describe_says_what_is_stored_and_sends_nothing() -> None:
    text = inside("describe", VISITS).text
    assert text.startswith("Visit in table shop\n\nPK  template VISITS#{user_id}\n")
    assert "number   int\n" in text
    assert "secret   str  (has a default, hidden)" in inside("describe", USERS).text
