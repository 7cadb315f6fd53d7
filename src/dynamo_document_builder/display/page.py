"""Text as HTML for a notebook, with everything in it escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def page_of(title: str, lines: Iterable[str], notes: Iterable[str], details: Mapping[str, str]) -> str:
    """Return a block of HTML: a title, numbered lines, notes, and what is folded until somebody wants it."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    said = "".join(f"<p><em>{escape(note)}</em></p>" for note in notes)
    folded = "".join(
        f"<details><summary>{escape(name)}</summary><pre>{escape(text)}</pre></details>"
        for name, text in details.items()
    )
    return f'<div><p><strong>{escape(title)}</strong></p><ol start="0">{items}</ol>{said}{folded}</div>'
