"""The exit status of every end that the documentation lists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder.cli.exit_status import Exit
from dynamo_document_builder.testing import ScriptedTransport, answer, lose_answer, refuse
from tests.cli.programs import ROOT, USERS, environment_of, inside, run
from tests.cli.shop import table

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP = "tests.cli.shop"
KEYS = {"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "_type": {"S": "User"}, "user_id": {"S": "u1"}}
ALICE = {**KEYS, "name": {"S": "Alice"}}
LINE = json.dumps(ALICE).encode()
PUT = ["put", USERS, '{"user_id": "u1", "name": "Alice"}']
SHOW = ["show", USERS, "user_id=u1"]
TEST = ["test", USERS, "user_id=u1", '{"name": "Alice"}']
DELETE = ["delete", USERS, "user_id=u1", "--yes"]


@pytest.fixture(autouse=True)
def _disconnected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    table.connect()


def failed(status: int) -> Any:
    return refuse("InternalServerError", http_status=status)


ENDS: list[tuple[Exit, list[str], Any]] = [
    (Exit.OK, SHOW, answer({"Item": ALICE})),
    (Exit.OK, TEST, answer({"Item": ALICE})),
    (Exit.OK, PUT, answer({})),
    (Exit.OK, DELETE, answer({})),
    (Exit.OK, ["scan", USERS], answer({"Items": [ALICE]})),
    (Exit.OK, ["export", USERS, "-"], answer({"Items": [ALICE]})),
    (Exit.OK, ["import", USERS, "-"], answer({"UnprocessedItems": {}})),
    (Exit.NO, SHOW, answer({})),
    (Exit.NO, TEST, answer({"Item": {**ALICE, "name": {"S": "Bob"}}})),
    (Exit.NO, ["scan", USERS], answer({"Items": []})),
    (Exit.NO, ["query", USERS, "user_id=u1"], answer({"Items": []})),
    (Exit.NO, ["export", USERS, "-", "--rejects", "bad"], answer({"Items": [KEYS]})),
    (Exit.NO, ["import", USERS, "-", "--rejects", "bad"], refuse("ValidationException")),
    (Exit.USAGE, [*SHOW, "--nothing"], None),
    (Exit.USAGE, ["import", USERS, "-"], refuse("ValidationException")),
    (Exit.REFUSED, SHOW, refuse("AccessDeniedException")),
    (Exit.REFUSED, SHOW, refuse("ResourceNotFoundException")),
    (Exit.REFUSED, PUT, refuse("ConditionalCheckFailedException")),
    (Exit.REFUSED, PUT, refuse("ProvisionedThroughputExceededException")),
    (Exit.REFUSED, DELETE, refuse("ConditionalCheckFailedException")),
    (Exit.UNKNOWN, PUT, lose_answer()),
    (Exit.UNKNOWN, DELETE, lose_answer()),
    (Exit.UNKNOWN, ["import", USERS, "-"], lose_answer()),
    (Exit.UNREADABLE, SHOW, answer({"Item": KEYS})),
    (Exit.UNREADABLE, ["scan", USERS], answer({"Items": [KEYS]})),
    (Exit.UNREADABLE, ["export", USERS, "-"], answer({"Items": [KEYS]})),
]


@pytest.mark.parametrize(
    ("status", "arguments", "step"), ENDS, ids=lambda one: " ".join(one) if isinstance(one, list) else ""
)
def test_a_run_ends_with_the_status_for_what_happened(status: Exit, arguments: list[str], step: Any) -> None:
    table.connect(transport=ScriptedTransport(*([] if step is None else [step])))
    done = inside(*arguments, given=LINE)
    assert done.code == status
    assert "Traceback" not in done.err


def test_nobody_to_reach_is_told(tmp_path: Path) -> None:
    assert run(environment_of("http://127.0.0.1:9"), tmp_path, *SHOW).code == Exit.UNREACHED
    none = {
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(tmp_path),
    }
    assert run(environment_of("http://127.0.0.1:9") | none, tmp_path, *SHOW).code == Exit.UNREACHED
    assert run(environment_of(), tmp_path, *SHOW, "--profile", "nobody").code == Exit.UNREACHED


HTTP = """
from dynamo_document_builder import HttpTransport
from tests.cli.shop import *
table.connect(transport=HttpTransport())
"""


def test_missing_credentials_have_one_status_with_every_transport(tmp_path: Path) -> None:
    (tmp_path / "direct.py").write_text(HTTP)
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    for arguments in (["show", "direct:users", "user_id=u1"], ["put", "direct:users", PUT[-1]]):
        done = run(environment_of() | none | {"HOME": str(tmp_path)}, tmp_path, *arguments)
        assert (done.code, "there are no AWS credentials, nothing was sent" in done.err) == (Exit.UNREACHED, True)


def test_a_file_that_cannot_be_written_is_told() -> None:
    table.connect(transport=ScriptedTransport(answer({"Items": [KEYS]})))
    done = inside("export", USERS, "-", "--rejects", "/dev/full/x" if Path("/dev/full").is_dir() else "a" * 300)
    assert done.code == Exit.FILE
    assert done.err.endswith("File name too long\n")


def test_the_documentation_and_the_help_list_every_status() -> None:
    page = (ROOT / "docs" / "guide" / "check" / "command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)
    assert [(int(number), says) for number, says in rows] == [(one.value, one.meaning) for one in Exit]
    listed = inside("--help").text
    assert [one for one in Exit if f"{one.value:<4} {one.meaning}" not in listed] == []
