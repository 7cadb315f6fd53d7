"""Where the engine in memory and the reference differ, each with the fact that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.asking import Answered
    from tests.properties.memory_programs import Step


def gap_of(step: Step, ours: Answered, theirs: Answered) -> str | None:
    """Return the name of the gap that explains why two answers differ."""
    return None
