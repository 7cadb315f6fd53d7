"""The value that `explain` gives: its request, its line for a shell, and how it looks."""

from __future__ import annotations

import json
import pickle
import shlex
import subprocess
import sys
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Database,
    Delete,
    Explanation,
    Get,
    Put,
    Query,
    Request,
    Scan,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    UsageError,
    attr,
)
from dynamo_document_builder.explain.masking import body_text
from dynamo_document_builder.explain.pretty import pretty
from dynamo_document_builder.explain.shell import shell_command
from tests.unit.things import Page, User, pages, table, users

KEY = {"user_id": "u1"}
SECRET = "hunter2"
HERS = {"user_id": SECRET}

COMMANDS: list[Any] = [
    Put(User("u1", SECRET), condition={"name": SECRET}),
    Get(HERS),
    Update(HERS, updates={"name": SECRET}, condition=attr("name") == SECRET),
    Delete(HERS),
    TransactWrite([Put(User("u1", SECRET)), Delete(HERS)]),
    TransactGet([HERS]),
    Query(HERS, filter={"name": SECRET}),
    Scan(filter={"name": SECRET}),
    BatchGet([HERS]),
    BatchWrite([User("u1", SECRET)], deletes=[HERS]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_the_request_is_the_one_that_is_sent_and_hides_all_values(command: Any) -> None:
    explanation, request = users.explain(command), users.request(command)
    assert (explanation.operation, explanation.body) == (request.operation, request.body.decode())
    assert explanation.payload == request.payload
    assert json.loads(explanation.json) == request.payload
    assert explanation.tables == ("app",)
    assert SECRET in str(explanation)
    hidden = users.explain(command, values=False)
    assert SECRET not in str(hidden)
    assert SECRET not in repr(hidden)
    assert SECRET not in hidden._repr_html_()
    assert hidden.payload.keys() == request.payload.keys()


def test_a_table_and_a_database_explain_too() -> None:
    command = TableTransactWrite([users.prepare([Delete(KEY)])])
    assert table.explain(command) == Database().explain(command)
    assert table.explain(command, values=False) == Database().explain(command, values=False)


def test_what_cannot_be_sent_is_not_explained() -> None:
    with pytest.raises(UsageError, match="blance"):
        users.explain(Update(KEY, updates={"blance": 3}))
    with pytest.raises(UsageError, match="over several entities"):
        users.explain(TableTransactWrite([users.prepare([Delete(KEY)])]))  # type: ignore[arg-type]  # refused


def test_it_is_a_value() -> None:
    one, other = users.explain(Delete(KEY)), users.explain(Delete(KEY))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  our own
    with pytest.raises(FrozenInstanceError):
        one.command = "Put"  # type: ignore[misc]  # it is frozen


def test_tables_named_like_members_of_a_request_hide_values_all_the_same() -> None:
    from dynamo_document_builder import Entity, Table

    for name in ("Key", "Keys", "Item", "RequestItems"):
        entity = Entity(User, Table(name, partition_key="user_id", sort_key=None))
        for command in (BatchGet([HERS]), BatchWrite([User("u1", SECRET)], deletes=[HERS])):
            payload = entity.explain(command, values=False).payload
            assert list(payload["RequestItems"]) == [name]
            assert SECRET not in json.dumps(payload)


@pytest.mark.parametrize("item", [{"a": SECRET}, {"a": [SECRET]}, [SECRET], {"PK": {"S": SECRET}}])
def test_what_is_no_dynamodb_json_is_hidden_whole(item: Any) -> None:
    request = Request("TransactWriteItems", json.dumps({"TransactItems": [{"Put": {"Item": item}}]}).encode())
    assert SECRET not in body_text(request, values=False)


def test_the_text() -> None:
    explanation = users.explain(TransactWrite([Delete(KEY), Delete({"user_id": "u2"})]))
    assert str(explanation) == (
        "TransactWrite: TransactWriteItems on app, 2 operations\n"
        "  [0] Delete User user_id='u1'\n"
        "  [1] Delete User user_id='u2'\n"
        "  (a fresh idempotency token is added when it is sent)\n"
        "\n"
        f"{explanation.json}\n"
        "\n"
        f"{explanation.shell}"
    )


def test_html_is_escaped() -> None:
    html = users.explain(Put(User("u1", "<script>&'\"")))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;&amp;" in html


def test_rich_gets_the_same_text() -> None:
    rich_text = pytest.importorskip("rich.text")
    rendered = users.explain(Delete(KEY)).__rich__()
    assert isinstance(rendered, rich_text.Text)
    assert rendered.plain == str(users.explain(Delete(KEY)))


def test_rich_is_loaded_only_when_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType

    class Text(list[tuple[str, str]]):
        def append(self, text: str, style: str) -> None:  # type: ignore[override]  # as rich has it
            super().append((text, style))

        def rstrip(self) -> None:
            pass

    module = ModuleType("rich.text")
    module.Text = Text  # type: ignore[attr-defined]  # stands in for the real one
    monkeypatch.setitem(sys.modules, "rich", ModuleType("rich"))
    monkeypatch.setitem(sys.modules, "rich.text", module)
    explanation = users.explain(Delete(KEY))
    assert "".join(text for text, _ in explanation.__rich__()) == f"{explanation}\n"


def test_explaining_imports_neither_rich_nor_an_sdk() -> None:
    program = (
        "import sys; from attrs import frozen; from dynamo_document_builder import *\n"
        "@frozen\nclass U:\n  i: str\n"
        "e = Entity(U, Table('table-t', partition_key='i', sort_key=None))\n"
        "assert not any(m.startswith('dynamo_document_builder.explain') for m in sys.modules)\n"
        "e.request(Get({'i': 'a'}))\n"
        "assert not any(m.startswith('dynamo_document_builder.explain') for m in sys.modules)\n"
        "str(e.explain(Get({'i': 'a'})))\n"
        "assert not {'rich', 'botocore', 'boto3'} & sys.modules.keys()"
    )
    program = program.replace("import *", "import Entity, Get, Table")
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_shell_line_names_the_command_line_tools_own_command() -> None:
    from botocore import xform_name

    for command in COMMANDS:
        explanation = users.explain(command)
        words = shlex.split(explanation.shell)
        assert words[:3] == ["aws", "dynamodb", xform_name(explanation.operation, "-")]
        assert words[3] == "--cli-input-json"
        assert json.loads(words[4]) == explanation.payload


def test_binary_values_are_base64_for_the_command_line_tool() -> None:
    line = pages.explain(Put(Page("p1", body=b"\x00\xff"))).shell
    assert line.startswith("aws dynamodb put-item --cli-binary-format base64 --cli-input-json '{")


@given(st.text(st.characters(exclude_characters="\x00", codec="utf-8")))
def test_a_shell_hands_over_the_exact_request(text: str) -> None:
    body = json.dumps({"TableName": "table-t", "Item": {"a": {"S": text}}}, ensure_ascii=False)
    assert shlex.split(shell_command("PutItem", body))[-1] == body


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("text", ["it's", '$HOME `id` \\ !! "q"', "é 🥪", "x" * 200_000, "\nJSON\n", "*"])
def test_a_real_shell_hands_over_the_exact_request(shell: str, text: str) -> None:
    body = json.dumps({"TableName": "table-t", "Item": {"a": {"S": text}}}, ensure_ascii=False)
    given = 'case "$last" in file://*) cat "${last#file://}";; *) printf "%s\\n" "$last";; esac'
    fake = f"aws() {{ for last; do :; done; {given}; }}\n"
    result = subprocess.run(
        [shell], input=fake + shell_command("PutItem", body) + "\n", check=True, capture_output=True, text=True
    )
    assert result.stdout == body + "\n"


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_pretty_json_is_the_same_json(value: Any) -> None:
    assert json.loads(pretty(value)) == value


def test_it_names_itself() -> None:
    assert isinstance(users.explain(Get(KEY)), Explanation)
    assert users.explain(Get(KEY)).title == "Get: GetItem on app"
