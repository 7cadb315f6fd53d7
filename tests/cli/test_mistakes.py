"""Mistakes of whoever calls it: each ends in one message and the exit status for it, never in a traceback."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Changeset
from dynamo_document_builder.cli.app import COMMANDS
from dynamo_document_builder.cli.lookup import override_table_name
from dynamo_document_builder.cli.options import SharedOptions
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.programs import USERS, VISITS, environment_of, inside, run
from tests.cli.shop import User, table, users
from tests.effort import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP = "tests.cli.shop"


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Have no request reach anything, and keep what is written in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    table.connect(transport=ScriptedTransport(*[answer({"Items": []})] * 5))
    yield
    override_table_name(SharedOptions(table="shop"), [table])  # some arguments gave it another name
    table.connect()


MISTAKES: dict[str, list[str]] = {
    "--endpoint-url 'localhost:9401' is not a URL": ["show", USERS, "user_id=u1", "--endpoint-url", "localhost:9401"],
    "--endpoint-url 'http://' is not a URL": ["--endpoint-url", "http://", "scan", USERS],
    "--endpoint-url 'http://[::1' is not a URL": ["scan", USERS, "--endpoint-url", "http://[::1"],
    "--endpoint-url 'http://x:99999' is not a URL": ["scan", USERS, "--endpoint-url", "http://x:99999"],
    "no/out.jsonl: there is no folder no": ["export", USERS, "no/out.jsonl"],
    "no/bad.jsonl: there is no folder no": ["export", USERS, "out.jsonl", "--rejects", "no/bad.jsonl"],
    "out.jsonl cannot be the file for --rejects too": ["export", USERS, "out.jsonl", "--rejects", "out.jsonl"],
    "give one of them": ["export", USERS, "out.jsonl", "--rejects", "bad.jsonl", "--on-unfit", "skip"],
    "needs --rejects FILE": ["export", USERS, "-", "--on-unfit", "collect"],
    "--restart cannot be used with a stream": ["export", USERS, "-", "--restart"],
    "'nothing.jsonl' does not exist": ["import", USERS, "nothing.jsonl"],
    "File '.' is a directory": ["export", USERS, "."],
    "is not written as MODULE:NAME": ["scan", "users"],
    "there is no module 'nowhere' here": ["scan", "nowhere:users"],
    "there is no module 'tests.cli.nowhere' here": ["scan", "tests.cli.nowhere:users"],
    "module 'tests.cli.shop' has no 'nobody'": ["scan", f"{SHOP}:nobody"],
    "must be an entity, not Table": ["scan", f"{SHOP}:table"],
    "must be an entity, not the class User": ["scan", f"{SHOP}:User"],
    "a key is written as field=value": ["show", USERS, "u1"],
    "the key gives 'user_id' twice": ["show", USERS, "user_id=u1", "user_id=u2"],
    "the key is not valid JSON": ["show", USERS, "{"],
    "User has no field 'id'": ["show", USERS, "id=u1"],
    "expected int": ["show", VISITS, "user_id=u1", "number=one"],
    "the condition is not valid JSON": ["test", USERS, "user_id=u1", "{1"],
    "--values is not valid JSON": ["scan", USERS, "--filter", "balance = :n", "--values", "{"],
    "NaN is not a number in JSON": ["scan", USERS, "--filter", "balance = :n", "--values", '{":n": NaN}'],
    "--values is not a JSON object": ["scan", USERS, "--filter", "balance = :n", "--values", "[]"],
    "--names is not valid JSON": ["scan", USERS, "--filter", "balance = :n", "--names", "x"],
    "expected Decimal": ["scan", USERS, "--filter", "balance = :n", "--values", '{":n": "much"}'],
    "expected an attribute": ["scan", USERS, "--filter", "balance ="],
    "the operators are": ["query", VISITS, "user_id=u1", "--sort-key", "!=", "x"],
    "two conditions on one sort key": ["query", VISITS, "user_id=u1", "--sort-key", "=", "x", "--between", "a", "b"],
    "start= is no cursor": ["scan", USERS, "--start", "nonsense"],
    "--index": ["scan", USERS, "--indx", "x"],
    "No such command 'shw'": ["shw"],
    "Missing argument 'KEY...'": ["show", USERS],
    "Missing argument 'KEY...'.": ["test", USERS, "{}"],
    "is not a table name": ["scan", USERS, "--table", "a b"],
    "the item is not a JSON object": ["put", USERS, "[]"],
    "name: expected str": ["put", USERS, '{"user_id": "u1", "name": 3}'],
    "nam: expected a field of User": ["put", USERS, '{"user_id": "u1", "name": "x", "nam": 1}'],
    "there is no terminal to ask for confirmation": ["delete", USERS, "user_id=u1"],
    "raises ZeroDivisionError: ": ["explain", USERS, "tests.cli.test_mistakes:failing"],
    "was not sent": ["explain", USERS, f"{SHOP}:table"],
}


def failing() -> Any:
    return 1 // 0


@pytest.mark.parametrize("told", MISTAKES)
def test_a_wrong_call_is_told_before_anything_is_sent(told: str) -> None:
    done = inside(*MISTAKES[told])
    assert (done.code, done.text) == (2, "")
    assert told in done.err
    assert "Traceback" not in done.err
    assert not [path for path in Path().iterdir() if path.name != "__pycache__"]


MODULES = {
    "wrong = 1\nimport nothing_of_this_name\n": ["module 'own' raises ModuleNotFoundError", "own.py, line 2)"],
    "def broken(:\n": ["module 'own' raises SyntaxError", "own.py, line 1"],
    "x = 1\ny = 2\nraise ValueError('odd')\n": ["raises ValueError when it is imported: odd", "own.py, line 3)"],
    "import sys\nsys.exit(3)\n": ["module 'own' raises SystemExit", "own.py, line 2)"],
    "from dynamo_document_builder import *\nt = Table('a b')\n": ["raises DefinitionError", "own.py, line 2)"],
    "\udcff": ["module 'own' raises"],
    "def __getattr__(name):\n    raise KeyError(name)\n": ["module 'own' has no 'users'"],
}


@pytest.mark.parametrize("text", MODULES)
def test_a_module_that_cannot_be_imported_is_told_with_its_file_and_line(text: str) -> None:
    Path("own.py").write_bytes(text.encode(errors="surrogateescape"))
    sys.modules.pop("own", None)
    done = inside("scan", "own:users")
    assert done.code == 2
    assert len(done.err.splitlines()) <= 2
    assert [said for said in MODULES[text] if said not in done.err.replace("<string>", "own.py")] == []


FILES: dict[bytes, str] = {
    b"\xff\xfe{}": "it is not UTF-8",
    b"": "it is not JSON",
    b"{}": "this is not a changeset of format 1",
    b"[" * 100_000: "it is not JSON",
    b'{"format": 1, "id": "x", "edits": [{"entity": "Nobody"}]}': "edit 0 is of entity 'Nobody'",
}


@pytest.mark.parametrize("content", FILES, ids=range(len(FILES)))
@pytest.mark.parametrize("command", ["diff", "commit"])
def test_a_file_that_is_no_changeset_is_told(content: bytes, command: str) -> None:
    Path("changes.json").write_bytes(content)
    done = inside(command, "changes.json", USERS)
    assert done.code == 2
    assert FILES[content] in done.err


@pytest.mark.parametrize("arguments", [["scan"], ["export", "out.jsonl"], ["import", "in.jsonl"]], ids=" ".join)
def test_an_entity_that_only_async_programs_can_use_is_told(arguments: list[str]) -> None:
    class Async:
        async def send(self, request: Any, timeout: float | None = None, /) -> Any:  # noqa: ASYNC109  a transport
            raise AssertionError

    Path("in.jsonl").write_text('{"PK": {"S": "USER#u"}, "SK": {"S": "META"}, "_type": {"S": "User"}}')
    table.connect(transport=Async())
    command, *others = arguments
    done = inside(command, USERS, *others)
    assert done.code == 2
    assert "async transport only" in done.err or "line 1 is not a valid User" in done.err


def test_a_changeset_is_read_in_any_locale(tmp_path: Path) -> None:
    file = tmp_path / "changes.json"
    file.write_text(Changeset().add(users, User("u1", "Zoë 日本")).to_json(), encoding="utf-8")
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run({**environment_of(), **locale}, tmp_path, "diff", "changes.json", USERS)
    assert done.code == 0
    assert "name: nothing -> 'Zoë 日本'" in done.text


def test_arguments_that_are_no_text_are_told(tmp_path: Path) -> None:
    done = run(environment_of(), tmp_path, "show", USERS, os.fsdecode(b"user_id=\xff"))
    assert done.code == 2
    assert "lone surrogate" in done.err


@pytest.mark.parametrize("endpoint", ["localhost:9401", "http://[::1", "ftp://x"])
def test_a_wrong_endpoint_in_the_environment_is_told(tmp_path: Path, endpoint: str) -> None:
    done = run(environment_of(endpoint), tmp_path, "show", USERS, "user_id=u1")
    assert done.code in {2, 5}
    assert len(done.err.splitlines()) == 1


ODD = st.sampled_from(
    [
        "", "-", "--", "-x", "=", "a=", "=b", "{", "{}", "[]", "null", '{"user_id": null}', '{"user_id": {"S": "x"}}',
        '{"user_id": [1]}', "user_id=u1", "user_id=", "number=1e400", "number=1", ":", "a:b", "a:", "..:x", ".a:b",
        "a b:c", "x" * 5000, "os:path", "os:sep", "sys:exit", f"{SHOP}:table", f"{SHOP}:rename", f"{SHOP}:payment",
        USERS, VISITS,
        f"{SHOP}:users.send", f"{SHOP}:users.nothing", "\x1b[31m", "日本", "\udcff", "no/such/file",
        "/", "/dev/null", ".", "out.jsonl", "http://", "--limit", "--limit=0", "--limit=x", "--start=x", "--start=",
        "--table=", "--table=x", "--filter=", "--filter=a = :b", "--filter=((", "--values={}", '--values={":b": 1}',
        '--names={"#a": 1}', "--index=", "--index=x", "--between", "--sort-key", "--yes", "--json", "--hidden",
        "--endpoint-url=localhost:1", "--endpoint-url=", "--profile=", "--rejects=", "--rejects=.", "--restart",
        "--segments=0", "--segments=2", "--wrapped", "--on-unfit=collect", "--on-unfit=x", "--page-size=1", "--if=",
        "--replace",
    ]
)  # fmt: skip
NAMES = st.sampled_from([*COMMANDS, "nothing", "--help", "-h", "--version"])


@given(NAMES, st.lists(st.one_of(ODD, st.just(USERS), st.just(VISITS)), max_size=6))
@examples(130)
def test_no_arguments_end_in_a_traceback(command: str, arguments: list[str]) -> None:
    table.connect(transport=ScriptedTransport(*[answer({"Items": []})] * 20))
    done = inside(command, *arguments)  # whatever is raised beside SystemExit fails the test
    assert done.code in range(8)
    assert "Traceback" not in done.err


def test_lines_of_any_json_are_put_aside() -> None:
    lines = [
        "",
        "null",
        "1",
        "[]",
        '"x"',
        "{}",
        '{"Item": 3}',
        '{"Item": {}}',
        '{"user_id": 3}',
        '{"user_id": {"S": 3}}',
    ]
    lines += [
        "[" * 100_000,
        "\udcff",
        "x" * 100,
        '{"a": {"M": {"b": {"L": [{}]}}}}',
        json.dumps({"user_id": {"S": "u"}}),
    ]
    data = "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")
    done = inside("import", USERS, "-", "--rejects", "bad.jsonl", given=data)
    assert (done.code, done.text) == (1, f"0 items, {len(lines)} lines put aside\n")
    assert Path("bad.jsonl").read_bytes() == data
