"""What readers see of the pages: code that fits, pictures with a text, and links of the files that GitHub shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import PROJECT
from tests.test_docs import blocks_of

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted((PROJECT / "docs").rglob("*.md"))
EXAMPLES = sorted((PROJECT / "examples").rglob("*.py"))
PICTURES = sorted((PROJECT / "docs/assets/pictures").glob("*.svg"))
FILES = sorted(PROJECT.glob("*.md"))
COLUMNS = 80


def test_code_is_no_wider_than_a_page() -> None:
    code = [(path, path.read_text()) for path in EXAMPLES]
    for path in PAGES:
        code += [(path, block.text) for block in blocks_of("", path.read_text()) if block.language == "python"]
    assert [(path.name, line) for path, text in code for line in text.splitlines() if len(line) > COLUMNS] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_has_a_text_and_a_page(picture: Path) -> None:
    text = picture.read_text()
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)">', text)
    assert all(re.search(rf"<{tag} [^>]*>[^<]+", text) for tag in ("title", "desc"))
    assert "#" not in re.sub(r">[^<]*<", "", text), "colours are those of the style sheet"
    assert [page for page in PAGES if f"pictures/{picture.name}" in page.read_text()]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_the_relative_links_of_a_file_lead_to_files(file: Path) -> None:
    text = file.read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text)]
    assert [link for link in links if not (PROJECT / link).exists()] == []
