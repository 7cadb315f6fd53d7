"""Docstrings open with a verb or a noun, and lazy imports say why they are lazy."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SRC = Path(__file__).parent.parent / "src"
FRAGMENT = re.compile(r"(Whether|What|How|Which|Who|Whose|Where|When|Why|Of|Telling|Not)\b")
REASON = re.compile(r"# lazy imports?: \w|# noqa: PLC0415  lazy import: \w", re.IGNORECASE)


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each docstring of a file, those of attributes too, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text.strip()
            case _:
                pass


def test_no_docstring_opens_with_a_fragment() -> None:
    found = [
        f"{path.relative_to(SRC)}:{line}: {text.splitlines()[0]}"
        for path in sorted(SRC.rglob("*.py"))
        for line, text in docstrings(path)
        if FRAGMENT.match(text)
    ]
    assert found == []


def test_each_lazy_import_has_a_reason() -> None:
    found = []
    for path in sorted(SRC.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            reasons = itertools.takewhile(is_about_imports, reversed(lines[: number + 1]))
            if "# noqa: PLC0415" in line and not any(map(REASON.search, reasons)):
                found.append(f"{path.relative_to(SRC)}:{number + 1}")
    assert found == []


def is_about_imports(line: str) -> bool:
    """Return True for an import and for a comment: a reason stands above the imports that it is for."""
    return line.strip().startswith(("#", "from ", "import "))
