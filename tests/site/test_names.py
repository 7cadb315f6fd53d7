"""The first mention of a public class on a page leads to its entry in the reference."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from tests.site.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def hook() -> Any:
    spec = importlib.util.spec_from_file_location("links", PROJECT / "docs/hooks/links.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><code>Put</code> <code>Put</code></p>", "<p>[<code>Put</code>] <code>Put</code></p>"),
        ("<h2><code>Put</code></h2><p><code>Put</code>", "<h2><code>Put</code></h2><p>[<code>Put</code>]"),
        (
            '<a href="x">a <code>Put</code></a> <code>Put</code>',
            '<a href="x">a <code>Put</code></a> [<code>Put</code>]',
        ),
        ('<td><code id="Put">Put</code></td>', '<td>[<code id="Put">Put</code>]</td>'),
        ("<pre><code>Put</code></pre>", "<pre><code>Put</code></pre>"),
        ("<code>Other</code><code>Put(item)</code>", "<code>Other</code><code>Put(item)</code>"),
    ],
)
def test_only_the_first_mention_in_a_text_is_linked(hook: Any, html: str, expected: str) -> None:
    linked = hook.linked(html, {"Put": "package.Put"})
    assert linked.replace('<autoref identifier="package.Put">', "[").replace("</autoref>", "]") == expected


def test_pages_link_to_the_reference(site: Path) -> None:
    page = (site / "guide/write/updates/index.html").read_text()
    assert 'href="../../../reference/commands/#dynamo_document_builder.Update"' in page


def test_a_class_that_a_page_defines_is_not_taken_for_one_of_the_library(site: Path) -> None:
    page = (site / "recipes/counters/index.html").read_text()
    assert "#dynamo_document_builder.Page" not in page
