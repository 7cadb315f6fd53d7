"""Ctrl-C, and readers of the output that end: a run ends at once, as other programs do."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.loopback import described, loopback
from tests.cli.programs import USERS, VISITS, WITHIN, ended, environment_of, run, started
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.loopback import Loopback

pytestmark = REACHABLE

AT_ONCE = 10
"""Seconds in which a run ends on a busy machine. A silent server is waited for longer: 60 s for each attempt."""

SILENT = [
    ["show", USERS, "user_id=u1"],
    ["query", VISITS, "user_id=u1"],
    ["scan", VISITS],
    ["test", USERS, "user_id=u1", "balance = :n", "--values", '{":n": 1}'],
    ["export", VISITS, "out.jsonl"],
    ["export", VISITS, "-"],
    ["export", VISITS, "out.jsonl", "--segments", "4"],
    ["import", VISITS, "in.jsonl"],
    ["put", USERS, '{"user_id": "u1", "name": "x"}'],
    ["delete", USERS, "user_id=u1", "--yes"],
]


def line(number: int) -> str:
    keys = {"PK": {"S": "VISITS#u7"}, "SK": {"S": f"VISIT#{number:06}"}, "_type": {"S": "Visit"}}
    return json.dumps({**keys, "user_id": {"S": "u7"}, "number": {"N": str(number)}}) + "\n"


def until_asked(server: Loopback, child: subprocess.Popen[bytes]) -> None:
    while set(server.operations) <= {"DescribeTable"}:
        assert child.poll() is None, "it ended before it asked"
        time.sleep(0.01)


@pytest.mark.parametrize("arguments", SILENT, ids=" ".join)
def test_ctrl_c_ends_it_while_the_server_is_silent(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "in.jsonl").write_text(line(1))

    def only_described(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        return described() if operation == "DescribeTable" else server.hang(operation, body)

    with loopback(only_described) as server:
        child = started(environment_of(server.url), tmp_path, *arguments)
        until_asked(server, child)
        began = time.monotonic()
        child.send_signal(signal.SIGINT)
        done = ended(child)
        assert time.monotonic() - began < AT_ONCE
    assert done.code == 130
    assert done.err.startswith("ddb: interrupted")
    assert "Traceback" not in done.err


def test_it_says_whether_a_write_may_have_been_applied(tmp_path: Path) -> None:
    with loopback() as server:
        child = started(environment_of(server.url), tmp_path, "put", USERS, '{"user_id": "u1", "name": "x"}')
        until_asked(server, child)
        child.send_signal(signal.SIGINT)
        assert ended(child).err == "ddb: interrupted; if the request was sent, the write may have been applied\n"


def many(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    if operation == "DescribeTable":
        return described()
    items = [json.loads(line(number)) for number in range(500)]
    return {"Items": items, "LastEvaluatedKey": {name: items[-1][name] for name in ("PK", "SK")}}


OF_MUCH = pytest.mark.parametrize(
    "arguments", [["scan", VISITS, "--limit", "5000"], ["export", VISITS, "-"]], ids=["scan", "export"]
)


@OF_MUCH
@pytest.mark.parametrize("python", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def test_ctrl_c_ends_it_while_nobody_reads(tmp_path: Path, arguments: list[str], python: dict[str, str]) -> None:
    with loopback(many) as server:
        child = started({**environment_of(server.url), **python}, tmp_path, *arguments)
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.read(1) != b""  # it writes, and the pipe is too small for all of it
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=WITHIN) == 130
        assert child.stderr.read().startswith(b"ddb: interrupted")
        child.stdout.close()
        child.stderr.close()


@OF_MUCH
def test_it_ends_quietly_by_sigpipe_when_its_reader_has_gone(tmp_path: Path, arguments: list[str]) -> None:
    with loopback(many) as server:
        with started(environment_of(server.url), tmp_path, *arguments) as child:
            assert child.stdout is not None
            assert child.stderr is not None
            assert child.stdout.readline() != b""
            child.stdout.close()
            assert child.stderr.read() == b""
        assert child.returncode == -signal.SIGPIPE


def test_a_little_output_ends_the_same_way_as_much(tmp_path: Path) -> None:
    with loopback(lambda *_: {"Items": [json.loads(line(1))]}) as server:
        with started(environment_of(server.url), tmp_path, "scan", VISITS) as child:
            assert child.stdout is not None
            child.stdout.close()
        assert child.returncode == -signal.SIGPIPE


def test_a_shell_sees_141(tmp_path: Path) -> None:
    program = f'set -o pipefail; ddb() {{ {sys.executable} -m dynamo_document_builder "$@"; }}; '
    with loopback(many) as server:
        done = subprocess.run(
            ["/bin/bash", "-c", f"{program} ddb scan {VISITS} --limit 5000 | head -1"],
            env=environment_of(server.url),
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_interrupted_import_of_a_stream_says_that_it_cannot_be_resumed(tmp_path: Path) -> None:
    with loopback() as server:
        child = started(environment_of(server.url), tmp_path, "import", VISITS, "-", stdin=subprocess.PIPE)
        assert child.stdin is not None
        child.stdin.write(line(1).encode())
        child.stdin.close()
        child.stdin = None
        until_asked(server, child)
        child.send_signal(signal.SIGINT)
        done = ended(child)
    assert done.code == 130
    assert done.err == "ddb: interrupted; a stream cannot be resumed, so run it again from the beginning\n"
    assert run(environment_of(), tmp_path, "import", VISITS, "-", "--restart", given=b"").code == 2


def test_ctrl_c_at_a_question_ends_it(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    import pexpect

    from tests.cli.test_screens import staged

    child = pexpect.spawn(
        sys.executable,
        ["-m", "dynamo_document_builder", "commit", str(staged(tmp_path)), USERS],
        env=environment,
        cwd=tmp_path,
        encoding="utf-8",
        timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    child.expect(r"\? \[y/N\]: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in child.before
