"""Standard input and output as files: items alone on the output, and nothing kept beside it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.cli.loopback import described, loopback
from tests.cli.programs import VISITS, environment_of, inside, run
from tests.cli.shop import table
from tests.cli.test_files import visit
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = REACHABLE

DONE = answer({"UnprocessedItems": {}})
DESCRIBED = answer(described())
LINES = b"".join(json.dumps(visit("u1", number)).encode() + b"\n" for number in range(60))


@pytest.fixture(autouse=True)
def _disconnected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    table.connect()


def script(*steps: Any) -> ScriptedTransport:
    transport = ScriptedTransport(*steps)
    table.connect(transport=transport)
    return transport


def put_by(transport: ScriptedTransport) -> list[int]:
    requests = [one.payload["RequestItems"]["shop"] for one in transport.requests if one.operation == "BatchWriteItem"]
    return [int(one["PutRequest"]["Item"]["number"]["N"]) for request in requests for one in request]


def test_an_export_writes_items_alone_to_the_output() -> None:
    script(answer({"Items": [visit("u1", 1), visit("u1", 2)]}))
    done = inside("export", VISITS, "-")
    assert [json.loads(line)["number"]["N"] for line in done.out.splitlines()] == ["1", "2"]
    assert (done.code, done.err) == (0, "2 items\n")
    assert [*Path().iterdir()] == []


def test_an_import_reads_the_input() -> None:
    transport = script(DONE, DONE, DONE)
    done = inside("import", VISITS, "-", given=LINES)
    assert (done.code, done.text, done.err) == (0, "60 items\n", "")
    assert put_by(transport) == [*range(60)]
    assert [*Path().iterdir()] == []


def test_an_export_flows_into_an_import(tmp_path: Path) -> None:
    stored: dict[str, Any] = {}

    def answered(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "Scan":
            return {"Items": [visit("u1", number) for number in range(30)]}
        for one in body["RequestItems"]["shop"]:
            stored[one["PutRequest"]["Item"]["SK"]["S"]] = one
        return {"UnprocessedItems": {}}

    with loopback(answered) as server:
        items = run(environment_of(server.url), tmp_path, "export", VISITS, "-").out
        assert run(environment_of(server.url), tmp_path, "import", VISITS, "-", given=items).code == 0
    assert len(stored) == 30


def test_what_does_not_fit_is_put_aside_of_a_stream_too() -> None:
    bad = {**visit("u1", 2), "page": {"N": "1"}}
    script(answer({"Items": [visit("u1", 1), bad]}))
    done = inside("export", VISITS, "-", "--rejects", "bad.jsonl")
    assert (done.code, done.err) == (1, "1 items, 1 put aside in bad.jsonl\n")
    assert json.loads(Path("bad.jsonl").read_bytes()) == bad
    script(DONE)
    assert inside("export", VISITS, "-", "--rejects", "bad.jsonl").code == 2


@pytest.mark.parametrize("arguments", [["export", VISITS, "out.jsonl"], ["import", VISITS, "-"]], ids=" ".join)
def test_a_stream_for_rejects_is_refused(arguments: list[str]) -> None:
    transport = script()
    done = inside(*arguments, "--rejects", "-", given=LINES)
    assert (done.code, done.err) == (2, "ddb: --rejects needs a file, and - is a stream: give the name of a file\n")
    assert not transport.requests
    assert [*Path().iterdir()] == []


@pytest.mark.parametrize("command", ["export", "import"])
def test_rejects_that_cannot_be_written_are_refused_before_anything_is_sent(command: str) -> None:
    transport = script()
    done = inside(command, VISITS, "-", "--rejects", "no/bad.jsonl", given=LINES)
    assert (done.code, done.err) == (2, "ddb: no/bad.jsonl: there is no folder no\n")
    assert not transport.requests


@pytest.mark.parametrize("number", ["25", "26", "59"])
def test_lines_of_a_stream_are_told_by_their_numbers(number: str) -> None:
    script(DONE, DONE, DONE)
    lines = LINES.splitlines(keepends=True)
    lines[int(number) - 1] = b"wrong\n"
    done = inside("import", VISITS, "-", given=b"".join(lines))
    assert done.code == 2
    assert f"line {number} is not a valid Visit" in done.err


def test_a_line_that_dynamodb_refuses_is_put_aside_alone(tmp_path: Path) -> None:
    from dynamo_document_builder.testing import refuse

    refused = refuse("ValidationException")
    transport = script(refused, DONE, refused, *[DONE] * 23, DONE, DONE)
    done = inside("import", VISITS, "-", "--rejects", "bad.jsonl", given=LINES)
    assert (done.code, done.text) == (1, "59 items, 1 lines put aside\n")
    assert json.loads(Path("bad.jsonl").read_bytes()) == visit("u1", 1)
    assert sorted({*put_by(transport)}) == [*range(60)]


def test_files_of_dynamodb_itself_are_written_and_read() -> None:
    script(DESCRIBED, answer({"Items": [visit("u1", 1), visit("u1", 2)]}))
    assert inside("export", VISITS, "out.json", "--wrapped").code == 0
    lines = Path("out.json").read_bytes()
    assert [[*json.loads(line)] for line in lines.splitlines()] == [["Item"], ["Item"]]
    Path("out.json.gz").write_bytes(gzip.compress(lines))
    for name in ("out.json", "out.json.gz"):
        transport = script(DESCRIBED, DONE)
        assert inside("import", VISITS, name).text == "2 items\n"
        assert put_by(transport) == [1, 2]


def test_a_packed_file_is_resumed_too() -> None:
    from dynamo_document_builder.testing import refuse

    Path("in.json.gz").write_bytes(gzip.compress(LINES))
    script(DESCRIBED, DONE, refuse("AccessDeniedException"))
    assert inside("import", VISITS, "in.json.gz").code == 3
    transport = script(DESCRIBED, DONE, DONE)
    assert inside("import", VISITS, "in.json.gz").text == "60 items\n"
    assert put_by(transport) == [*range(25, 60)]


def test_a_packed_file_that_is_cut_off_is_told() -> None:
    Path("in.json.gz").write_bytes(gzip.compress(LINES)[:-20])
    script(DESCRIBED, DONE, DONE, DONE)
    done = inside("import", VISITS, "in.json.gz")
    assert done.code == 7
    assert done.err.startswith("ddb: in.json.gz: it is cut off or damaged")


def test_a_named_pipe_is_a_stream(tmp_path: Path) -> None:
    import os
    from threading import Thread

    os.mkfifo("pipe")
    writer = Thread(target=lambda: Path("pipe").write_bytes(LINES))
    writer.start()
    transport = script(DONE, DONE, DONE)
    assert inside("import", VISITS, "pipe").text == "60 items\n"
    writer.join()
    assert put_by(transport) == [*range(60)]
    script(answer({"Items": [visit("u1", 1)]}))
    assert inside("export", VISITS, "/dev/null").code == 0
    assert [path.name for path in Path().iterdir()] == ["pipe"]
