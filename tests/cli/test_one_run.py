"""A file belongs to one run at a time, and to the run that began it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import ServiceError, UsageError
from dynamo_document_builder.cli.transfer import side_file
from dynamo_document_builder.cli.transfer.exporting import export_to_file
from dynamo_document_builder.cli.transfer.side_file import SideFile
from tests.cli.loopback import described, loopback
from tests.cli.programs import VISITS, ended, environment_of, run, started
from tests.cli.shop import users
from tests.cli.test_files import visit
from tests.cli.test_resuming import BROKEN, PLACE, Crash, export, numbers, page, put_all
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = REACHABLE


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(("what", "again"), [("cursor", export), ("imported", put_all)])
def test_a_second_run_is_refused_before_it_touches_a_file(tmp_path: Path, what: str, again: Any, restart: bool) -> None:
    file = tmp_path / "visits.jsonl"
    file.write_text(json.dumps(visit("u1", 1)))
    side = SideFile(file, what)
    side.path.write_text("of the first run")
    with side.exclusive_run():
        before = contents(tmp_path)
        with pytest.raises(UsageError, match=r"visits\.jsonl is in use by another run of ddb: wait until it ends"):
            again(file, restart=restart)
        assert contents(tmp_path) == before
    assert {*contents(tmp_path)} == {"visits.jsonl", side.path.name}


def test_a_lock_that_is_taken_away_with_the_run_before_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, real, left = SideFile(tmp_path / "visits.jsonl", "cursor"), side_file.lock, [2]

    def lock(file: Any, path: Path) -> None:
        real(file, path)
        if left[0]:  # the run before ends between the opening and the lock
            left[0] -= 1
            (tmp_path / "visits.jsonl.cursor.lock").unlink()

    monkeypatch.setattr(side_file, "lock", lock)
    with side.exclusive_run():
        monkeypatch.undo()
        with pytest.raises(UsageError, match="in use"), SideFile(tmp_path / "visits.jsonl", "cursor").exclusive_run():
            pytest.fail("two runs hold one lock")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("command", ["export", "import"])
def test_two_programs_do_not_disturb_each_other(tmp_path: Path, command: str) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps(visit("u1", 1)))
    arguments = [command, VISITS, "in.jsonl" if command == "import" else "out.jsonl"]

    def answered(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "DescribeTable":
            return described()
        second.append(run(environment_of(server.url), tmp_path, *arguments))
        return {"UnprocessedItems": {}} if operation == "BatchWriteItem" else {"Items": [visit("u1", 1)]}

    second: list[Any] = []
    with loopback(answered) as server:
        first = ended(started(environment_of(server.url), tmp_path, *arguments))
    assert (first.code, first.text) == (0, "1 items\n")
    assert [(one.code, one.err) for one in second] == [
        (2, f"ddb: {arguments[2]} is in use by another run of ddb: wait until it ends\n")
    ]


def killed_before_it_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Path:
    """Return the file of an export that was killed between its first lines and its progress."""
    file, kept = tmp_path / "visits.jsonl", SideFile.save

    def keep(side: SideFile, progress: Any) -> None:
        if progress.written.bytes or progress.unfit:
            raise Crash
        kept(side, progress)

    with monkeypatch.context() as patched:
        patched.setattr(SideFile, "save", keep)
        with pytest.raises(Crash):
            export(file, page(1, 2, bad=3), **options)
    return file


def test_lines_that_are_not_counted_yet_are_not_lost_to_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = killed_before_it_counted(tmp_path, monkeypatch, on_unfit="skip")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match=r"entity was Visit, and is User.*--restart"):
        export_to_file(
            users, file, page_size=None, segments=None, on_progress=lambda _: None, source=PLACE, on_unfit="skip"
        )
    with pytest.raises(UsageError, match="table ARN was arn:1, and is arn:2"):
        export(file, place={**PLACE, "table ARN": "arn:2"}, on_unfit="skip")
    assert contents(tmp_path) == before
    assert export(file, page(1, 2, last=True), on_unfit="skip").count == 2
    assert numbers(file) == [1, 2]


def test_items_put_aside_that_are_not_counted_yet_are_not_lost_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.jsonl"
    file = killed_before_it_counted(tmp_path, monkeypatch, on_unfit="collect", rejects=bad)
    file.write_bytes(b"")
    with pytest.raises(UsageError, match="table ID was id-1, and is id-2"):
        export(file, place={**PLACE, "table ID": "id-2"}, on_unfit="collect", rejects=bad)
    assert numbers(bad) == [3]


def test_a_run_that_wrote_nothing_binds_nobody(tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    with pytest.raises(ServiceError):
        export(file, BROKEN)
    assert export(file, page(1, last=True), place={**PLACE, "table ID": "id-2"}).count == 1


ENDS = [f".{what}{end}" for what in ("cursor", "imported") for end in ("", ".new", ".lock")]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("by", ["name", "dots", "link"])
@pytest.mark.parametrize("again", [export, put_all])
def test_rejects_are_not_put_where_the_progress_is(tmp_path: Path, end: str, by: str, again: Any) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    file = folder / "visits.jsonl"
    file.write_text("{}\n")
    rejects = {"name": folder, "dots": folder / ".." / "data", "link": tmp_path / "link"}[by] / f"visits.jsonl{end}"
    options = {"on_unfit": "collect"} if again is export else {}
    with pytest.raises(UsageError, match="cannot be the file for --rejects: ddb keeps the progress of"):
        again(file, rejects=rejects, **options)
    assert {*contents(folder)} == {"visits.jsonl"}


def test_rejects_are_not_put_into_the_file_itself_by_another_name(tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    file.write_text("{}\n")
    (tmp_path / "hard").hardlink_to(file)
    (tmp_path / "soft").symlink_to(file)
    for name in ("hard", "soft", "visits.jsonl"):
        with pytest.raises(UsageError, match="cannot be the file for --rejects too"):
            put_all(file, rejects=tmp_path / name)
    assert file.read_text() == "{}\n"
