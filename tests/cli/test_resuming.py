"""What an interrupted run left is finished only by the run that it belongs to."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import ServiceError, UsageError
from dynamo_document_builder.cli.transfer import appended_file as appended
from dynamo_document_builder.cli.transfer import side_file
from dynamo_document_builder.cli.transfer.exporting import export_to_file
from dynamo_document_builder.cli.transfer.importing import import_from_file
from dynamo_document_builder.testing import ScriptedTransport, answer, refuse
from dynamo_document_builder.wire.request import Request, Response
from tests.cli.loopback import RefusedError, described, loopback
from tests.cli.programs import VISITS, environment_of, run
from tests.cli.test_files import visit, visits_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACE = {"endpoint": "http://a", "region": "eu-north-1", "table ARN": "arn:1", "table ID": "id-1"}


def page(*found: int, bad: int | None = None, last: bool = False) -> Any:
    items = [visit("u1", number) for number in found]
    if bad is not None:
        items.append({**visit("u1", bad), "page": {"N": "1"}})
    more = {} if last else {"LastEvaluatedKey": {name: items[-1][name] for name in ("PK", "SK")}}
    return answer({"Items": items, **more})


BROKEN = refuse("AccessDeniedException")


def export(path: Path, *steps: Any, place: Mapping[str, str] = PLACE, entity: Any = None, **options: Any) -> Any:
    facts: dict[str, Any] = {
        "page_size": None,
        "segments": None,
        "on_progress": lambda _: None,
        "source": place,
        **options,
    }
    return export_to_file(entity or visits_of(ScriptedTransport(*steps)), path, **facts)


def put_all(path: Path, *steps: Any, place: Mapping[str, str] = PLACE, **options: Any) -> Any:
    facts: dict[str, Any] = {"rejects": None, "on_progress": lambda _: None, "target": place, **options}
    return import_from_file(visits_of(ScriptedTransport(*steps)), path, **facts)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Give the file of an export that ended after its first page."""
    file = tmp_path / "visits.jsonl"
    with pytest.raises(ServiceError):
        export(file, page(1, 2), BROKEN)
    return file


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """Give a file of which one batch of 25 lines is imported."""
    file = tmp_path / "visits.jsonl"
    file.write_text("".join(json.dumps(visit("u1", number)) + "\n" for number in range(60)))
    with pytest.raises(ServiceError):
        put_all(file, answer({"UnprocessedItems": {}}), BROKEN)
    return file


