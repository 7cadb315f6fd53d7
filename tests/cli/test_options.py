"""Options before and after the command, keys of several words, tables of other names, and what a start loads."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import Changeset
from dynamo_document_builder.cli.app import COMMANDS, Commands, ddb
from dynamo_document_builder.cli.lookup import override_table_name
from dynamo_document_builder.cli.options import SharedOptions
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.loopback import loopback
from tests.cli.programs import ROOT, USERS, VISITS, Ended, environment_of, inside, run
from tests.cli.shop import Visit, table, visits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VISIT = {
    "PK": {"S": "VISITS#u1"},
    "SK": {"S": "VISIT#000007"},
    "_type": {"S": "Visit"},
    "user_id": {"S": "u1"},
    "number": {"N": "7"},
}


@pytest.fixture(autouse=True)
def _disconnected() -> Iterator[None]:
    yield
    table.connect()


def asked(*arguments: str) -> tuple[Ended, dict[str, Any]]:
    """Run it, and return the first request."""
    transport = ScriptedTransport(*[answer({"Item": VISIT, "Items": [VISIT]})] * 2)
    table.connect(transport=transport)
    done = inside(*arguments)
    return done, transport.requests[0].payload


@pytest.mark.parametrize("before", [True, False])
def test_where_to_go_is_said_before_the_command_or_after_it(tmp_path: Path, before: bool) -> None:
    with loopback(lambda *_: {"Items": [VISIT]}) as server:
        options = ["--endpoint-url", server.url, "--region", "eu-north-1"]
        arguments = [*options, "scan", VISITS] if before else ["scan", VISITS, *options]
        done = run({**environment_of(), "AWS_DEFAULT_REGION": ""}, tmp_path, *arguments)
    assert (done.code, done.text) == (0, '{"user_id": "u1", "number": 7, "page": "home"}\n')


def test_the_later_one_counts(tmp_path: Path) -> None:
    with loopback(lambda *_: {"Items": [VISIT]}) as server:
        wrong, right = ["--endpoint-url", "http://127.0.0.1:9"], ["--endpoint-url", server.url]
        assert run(environment_of(), tmp_path, *wrong, "scan", VISITS, *right).code == 0


KEYED = [
    ["show", VISITS, "user_id=u1", "number=7"],
    ["test", VISITS, "user_id=u1", "number=7", '{"page": "home"}'],
    ["delete", VISITS, "user_id=u1", "number=7", "--yes"],
]


@pytest.mark.parametrize("arguments", KEYED, ids=lambda one: one[0])
def test_a_key_has_several_words(arguments: list[str]) -> None:
    done, request = asked(*arguments)
    assert request["Key"] == {name: VISIT[name] for name in ("PK", "SK")}
    assert "Traceback" not in done.err


@pytest.fixture
def renamed() -> Iterator[str]:
    """Give another name for the table, which has its own again afterwards."""
    name = table.name
    yield "dev"
    override_table_name(SharedOptions(table=name), [table])


OF_A_TABLE = {
    "commit": ["changes.json", VISITS, "--yes"],
    "delete": [VISITS, "user_id=u1", "number=7", "--yes"],
    "export": [VISITS, "out.jsonl"],
    "import": [VISITS, "in.jsonl"],
    "put": [VISITS, '{"user_id": "u1", "number": 7}'],
    "query": [VISITS, "user_id=u1"],
    "rehearse": [USERS, "tests.cli.shop:payment"],
    "scan": [VISITS],
    "show": [VISITS, "user_id=u1", "number=7"],
    "test": [VISITS, "user_id=u1", "number=7", '{"page": "home"}'],
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("command", OF_A_TABLE)
def test_another_table_is_used(
    renamed: str, command: str, before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text(f"{json.dumps(VISIT)}\n")
    (tmp_path / "changes.json").write_text(Changeset().add(visits, Visit("u1", 7)).to_json())
    everything = {"Item": VISIT, "Items": [VISIT], "Responses": [{}, {}], "UnprocessedItems": {}}
    transport = ScriptedTransport(*[answer(everything)] * 2)
    table.connect(transport=transport)
    option = ["--table", renamed]
    done = inside(*(option if before else []), command, *OF_A_TABLE[command], *([] if before else option))
    assert done.code in {0, 1}, done.err
    assert transport.requests
    assert all(f'"{renamed}"' in json.dumps(one.payload) for one in transport.requests)
    assert not any('"shop"' in json.dumps(one.payload) for one in transport.requests)


SAID_OF_A_TABLE = {
    "cost": [USERS, "tests.cli.shop:rename"],
    "describe": [USERS],
    "explain": [USERS, "tests.cli.shop:rename"],
}


@pytest.mark.parametrize("command", SAID_OF_A_TABLE)
def test_another_table_is_named_where_nothing_is_sent(renamed: str, command: str) -> None:
    done = inside(command, *SAID_OF_A_TABLE[command], "--table", renamed)
    assert (done.code, done.err) == (0, "")
    if command != "cost":  # capacity units are the same in any table
        assert renamed in done.text.split("\n")[0]


def test_every_command_that_has_a_table_is_tried_with_another_one() -> None:
    assert {*OF_A_TABLE, *SAID_OF_A_TABLE, "diff", "guide"} == {*COMMANDS}


@pytest.mark.parametrize("table_is_connected", [True, False])
def test_a_renamed_table_keeps_its_connection(renamed: str, table_is_connected: bool) -> None:
    if table_is_connected:
        table.connect(transport=ScriptedTransport())
    before = table.__connection__
    override_table_name(SharedOptions(table=renamed), [table])
    assert (table.name, table.__connection__) == (renamed, before)


SOUGHT = {
    ("--sort-key", ">=", "number=7"): ("#2 BETWEEN :2 AND :3", {"S": "VISIT#000007"}),
    ("--sort-key", "<", "VISIT#9"): ("#2 < :2", {"S": "VISIT#9"}),
    ("--sort-key", "begins_with", "VISIT#0"): ("begins_with(#2, :2)", {"S": "VISIT#0"}),
    ("--sort-key", "=", "VISIT#1"): ("#2 = :2", {"S": "VISIT#1"}),
    ("--between", "number=1", "number=7"): ("#2 BETWEEN :2 AND :3", {"S": "VISIT#000001"}),
}


@pytest.mark.parametrize("options", SOUGHT, ids=" ".join)
def test_a_sort_key_is_compared(options: tuple[str, ...]) -> None:
    _, request = asked("query", VISITS, "user_id=u1", *options)
    expression, value = SOUGHT[options]
    assert request["KeyConditionExpression"] == f"#1 = :1 AND {expression}"
    assert request["ExpressionAttributeValues"][":2"] == value


TYPED = {
    "balance = :v": ("3.5", {"N": "3.5"}),
    "balance < :v": ('"12345678901234567890.5"', {"N": "12345678901234567890.5"}),
    "born_on > :v": ('"2001-02-03"', {"S": "2001-02-03"}),
    "user_id = :v": ('"7"', {"S": "7"}),
    "balance <> :v": ('{"N": "7"}', {"N": "7"}),
    "born_on = :v": ('{"S": "2001-02-03"}', {"S": "2001-02-03"}),
}


@pytest.mark.parametrize("condition", TYPED)
def test_a_value_is_read_by_the_field_it_is_compared_with(condition: str) -> None:
    given, stored = TYPED[condition]
    _, request = asked("scan", USERS, "--filter", condition, "--values", f'{{":v": {given}}}')
    assert stored in request["ExpressionAttributeValues"].values()


def test_a_cursor_goes_on_where_the_output_ended() -> None:
    more = {"LastEvaluatedKey": {name: VISIT[name] for name in ("PK", "SK")}}
    for options, says in ((), True), (("--limit", "1"), False), (("--limit", "1", "--cursor"), True):
        table.connect(transport=ScriptedTransport(answer({"Items": [VISIT] * 100, **more})))
        done = inside("scan", VISITS, *options)
        assert done.err.startswith("there may be more: continue with --start ") is says
    _, request = asked("scan", VISITS, "--start", done.err.split()[-1])
    assert request["ExclusiveStartKey"] == more["LastEvaluatedKey"]


def test_the_help_has_the_line_of_each_command() -> None:
    assert isinstance(ddb, Commands)
    assert [*COMMANDS] == sorted(COMMANDS)
    with ddb.make_context("ddb", ["describe"]) as context:
        for name in COMMANDS:
            command = ddb.get_command(context, name)
            assert command is not None
            assert command.name == name
            assert inside(name, "--help").text.startswith(f"Usage: ddb {name} ")


def test_the_help_loads_no_command_no_sdk_and_no_rich() -> None:
    program = "import sys; sys.argv = ['ddb', '--help']\nimport atexit; atexit.register(lambda: print(*sys.modules))\n"
    program += "from dynamo_document_builder.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment_of(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {module.partition(".")[0] for module in done.stdout.splitlines()[-1].split()}
    assert not loaded & {"boto3", "botocore", "rich", "asyncio"}
    assert not [one for one in done.stdout.splitlines()[-1].split() if ".commands." in one or ".facade." in one]
