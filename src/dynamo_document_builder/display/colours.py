"""Lines with colours, for terminals, by rich; whoever asks for them has it installed."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def coloured(lines: Iterable[tuple[str, str]]) -> Any:
    """Return lines, each with how it looks where there are colours, as rich wants them."""
    text: Any = resolve_name("rich.text:Text")()
    for line, style in lines:
        text.append(f"{line}\n", style)
    text.rstrip()
    return text