def numbers(path: Path) -> list[int]:
    return [int(json.loads(line)["number"]["N"]) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("part", PLACE)
def test_another_place_is_refused_with_what_differs(begun: Path, half: Path, part: str) -> None:
    place = {**PLACE, part: "elsewhere"}
    for resume in (export, put_all):
        with pytest.raises(UsageError, match=f"{part} was {PLACE[part]}, and is elsewhere.*--restart"):
            resume(begun, place=place)


def test_another_entity_or_table_is_refused(begun: Path) -> None:
    from tests.cli.shop import users

    with pytest.raises(UsageError, match="entity was Visit, and is User"):
        export(begun, entity=users)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wrapped": True}, "--wrapped was not given, and is yes"),
        ({"segments": 2}, "started with 1 segments"),
    ],
)
def test_other_options_are_refused(begun: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        export(begun, **options)


def test_a_changed_choice_of_what_is_put_aside_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "visits.jsonl"
    with pytest.raises(ServiceError):
        export(file, page(1, bad=2), BROKEN, on_unfit="skip")
    with pytest.raises(UsageError, match="--on-unfit was skip, and is collect"):
        export(file, on_unfit="collect", rejects=tmp_path / "bad")
    assert export(file, page(3, last=True), on_unfit="skip").count == 2


def test_what_does_not_fit_may_be_put_aside_from_where_it_stopped(tmp_path: Path) -> None:
    from dynamo_document_builder import StoredItemError

    file, bad = tmp_path / "visits.jsonl", tmp_path / "bad.jsonl"
    with pytest.raises(StoredItemError):
        export(file, page(1), page(2, bad=3))
    done = export(file, page(2, bad=3), page(4, last=True), on_unfit="collect", rejects=bad)
    assert (done.count, done.unfit, numbers(file), numbers(bad)) == (3, 1, [1, 2, 4], [3])


def test_restart_begins_again(begun: Path, half: Path) -> None:
    assert export(begun, page(5, last=True), place={"endpoint": "b"}, restart=True).count == 1
    assert numbers(begun) == [5]
    with pytest.raises(UsageError, match="already exists"):
        export(begun, restart=True)


def test_restart_imports_from_the_first_line(half: Path) -> None:
    done = put_all(half, *[answer({"UnprocessedItems": {}})] * 3, place={"endpoint": "b"}, restart=True)
    assert (done.items, done.lines) == (60, 60)


@pytest.mark.parametrize("torn", [b"{", b'{"PK": {"S": "x"}}\n{"half'])
def test_what_was_written_and_not_counted_is_written_again(begun: Path, torn: bytes) -> None:
    with begun.open("ab") as file:
        file.write(torn)
    assert export(begun, page(3, last=True)).count == 3
    assert numbers(begun) == [1, 2, 3]


@pytest.mark.parametrize("change", ["shorter", "other", "gone"])
def test_a_file_that_was_changed_is_refused(begun: Path, change: str) -> None:
    data = begun.read_bytes()
    if change == "gone":
        begun.unlink()
    else:
        begun.write_bytes(data[:-1] if change == "shorter" else data.replace(b"home", b"work") + b"x")
        if change == "other":
            begun.write_bytes(data.replace(b"VISIT#", b"VISIX#"))
    with pytest.raises(UsageError, match="--restart"):
        export(begun)


@pytest.mark.parametrize("line", [0, 24])
def test_a_file_of_which_an_imported_line_was_changed_is_refused(half: Path, line: int) -> None:
    lines = half.read_bytes().splitlines(keepends=True)
    half.write_bytes(b"".join([*lines[:line], lines[line].replace(b"u1", b"u2"), *lines[line + 1 :]]))
    with pytest.raises(UsageError, match="was changed after the interrupted import of its first 25 lines"):
        put_all(half)


def test_a_file_that_another_run_is_writing_is_refused(begun: Path, half: Path, tmp_path: Path) -> None:
    other = appended.AppendedFile(tmp_path / "visits.jsonl", appended.Mark())
    try:
        with pytest.raises(UsageError, match=r"visits.jsonl is in use by another run of ddb"):
            export(begun, entity=visits_of(Visits()), place={}, restart=True)
    finally:
        other.close()
    assert export(begun, entity=visits_of(Visits()), place={}, restart=True, on_unfit="skip").count == 4


def test_lines_that_follow_may_be_changed_and_added(half: Path) -> None:
    with half.open("a") as file:
        file.write(json.dumps(visit("u1", 60)) + "\n")
    assert put_all(half, *[answer({"UnprocessedItems": {}})] * 2).items == 61


class Crash(BaseException):
    """Stands for the end of the machine."""


class Visits:
    """Six visits, two in each page; each fourth does not fit."""

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        after = request.payload.get("ExclusiveStartKey")
        first = 0 if after is None else int(after["SK"]["S"].removeprefix("VISIT#")) + 1
        items = [visit("u1", number) | ({} if number % 4 else {"page": {"N": "1"}}) for number in (first, first + 1)]
        more = {"LastEvaluatedKey": {name: items[-1][name] for name in ("PK", "SK")}} if first < 4 else {}
        return Response(json.dumps({"Items": items, **more}).encode())


@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (side_file.os, "fsync"),
        (side_file.os, "replace"),
        (side_file, "sync_folder"),
        (appended, "sync_folder"),
        (side_file.SideFile, "save"),
        (side_file.SideFile, "delete"),
        (appended.AppendedFile, "add"),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, before: bool
) -> None:
    file, bad = tmp_path / "visits.jsonl", tmp_path / "bad.jsonl"
    options: dict[str, Any] = {"on_unfit": "collect", "rejects": bad, "entity": visits_of(Visits())}
    real = getattr(owner, step)
    for moment in range(1, 60):
        left = [moment]

        def crash(*arguments: Any, left: list[int] = left) -> Any:
            left[0] -= 1
            if before and not left[0]:
                raise Crash
            result = real(*arguments)
            if not left[0]:
                raise Crash
            return result

        with monkeypatch.context() as patched:
            patched.setattr(owner, step, crash)
            with suppress(Crash):
                export(file, **options)
        if (tmp_path / "visits.jsonl.cursor").exists() or not file.exists():
            export(file, **options)
        assert numbers(file) == [1, 2, 3, 5]
        assert numbers(bad) == [0, 4]
        assert len([*tmp_path.iterdir()]) == 2
        for path in tmp_path.iterdir():
            path.unlink()
        if left[0] > 0:
            return
    pytest.fail("there are more steps than anybody would take")


