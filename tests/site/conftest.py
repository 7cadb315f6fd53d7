"""The site, built once for all tests of it."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define

PROJECT = Path(__file__).parent.parent.parent


@define
class Html:
    """What other pages can link to on a page, and what the page links to."""

    ids: set[str] = Factory(set)
    links: set[str] = Factory(set)


class Reader(HTMLParser):
    """Collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.html = Html()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"id", "name"}:
                self.html.ids.add(value or "")
            elif name in {"href", "src"}:
                self.html.links.add(value or "")


def read(text: str) -> Html:
    reader = Reader()
    reader.feed(text)
    return reader.html


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as it is published."""
    folder = tmp_path_factory.mktemp("site")
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command: list[Any] = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
    built = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Html]:
    """Give each page of the site."""
    return {path: read(path.read_text()) for path in site.rglob("*.html") if path.name != "404.html"}
