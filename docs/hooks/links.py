"""Link the first mention of a public class on each page to its entry in the reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import dynamo_document_builder
import dynamo_document_builder.testing

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

ENTRIES = {
    name: f"{package.__name__}.{name}"
    for package in (dynamo_document_builder, dynamo_document_builder.testing)
    for name in package.__all__
    if name[0].isupper()
}
MENTION = re.compile(r"<code[^>]*>(\w+)</code>")
NO_LINKS_IN = re.compile(r"<(a|h[1-6]|pre|autoref)\b.*?</\1>", re.DOTALL)
DEFINED = re.compile(r"^\s*class (\w+)", re.MULTILINE)


def on_page_content(html: str, *, page: Page, **_: Any) -> str:
    """Mark the mentions; the plugin `autorefs` turns them into links."""
    if page.file.src_uri.startswith("reference/"):
        return html
    names = ENTRIES.keys() - set(DEFINED.findall(page.markdown or ""))
    return linked(html, {name: ENTRIES[name] for name in names})


def linked(html: str, entries: dict[str, str]) -> str:
    """Return the page with each of these names linked once, outside of links, headings and blocks of code."""
    left = dict(entries)

    def mark(mention: re.Match[str]) -> str:
        entry = left.pop(mention[1], None)
        return (
            mention[0]
            if entry is None
            else f'<autoref identifier="{entry}">{mention[0]}</autoref>'
        )

    parts: list[str] = []
    end = 0
    for kept in NO_LINKS_IN.finditer(html):
        parts += [MENTION.sub(mark, html[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, MENTION.sub(mark, html[end:])])
