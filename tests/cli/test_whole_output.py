"""All bytes reach standard output, whatever the pipe is like, or the run says that they do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder.cli.output import CompleteWriter
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.loopback import loopback
from tests.cli.programs import USERS, VISITS, WITHIN, environment_of, inside
from tests.cli.shop import table
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = REACHABLE

ITEMS = 3000
UNBUFFERED = {"PYTHONUNBUFFERED": "1"}


def visit(number: int) -> dict[str, Any]:
    keys = {"PK": {"S": "VISITS#u1"}, "SK": {"S": f"VISIT#{number:06}"}, "_type": {"S": "Visit"}}
    return {**keys, "user_id": {"S": "u1"}, "number": {"N": str(number)}, "page": {"S": "x" * 300}}


def many(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"Items": [visit(number) for number in range(ITEMS)]}


class Short(RawIOBase):
    """Takes three bytes of each call at most, and none of each second call."""

    def __init__(self, descriptor: int) -> None:
        self.taken = b""
        self._descriptor, self._calls = descriptor, 0

    def fileno(self) -> int:
        return self._descriptor

    def write(self, given: Any, /) -> int | None:
        self._calls += 1
        if self._calls % 2:
            return None
        part = bytes(given[:3])
        self.taken += part
        return len(part)


def test_what_one_call_leaves_is_written_by_the_next() -> None:
    reader, writer = os.pipe()
    try:
        raw = Short(writer)
        assert CompleteWriter(raw).write(b"abcdefgh") == 8
        assert raw.taken == b"abcdefgh"
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize("blocking", [True, False], ids=["blocking", "non-blocking"])
@pytest.mark.parametrize("python", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", [["export", VISITS, "-"], ["scan", VISITS, "--limit", str(ITEMS)]], ids=str)
def test_more_than_a_pipe_holds_is_written_whole(
    tmp_path: Path, arguments: list[str], python: dict[str, str], blocking: bool
) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, blocking)
    with loopback(many) as server:
        child = subprocess.Popen(
            [sys.executable, "-m", "dynamo_document_builder", *arguments],
            env={**environment_of(server.url), **python},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
        )
        os.close(writer)
        with open(reader, "rb", buffering=0) as pipe:  # noqa: PTH123  of a descriptor
            text = b"".join(iter(lambda: pipe.read(4096), b""))
        _, said = child.communicate(timeout=WITHIN)
    assert (child.returncode, len(text.splitlines())) == (0, ITEMS), said
    assert len([json.loads(line) for line in text.splitlines()]) == ITEMS


@pytest.mark.parametrize("python", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_an_export_into_a_reader_that_has_gone_is_141(tmp_path: Path, python: dict[str, str]) -> None:
    with loopback(many) as server:
        program = f"set -o pipefail; {sys.executable} -m dynamo_document_builder export {VISITS} - | head -1"
        done = subprocess.run(
            ["/bin/bash", "-c", program],
            env={**environment_of(server.url), **python},
            cwd=tmp_path,
            capture_output=True,
            check=False,
            timeout=WITHIN,
        )
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (141, b"", 1)


def closed(tmp_path: Path, url: str, redirection: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "dynamo_document_builder", *arguments],
        env=environment_of(url),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
    )
    return done.returncode, done.stderr


CLOSED = [
    ["put", USERS, '{"user_id": "u1", "name": "x"}'],
    ["show", USERS, "user_id=u1"],
    ["describe", USERS],
    ["export", USERS, "out.jsonl"],
    ["export", USERS, "-"],
    ["--help"],
]


@pytest.mark.parametrize("arguments", CLOSED, ids=" ".join)
def test_a_closed_output_is_refused_before_anything_is_sent(tmp_path: Path, arguments: list[str]) -> None:
    with loopback(many) as server:
        code, said = closed(tmp_path, server.url, ">&-", *arguments)
        assert server.operations == []
    assert (code, said) == (
        7,
        "ddb: stdout: it is closed, and nothing was done. Redirect it to /dev/null to discard the output\n",
    )
    assert [*tmp_path.iterdir()] == []


def test_a_closed_input_is_refused_where_it_is_read(tmp_path: Path) -> None:
    with loopback(many) as server:
        assert closed(tmp_path, server.url, "<&-", "import", USERS, "-") == (7, "ddb: stdin: it is closed\n")
        code, said = closed(tmp_path, server.url, "<&-", "delete", USERS, "user_id=u1")
        assert (code, "there is no terminal to ask for confirmation" in said) == (2, True)
        assert server.operations == []


def test_a_run_without_a_place_for_messages_ends_with_its_status(tmp_path: Path) -> None:
    with loopback(lambda *_: {}) as server:
        assert closed(tmp_path, server.url, "2>&-", "show", USERS, "user_id=u1")[0] == 1


@pytest.mark.parametrize("python", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_an_output_that_is_full_is_an_error(tmp_path: Path, python: dict[str, str]) -> None:
    with loopback(many) as server, open("/dev/full", "wb") as full:  # noqa: PTH123  a device
        done = subprocess.run(
            [sys.executable, "-m", "dynamo_document_builder", "export", VISITS, "-"],
            env={**environment_of(server.url), **python},
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=WITHIN,
        )
    assert done.returncode == 7
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("answered", [False, True])
def test_a_question_has_no_control_characters(monkeypatch: pytest.MonkeyPatch, answered: bool) -> None:
    transport = ScriptedTransport(answer({}))
    table.connect(transport=transport)
    asked: list[str] = []
    monkeypatch.setattr("click.confirm", lambda question: asked.append(question) or answered)
    monkeypatch.setattr("dynamo_document_builder.cli.writing._has_terminal", lambda: True)
    try:
        done = inside("delete", USERS, "user_id=\x1b[31mX\nY")
    finally:
        table.connect()
    assert asked == ["Delete user_id=\\x1b[31mX\\nY from table shop?"]
    assert (done.code, len(transport.requests)) == ((0, 1) if answered else (1, 0))
