"""Every link of the built site leads somewhere: to a page, to a place on a page, or to a well-formed address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.site.conftest import Html, read

if TYPE_CHECKING:
    from pathlib import Path


def broken(page: Path, link: str, pages: dict[Path, Html]) -> bool:
    """Say whether a link leads nowhere; of other sites only the address is looked at."""
    parts = urlsplit(link)
    if parts.scheme in {"http", "https"}:
        return "." not in parts.netloc or " " in link
    if parts.scheme:
        return parts.scheme != "data"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target /= "index.html"
    if target not in pages:
        return not target.is_file()
    return parts.fragment != "" and unquote(parts.fragment) not in pages[target].ids


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Html]) -> None:
    found = [
        f"{page.relative_to(site)}: {link}"
        for page, html in pages.items()
        for link in sorted(html.links)
        if broken(page, link, pages)
    ]
    assert found == []
    assert sum(len(html.links) for html in pages.values()) > 1000


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        ("", False),
        (".", False),
        ("#here", False),
        ("#nowhere", True),
        ("../other/#there", False),
        ("../other/", False),
        ("../other/#nowhere", True),
        ("../picture.svg", False),
        ("../missing.svg", True),
        ("../missing/", True),
        ("page.md", True),
        ("https://example.com/a#b", False),
        ("https://example", True),
        ("https://example.com/a b", True),
        ("mail:somebody", True),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, link: str, is_broken: bool) -> None:
    for name in ("page", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    (tmp_path / "picture.svg").touch()
    page = tmp_path / "page" / "index.html"
    pages = {page: read('<h1 id="here">'), tmp_path / "other" / "index.html": read('<a name="there">')}
    assert broken(page, link, pages) is is_broken
