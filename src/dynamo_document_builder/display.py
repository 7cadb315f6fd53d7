"""Rendering of text for rich terminals and for notebooks."""

from __future__ import annotations

from html import escape
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def rich_text(lines: Iterable[tuple[str, str]]) -> Any:
    """Return styled lines as a `rich.text.Text`. Only rich calls this, so rich is installed then."""
    text: Any = resolve_name("rich.text:Text")()
    for line, style in lines:
        text.append(f"{line}\n", style)
    text.rstrip()
    return text


def html_block(title: str, lines: Iterable[str], notes: Iterable[str], details: Mapping[str, str]) -> str:
    """Return a block of HTML: a title, numbered lines, notes and collapsed details. All text is escaped."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    paragraphs = "".join(f"<p><em>{escape(note)}</em></p>" for note in notes)
    collapsed = "".join(
        f"<details><summary>{escape(name)}</summary><pre>{escape(text)}</pre></details>"
        for name, text in details.items()
    )
    return f'<div><p><strong>{escape(title)}</strong></p><ol start="0">{items}</ol>{paragraphs}{collapsed}</div>'
