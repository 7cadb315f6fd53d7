"""
Run ty and pyrefly on what mypy and pyright check, and compare what they refuse.

    python tests/typing/refusals.py

A line of a `reject*.py` with a `type: ignore` is misuse, which every type checker must refuse; no other line may be
refused. mypy and pyright report such a comment where they refuse nothing. ty and pyrefly are configured to read their
own ignore comments only, so they report every line of misuse, and this script compares.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
CHECKED = ("examples", "tests/typing")
MISUSE = "# type: ignore["


class Line(NamedTuple):
    """A line of a file, by its path in the project."""

    path: str
    number: int


def of_ty(report: Any) -> dict[Line, str]:
    """Return what ty says of each line, from its report in GitLab's form."""
    return {
        Line(found["location"]["path"], found["location"]["positions"]["begin"]["line"]): found["description"]
        for found in report
    }


def of_pyrefly(report: Any) -> dict[Line, str]:
    """Return what pyrefly says of each line, from its report in JSON."""
    return {
        Line(found["path"], found["line"]): f"{found['name']}: {found['concise_description']}"
        for found in report["errors"]
    }


CHECKERS: dict[str, tuple[tuple[str, ...], Callable[[Any], dict[Line, str]]]] = {
    "ty": (("check", "--error-on-warning", "--output-format", "gitlab", *CHECKED), of_ty),
    "pyrefly": (("check", "--min-severity", "warn", "--summary=none", "--output-format", "json"), of_pyrefly),
}


def misuse() -> dict[Line, str]:
    """Return the lines that have to be refused."""
    return {
        Line(path.relative_to(ROOT).as_posix(), number): text.partition(MISUSE)[0].strip()
        for path in sorted(HERE.glob("reject*.py"))
        for number, text in enumerate(path.read_text().splitlines(), 1)
        if MISUSE in text
    }


def differences(checker: str, refused: dict[Line, str], wrong: dict[Line, str]) -> Iterable[str]:
    """Say where a checker refuses what is right, and accepts what is wrong."""
    for line in sorted(refused.keys() - wrong.keys()):
        yield f"{line.path}:{line.number}: {checker} refuses what is right: {refused[line]}"
    for line in sorted(wrong.keys() - refused.keys()):
        yield f"{line.path}:{line.number}: {checker} accepts what is wrong: {wrong[line]}"


def refused_by(checker: str) -> dict[Line, str]:
    """Run a checker, and return what it says of each line."""
    arguments, lines_of = CHECKERS[checker]
    program = Path(sys.executable).parent / checker
    run = subprocess.run((program, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode not in {0, 1} or "WARN" in run.stderr:
        raise SystemExit(f"{checker} could not check:\n{run.stderr}")
    return lines_of(json.loads(run.stdout))


def main() -> None:
    """Compare, and leave with 1 if a checker differs."""
    wrong = misuse()
    found = [text for checker in CHECKERS for text in differences(checker, refused_by(checker), wrong)]
    if found:
        raise SystemExit("\n".join(found))
    print(f"ty and pyrefly: {len(wrong)} lines of misuse refused, no other line")


if __name__ == "__main__":
    main()
