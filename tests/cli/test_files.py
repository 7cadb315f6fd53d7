"""Items in files: what is interrupted, even killed, goes on where it was; nothing is lost, and nothing there twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, field_validator

from dynamo_document_builder import Entity, ServiceError, StoredItemError, Table, UsageError
from dynamo_document_builder.cli.transfer.exporting import export_to_file
from dynamo_document_builder.cli.transfer.importing import import_from_file
from dynamo_document_builder.testing import ScriptedTransport, answer, refuse
from dynamo_document_builder.wire.request import Request, Response
from tests.cli import programs
from tests.cli.programs import VISITS, ended, started
from tests.cli.shop import Visit
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = REACHABLE


def run(environment: dict[str, str], cwd: Path, *arguments: str) -> tuple[int, str, str]:
    done = programs.run(environment, cwd, *arguments)
    return done.code, done.text, done.err


def killed(environment: dict[str, str], cwd: Path, side: Path, *arguments: str) -> None:
    """Kill a run as soon as it has kept that something is done."""
    child = started(environment, cwd, *arguments)
    while child.poll() is None and not has_begun(side):
        time.sleep(0.001)
    child.kill()
    ended(child)


def has_begun(side: Path) -> bool:
    if not side.exists():
        return False
    kept = json.loads(side.read_text())
    return bool(kept.get("count") or kept.get("items"))


def visit(user_id: str, number: int) -> dict[str, Any]:
    """Return a visit as it is stored."""
    return {
        "PK": {"S": f"VISITS#{user_id}"},
        "SK": {"S": f"VISIT#{number:06}"},
        "_type": {"S": "Visit"},
        "user_id": {"S": user_id},
        "number": {"N": str(number)},
    }


def numbers(file: Path) -> list[int]:
    return sorted(int(json.loads(line)["number"]["N"]) for line in file.read_text().splitlines())


def test_an_export_that_was_killed_goes_on(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    side = tmp_path / "visits.jsonl.cursor"
    killed(environment, tmp_path, side, "export", VISITS, str(file), "--page-size", "1")
    code, out, _ = run(environment, tmp_path, "export", VISITS, str(file), "--page-size", "7")
    assert (code, out) == (0, "60 items\n")
    assert numbers(file) == list(range(60))
    assert not side.exists()
    again, _, told = run(environment, tmp_path, "export", VISITS, str(file))
    assert again == 2
    assert "already exists" in told


def test_segments_are_read_at_once_and_each_goes_on(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    side = tmp_path / "visits.jsonl.cursor"
    killed(environment, tmp_path, side, "export", VISITS, str(file), "--page-size", "1", "--segments", "4")
    assert len(json.loads(side.read_text())["segments"]) == 4
    code, _, told = run(environment, tmp_path, "export", VISITS, str(file), "--segments", "3")
    assert code == 2
    assert "was started with 4 segments" in told
    code, out, _ = run(environment, tmp_path, "export", VISITS, str(file), "--page-size", "7")
    assert (code, out) == (0, "60 items\n")
    assert numbers(file) == list(range(60))
    assert not side.exists()


@pytest.mark.parametrize("kept", ["{", "[]", '{"segments": 5}'])
def test_a_side_file_that_is_none_is_told(environment: dict[str, str], tmp_path: Path, kept: str) -> None:
    (tmp_path / "visits.jsonl.cursor").write_text(kept)
    code, _, told = run(environment, tmp_path, "export", VISITS, "visits.jsonl")
    assert code == 2
    assert "visits.jsonl.cursor is not a progress file of an interrupted run" in told


class Endless:
    """Segments that never end, but for the last, which fails."""

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        if request.payload["Segment"] == 2:
            raise UsageError("no more")
        more = {"Items": [], "LastEvaluatedKey": {"PK": {"S": "a"}, "SK": {"S": "b"}}}
        return Response(json.dumps(more).encode())


def test_a_segment_that_fails_stops_the_others(tmp_path: Path) -> None:
    table = Table("shop", transport=Endless(), entity_attribute="_type")
    entity = Entity(Visit, table, partition_key=lambda v: v.user_id, sort_key=lambda v: str(v.number))
    file = tmp_path / "visits.jsonl"
    with pytest.raises(UsageError, match="no more"):
        export_to_file(entity, file, page_size=1, segments=3, on_progress=lambda _: None)
    assert (tmp_path / "visits.jsonl.cursor").exists()


def test_an_import_that_was_killed_goes_on(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    file.write_text("".join(json.dumps(visit("u7", number)) + "\n" for number in range(500)))
    killed(environment, tmp_path, tmp_path / "visits.jsonl.imported", "import", VISITS, str(file))
    code, out, _ = run(environment, tmp_path, "import", VISITS, str(file))
    assert (code, out) == (0, "500 items\n")
    pages = shop.get_paginator("query").paginate(
        TableName="shop", KeyConditionExpression="PK = :p", ExpressionAttributeValues={":p": {"S": "VISITS#u7"}}
    )
    assert [int(item["number"]["N"]) for page in pages for item in page["Items"]] == list(range(500))


def test_lines_that_do_not_fit_stop_it_or_are_put_aside(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    twin = {**visit("u8", 3), "SK": {"S": "3"}}
    wrong = ["{", '{"user_id": {"S": "u8"}}', json.dumps(twin)]
    file.write_text("\n".join([json.dumps(visit("u8", 1)), *wrong, json.dumps(visit("u8", 2))]))
    code, _, told = run(environment, tmp_path, "import", VISITS, str(file))
    assert code == 2
    assert "line 2 is not a valid Visit" in told
    rejects = tmp_path / "rejects.jsonl"
    code, out, _ = run(environment, tmp_path, "import", VISITS, str(file), "--rejects", str(rejects))
    assert (code, out) == (1, "2 items, 3 lines put aside\n")
    assert rejects.read_text().splitlines() == wrong


class Drifting(BaseModel):
    """A model that makes another value of one every time, so that no item of it can be written."""

    id: str
    number: int = 0
    any: Any = None

    @field_validator("number")
    @classmethod
    def _next(cls, value: int) -> int:
        return value + 1 if value else value


DRIFTING: list[Any] = [{"number": {"N": "1"}}, {"any": {"SS": []}}, {"any": {"S": "x" * 409_600}}]


@pytest.mark.parametrize("wrong", DRIFTING)
def test_a_line_that_is_read_and_cannot_be_written_is_put_aside_too(tmp_path: Path, wrong: dict[str, Any]) -> None:
    def line(name: str, more: dict[str, Any]) -> str:
        return json.dumps({"PK": {"S": f"D#{name}"}, "SK": {"S": "1"}, "id": {"S": name}, **more}) + "\n"

    script = ScriptedTransport(answer({"UnprocessedItems": {}}))
    table = Table("shop", transport=script)
    entity = Entity(Drifting, table, partition_key="D#{id}", sort_key="1")
    file, rejects = tmp_path / "drifting.jsonl", tmp_path / "rejects.jsonl"
    file.write_text(line("a", {}) + line("b", wrong) + line("c", {}))
    with pytest.raises(UsageError, match="line 2 is not a valid Drifting"):
        import_from_file(entity, file, rejects=None, on_progress=lambda _: None)
    done = import_from_file(entity, file, rejects=rejects, on_progress=lambda _: None)
    assert (done.items, done.rejected) == (2, 1)
    assert rejects.read_text() == line("b", wrong)


def test_an_item_that_is_read_and_could_not_be_put_again_is_put_aside_as_it_is_stored(tmp_path: Path) -> None:
    def item(name: str, number: int) -> dict[str, Any]:
        return {"PK": {"S": f"D#{name}"}, "SK": {"S": "1"}, "id": {"S": name}, "number": {"N": str(number)}}

    found = [answer({"Items": [item("a", 0), item("b", 1), item("c", 0)]}), answer({"Item": item("b", 1)})]

    def entity() -> Entity[Any]:
        return Entity(
            Drifting, Table("shop", transport=ScriptedTransport(*found)), partition_key="D#{id}", sort_key="1"
        )

    file, bad = tmp_path / "drifting.jsonl", tmp_path / "bad.jsonl"
    facts: dict[str, Any] = {"page_size": None, "segments": None, "on_progress": lambda _: None}
    with pytest.raises(StoredItemError, match="PK='D#b'"):
        export_to_file(entity(), file, **facts)
    done = export_to_file(entity(), file, **facts, on_unfit="collect", rejects=bad)
    assert (done.count, done.unfit) == (2, 1)
    assert json.loads(bad.read_text()) == item("b", 1)


@pytest.fixture
def spoilt(shop: Any) -> Any:
    """Give the same table with a visit of a number that is text."""
    shop.put_item(TableName="shop", Item=SPOILT)
    return shop


SPOILT = {**visit("u1", 30), "page": {"N": "918273645"}}
LINE = "Visit PK='VISITS#u1' SK='VISIT#000030': page: expected str, found stored N"


@pytest.mark.parametrize("command", [["scan", VISITS], ["query", VISITS, "user_id=u1", "--limit", "100"]])
def test_an_item_that_does_not_fit_stops_it_or_is_left_out(
    spoilt: Any, environment: dict[str, str], tmp_path: Path, command: list[str]
) -> None:
    code, out, told = run(environment, tmp_path, *command)
    assert (code, out) == (6, "")
    assert told.endswith("pass --on-unfit skip or --on-unfit collect to read the other items\n")
    code, out, told = run(environment, tmp_path, *command, "--on-unfit", "skip")
    assert (code, len(out.splitlines()), told) == (0, 59, "")
    code, out, told = run(environment, tmp_path, *command, "--on-unfit", "collect")
    assert (code, len(out.splitlines()), told) == (0, 59, f"does not fit: {LINE}\n")
    code, out, told = run(environment, tmp_path, *command, "--on-unfit", "ignore")
    assert (code, out) == (2, "")
    assert "'ignore' is not one of 'raise', 'skip', 'collect'" in told


def test_an_export_goes_on_without_what_does_not_fit(spoilt: Any, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    arguments = ["export", VISITS, str(file), "--page-size", "7"]
    code, _, told = run(environment, tmp_path, *arguments)
    assert code == 6
    assert told.endswith("pass --on-unfit skip or --on-unfit collect to read the other items\n")
    code, out, _ = run(environment, tmp_path, *arguments, "--on-unfit", "skip")
    assert (code, out) == (0, "59 items\n")
    assert numbers(file) == [number for number in range(60) if number != 30]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["visits.jsonl"]


@pytest.mark.parametrize("segments", ["1", "3"])
def test_an_export_puts_aside_what_does_not_fit(
    spoilt: Any, environment: dict[str, str], tmp_path: Path, segments: str
) -> None:
    file, aside = tmp_path / "visits.jsonl", tmp_path / "visits.jsonl.unfit"
    arguments = ["export", VISITS, str(file), "--page-size", "7", "--segments", segments, "--on-unfit", "collect"]
    code, out, _ = run(environment, tmp_path, *arguments)
    assert (code, out) == (1, "59 items, 1 put aside in visits.jsonl.unfit\n")
    assert len(numbers(file)) == 59
    assert [json.loads(line) for line in aside.read_text().splitlines()] == [SPOILT]
    file.unlink()
    code, _, told = run(environment, tmp_path, *arguments)
    assert code == 2
    assert "visits.jsonl.unfit already exists" in told
    assert not file.exists()


def test_what_an_interrupted_export_put_aside_unfinished_is_written_again(tmp_path: Path) -> None:
    bad = {**visit("u1", 1), "page": {"N": "1"}}
    last = {name: bad[name] for name in ("PK", "SK")}
    script = ScriptedTransport(answer({"Items": [bad], "LastEvaluatedKey": last}), refuse("AccessDeniedException"))
    file, aside = tmp_path / "visits.jsonl", tmp_path / "visits.jsonl.unfit"
    with pytest.raises(ServiceError):
        export_to_file(
            visits_of(script), file, page_size=1, segments=None, on_progress=lambda _: None, on_unfit="collect"
        )
    with aside.open("a") as unfinished:
        unfinished.write('{"half')
    again = ScriptedTransport(answer({"Items": [bad, visit("u1", 2)]}))
    done = export_to_file(
        visits_of(again), file, page_size=1, segments=None, on_progress=lambda _: None, on_unfit="collect"
    )
    assert (done.count, done.unfit) == (1, 2)
    assert [json.loads(line) for line in aside.read_text().splitlines()] == [bad, bad]


def visits_of(transport: ScriptedTransport) -> Entity[Visit]:
    table = Table("shop", transport=transport, entity_attribute="_type")
    return Entity(Visit, table, partition_key="VISITS#{user_id}", sort_key="VISIT#{number:06d}")


def test_data_goes_to_stdout_and_words_to_stderr(shop: Any, environment: dict[str, str], tmp_path: Path) -> None:
    code, out, told = run(environment, tmp_path, "scan", VISITS, "--limit", "3")
    assert (code, told) == (0, "")
    assert len([json.loads(line) for line in out.splitlines()]) == 3
    code, out, told = run(environment, tmp_path, "show", "tests.cli.shop:users", "user_id=none")
    assert (code, out, told) == (1, "", "there is no such item\n")
    code, out, told = run(environment, tmp_path, "commit", __file__, "tests.cli.shop:users")
    assert (code, out) == (2, "")
    assert "Traceback" not in told


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_it_says_what_to_install(environment: dict[str, str], tmp_path: Path, missing: str) -> None:
    program_ = f"import sys; sys.modules[{missing!r}] = None\nfrom dynamo_document_builder.__main__ import main\nmain()"
    child = subprocess.run(
        [sys.executable, "-c", program_], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert child.returncode == 1
    assert child.stderr == "ddb needs the extra cli: pip install 'dynamo-document-builder[cli]'\n"