def test_rejects_of_a_run_that_failed_are_not_there_twice(tmp_path: Path) -> None:
    file, bad = tmp_path / "visits.jsonl", tmp_path / "bad.jsonl"
    file.write_text("\n".join(json.dumps(visit("u1", number)) if number % 10 else "wrong" for number in range(60)))
    done = answer({"UnprocessedItems": {}})
    for steps in ([BROKEN], [done, BROKEN], [BROKEN]):
        with pytest.raises(ServiceError):
            put_all(file, *steps, rejects=bad)
    last = put_all(file, done, done, rejects=bad)
    assert (last.items, last.rejected) == (54, 6)
    assert bad.read_text() == "wrong\n" * 6


@pytest.mark.parametrize("number", [1, 25, 26, 51])
def test_a_line_that_does_not_fit_is_told_by_its_number(tmp_path: Path, number: int) -> None:
    file = tmp_path / "visits.jsonl"
    lines = [json.dumps(visit("u1", index)) for index in range(60)]
    lines[number - 1] = "wrong"
    file.write_text("\n".join(lines))
    written = (number - 1) // 25 * 25
    said = f"lines 1 to {written} were written" if written else "nothing was written"
    with pytest.raises(UsageError, match=f"line {number} is not a valid Visit.*; {said}"):
        put_all(file, *[answer({"UnprocessedItems": {}})] * (written // 25))


def test_a_file_of_rejects_that_is_not_of_this_run_is_left_alone(half: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("mine\n")
    with pytest.raises(UsageError, match="already exists"):
        put_all(half, rejects=bad)
    (tmp_path / "visits.jsonl.imported").unlink()
    with pytest.raises(UsageError, match="already exists"):
        put_all(half, rejects=bad)
    assert bad.read_text() == "mine\n"


def scan(operation: str, body: dict[str, Any], table_id: str, pages: int) -> dict[str, Any]:
    if operation == "DescribeTable":
        return described(table_id=table_id)
    number = int(body.get("ExclusiveStartKey", {"SK": {"S": "VISIT#0"}})["SK"]["S"].removeprefix("VISIT#")) + 1
    if number > pages:
        raise RefusedError("AccessDeniedException")
    item = visit("u1", number)
    return {"Items": [item], "LastEvaluatedKey": {name: item[name] for name in ("PK", "SK")}}


def test_the_command_line_tells_tables_of_one_name_apart(tmp_path: Path) -> None:
    table_id = "id-1"

    def answered(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        return scan(operation, body, table_id, 3)

    with loopback(answered) as server, loopback(answered) as other:
        assert run(environment_of(server.url), tmp_path, "export", VISITS, "out.jsonl").code == 3
        table_id = "id-2"
        done = run(
            {**environment_of(other.url), "AWS_DEFAULT_REGION": "eu-north-1"}, tmp_path, "export", VISITS, "out.jsonl"
        )
    assert done.code == 2
    assert f"endpoint was {server.url}, and is {other.url}" in done.err
    assert "region was us-east-1, and is eu-north-1" in done.err
    assert "table ID was id-1, and is id-2" in done.err
    assert numbers(tmp_path / "out.jsonl") == [1, 2, 3]


def test_without_permission_to_describe_a_table_the_access_key_stands_for_the_account(tmp_path: Path) -> None:
    def answered(operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "DescribeTable":
            raise RefusedError("AccessDeniedException")
        return scan(operation, body, "", 3)

    with loopback(answered) as server:
        assert run(environment_of(server.url), tmp_path, "export", VISITS, "out.jsonl").code == 3
        other = {**environment_of(server.url), "AWS_ACCESS_KEY_ID": "another"}
        done = run(other, tmp_path, "export", VISITS, "out.jsonl")
    assert done.code == 2
    assert "access key was testing, and is another" in done.err
