"""
Keeping the processors awake while something is measured.

A processor that has nothing to do sleeps, and one of a virtual machine is given to others meanwhile: what waits for an
answer comes back to caches that are not its own any more. How much that takes says more about the machine, and about
who else is there, than about the code. https://docs.kernel.org/power/pm_qos_interface.html
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAKING_UP: Final = Path("/dev/cpu_dma_latency")
"""Takes the microseconds that waking up may last, as a whole number of four bytes, for as long as it is open."""


@contextmanager
def awake() -> Iterator[str]:
    """Keep every processor from sleeping where that is allowed, on Linux to its administrator; say whether it is."""
    try:
        opened = _WAKING_UP.open("wb", buffering=0)
    except OSError:
        yield "processors may sleep"
        return
    with opened:
        opened.write(bytes(4))
        yield "processors kept awake"
