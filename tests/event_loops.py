"""The event loops that async code runs on here."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Coroutine

LOOPS = [
    "asyncio",
    pytest.param("uvloop", marks=pytest.mark.skipif(find_spec("uvloop") is None, reason="uvloop is not installed")),
]


def runner(name: str) -> asyncio.Runner:
    """Return what runs coroutines in a loop, in debug mode, which tells of what was forgotten."""
    if name == "asyncio":
        return asyncio.Runner(debug=True)
    import uvloop

    return asyncio.Runner(debug=True, loop_factory=uvloop.new_event_loop)


def run_in(name: str, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a loop of its own."""
    with runner(name) as opened:
        return opened.run(coroutine)
