"""The comparison of what type checkers refuse notices both ways in which one of them can be wrong."""

from __future__ import annotations

from tests.typing.refusals import HERE, Line, differences, misuse, of_pyrefly, of_ty

LINE, OTHER = Line("tests/typing/reject.py", 3), Line("tests/typing/accept.py", 5)


def test_a_checker_that_agrees_differs_in_nothing() -> None:
    assert list(differences("ty", {LINE: "wrong"}, {LINE: "Put(5)"})) == []


def test_misuse_that_is_accepted_is_reported() -> None:
    [text] = differences("ty", {}, {LINE: "Put(5)"})
    assert text == "tests/typing/reject.py:3: ty accepts what is wrong: Put(5)"


def test_what_is_right_and_refused_is_reported() -> None:
    [text] = differences("ty", {OTHER: "no such name"}, {})
    assert text == "tests/typing/accept.py:5: ty refuses what is right: no such name"


def test_reports_are_read_line_by_line() -> None:
    place = {"path": LINE.path, "positions": {"begin": {"line": LINE.number}}}
    assert of_ty([{"description": "x: y", "location": place}]) == {LINE: "x: y"}
    found = {"path": LINE.path, "line": LINE.number, "name": "x", "concise_description": "y"}
    assert of_pyrefly({"errors": [found]}) == {LINE: "x: y"}


def test_every_file_of_misuse_has_some() -> None:
    files = {f"tests/typing/{path.name}" for path in HERE.glob("reject*.py")}
    assert {line.path for line in misuse()} == files
    assert len(misuse()) >= 169
