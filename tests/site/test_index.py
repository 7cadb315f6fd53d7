"""`llms.txt`, the index for language models, names the pages of the site: all of them, and no others."""

from __future__ import annotations

import re
from typing import NamedTuple

from dynamo_document_builder.errors.links import SITE
from tests.test_docs import PROJECT

INDEX = (PROJECT / "docs/llms.txt").read_text()
NAVIGATION = (PROJECT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
BASE = f"{SITE}en/latest/"

ENTRY = re.compile(r"^(?P<indent> *)- (?:(?P<title>[^:\n]+): ?)?(?P<path>\S+\.md)?$", re.MULTILINE)
LINK = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<url>[^)]+)\): (?P<text>.+)$")


class Page(NamedTuple):
    tab: str
    title: str
    url: str


def pages_of_the_navigation() -> list[Page]:
    """Return the pages in their order; the first page of a tab without a title has that of the tab."""
    found: list[Page] = []
    tab = ""
    for entry in ENTRY.finditer(NAVIGATION):
        if entry["indent"] == "  ":
            tab = entry["title"]
        if entry["path"]:
            path = re.sub(r"(^|/)index/$", r"\1", entry["path"].removesuffix(".md") + "/")
            found.append(Page(tab, entry["title"] or tab, BASE + path))
    return found


def pages_of_the_index() -> list[Page]:
    found: list[Page] = []
    tab = ""
    for line in INDEX.splitlines():
        if line.startswith("## "):
            tab = line.removeprefix("## ")
        elif link := LINK.match(line):
            found.append(Page(tab, link["title"], link["url"]))
    return found


def test_the_index_names_each_page_of_the_navigation_in_its_order() -> None:
    assert pages_of_the_index() == pages_of_the_navigation()


def test_each_page_has_one_line_that_says_what_it_is_about() -> None:
    texts = [link["text"] for line in INDEX.splitlines() if (link := LINK.match(line))]
    assert len(set(texts)) == len(texts) == len(pages_of_the_index()) > 0
    assert [line for line in INDEX.splitlines() if line.startswith("- ") and not LINK.match(line)] == []


def test_the_index_begins_with_the_title_and_a_summary() -> None:
    title, empty, summary, *_ = INDEX.splitlines()
    site_name = re.search(r"^site_name: (.+)$", (PROJECT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert site_name is not None
    assert title == f"# {site_name[1]}"
    assert not empty
    assert summary.startswith("> ")


def test_every_page_is_in_the_navigation() -> None:
    """What is left out there is built, and found by nobody."""
    docs = PROJECT / "docs"
    pages = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")}
    assert {entry["path"] for entry in ENTRY.finditer(NAVIGATION) if entry["path"]} == pages
