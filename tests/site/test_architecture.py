"""The page for contributors names files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "project" / "architecture.md").read_text(encoding="utf-8")
FILES = [
    path.relative_to(ROOT).as_posix() for folder in ("src", "tests", "docs") for path in (ROOT / folder).rglob("*.py")
]
NAMED = sorted({name for name in re.findall(r"`([\w/.]+\.py)`", PAGE) if "<" not in name})


def test_the_page_names_many_files() -> None:
    assert len(NAMED) > 50


@pytest.mark.parametrize("name", NAMED)
def test_each_file_exists(name: str) -> None:
    assert [path for path in FILES if f"/{path}".endswith(f"/{name}")]


@pytest.mark.parametrize("folder", sorted(set(re.findall(r"`([\w/]+/)`", PAGE))))
def test_each_folder_exists(folder: str) -> None:
    assert any((base / folder).is_dir() for base in (ROOT, ROOT / "src" / "dynamo_document_builder"))
