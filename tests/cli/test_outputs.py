"""What reaches standard output: the values exactly, nothing that a terminal would obey, and nothing that is hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Changeset
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.programs import USERS, environment_of, inside, run
from tests.cli.shop import User, table, users
from tests.effort import examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "hunter2"
SHOP = "tests.cli.shop"


def stored(name: str = "Alice", secret: str = SECRET) -> dict[str, Any]:
    keys = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "_type": {"S": "User"}}
    return {**keys, "user_id": {"S": "u1"}, "name": {"S": name}, "balance": {"N": "5"}, "secret": {"S": secret}}


@pytest.fixture(autouse=True)
def _disconnected() -> Iterator[None]:
    yield
    table.connect()


def found(item: dict[str, Any]) -> None:
    """Have every read find one item."""
    table.connect(transport=ScriptedTransport(*[answer({"Item": item, "Items": [item]})] * 3))


def shown(name: str, *, terminal: bool = False) -> str:
    found(stored(name))
    return inside("show", USERS, "user_id=u1", terminal=terminal).text


TRICKY = [
    ":heart:",
    "[bold]x[/bold]",
    "x" * 300,
    "tab\there",
    "two\nlines",
    "\x1b[31mred\x1b[0m",
    "\x9b31m",
    "日本語",
    "\u202egnp",
]


@pytest.mark.parametrize("name", TRICKY)
def test_a_value_is_printed_byte_by_byte_where_it_is_piped(name: str) -> None:
    assert f"name     {name}\n" in shown(name)
    found(stored(name))
    assert json.loads(inside("show", USERS, "user_id=u1", "--json").out)["name"] == name
    found(stored(name))
    [line] = inside("scan", USERS).out.splitlines()
    assert json.loads(line)["name"] == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
@examples(20)
def test_no_control_character_of_a_value_reaches_a_terminal(name: str) -> None:
    for arguments in (["show", USERS, "user_id=u1"], ["show", USERS, "user_id=u1", "--json"], ["scan", USERS]):
        found(stored(name))
        text = inside(*arguments, terminal=True).text
        for style in ("\x1b[1m", "\x1b[0m"):  # our own: names are bold
            text = text.replace(style, "")
        assert not [one for one in text if one != "\n" and not one.isprintable() and one < "\xa0"]
        assert not {*"\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069"} & {*text}
    assert json.loads(text.replace("\n", ""))["name"] == name


@pytest.mark.parametrize("name", ["two\nbalance  1000000", "a\rb"])
def test_a_value_cannot_look_like_another_line_of_a_terminal(name: str) -> None:
    assert len(shown(name, terminal=True).splitlines()) == 5


def test_a_terminal_without_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1m" in shown("x", terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown("x", terminal=True)


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    module = "from tests.cli.shop import *\nfrom dynamo_document_builder.testing import *\n"
    (tmp_path / "own.py").write_text(
        f"{module}table.connect(transport=ScriptedTransport(answer({ {'Items': [stored('Zoë 日本')]}!a})))\n"
    )
    for locale in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}):
        done = run({**environment_of(), **locale}, tmp_path, "scan", "own:users")
        assert json.loads(done.out)["name"] == "Zoë 日本"


READS = [
    ["show", USERS, "user_id=u1"],
    ["show", USERS, "user_id=u1", "--json"],
    ["query", USERS, "user_id=u1"],
    ["query", USERS, "user_id=u1", "--filter", "secret = :s", "--values", f'{{":s": "{SECRET}"}}'],
    ["scan", USERS],
    ["test", USERS, "user_id=u1", f'{{"secret": "{SECRET}"}}'],
    ["test", USERS, "user_id=u1", "NOT contains(secret, :s)", "--values", f'{{":s": "{SECRET}"}}'],
    ["explain", USERS, f"{SHOP}:keep_secret"],
    ["explain", USERS, f"{SHOP}:put_secret"],
    ["explain", USERS, f"{SHOP}:find_secret"],
]


@pytest.mark.parametrize("arguments", READS, ids=" ".join)
@pytest.mark.parametrize("terminal", [False, True])
def test_what_the_schema_hides_is_shown_on_request_only(arguments: list[str], terminal: bool) -> None:
    found(stored())
    done = inside(*arguments, terminal=terminal)
    assert SECRET not in done.text + done.err
    for revealed in ([*arguments, "--hidden"], ["--hidden", *arguments]):
        found(stored())
        assert SECRET in inside(*revealed, terminal=terminal).text


def test_an_item_that_does_not_fit_is_told_without_what_it_holds() -> None:
    for option in ("raise", "collect"):
        found({**stored(), "balance": {"S": "9081726354"}, "name": {"N": "7364"}})
        done = inside("scan", USERS, "--on-unfit", option)
        assert not {SECRET, "9081726354", "7364"} & {*done.err.replace("'", " ").split()}
        assert "expected Decimal, found stored S" in done.err


def test_staged_edits_are_shown_without_what_is_hidden(tmp_path: Path) -> None:
    file = tmp_path / "changes.json"
    file.write_text(Changeset().add(users, User("u1", "Zoë", secret=SECRET)).to_json(), encoding="utf-8")
    assert "secret: (hidden)" in inside("diff", str(file), USERS).text
    assert f"secret: nothing -> '{SECRET}'" in inside("diff", str(file), USERS, "--hidden").text


def test_rehearsals_are_shown_without_what_is_hidden() -> None:
    for options, shows in ((), False), (("--hidden",), True):
        table.connect(transport=ScriptedTransport(answer({"Responses": [{"Item": stored()}]})))
        done = inside("rehearse", USERS, f"{SHOP}:keep_secret", *options)
        assert (SECRET in done.text) is shows


def test_a_mark_of_what_is_hidden_is_not_written_back() -> None:
    found(stored())
    item = inside("show", USERS, "user_id=u1", "--json").text
    done = inside("put", USERS, item, "--replace")
    assert done.code == 2
    assert "secret is '(hidden)'" in done.err
