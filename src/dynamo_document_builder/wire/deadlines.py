"""What ends a send early, its deadline and its abort signal: one rule for every driver."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dynamo_document_builder.errors import AbortedError, RequestTimeoutError
from dynamo_document_builder.wire.limits import NO_LIMITS, Abort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamo_document_builder.wire.limits import Limits
    from dynamo_document_builder.wire.request import Request

ABORT_SEEN_WITHIN: Final = 0.05
"""Seconds after which a pause notices that its abort signal was set."""
LONGEST_TIMEOUT: Final = 30 * 24 * 60 * 60.0
"""Seconds. A longer timeout is no limit: threads and event loops of some systems cannot wait for more than 49 days."""


class Stops(Struct, frozen=True):
    """When one send has to be over, by which clock, and who may stop it."""

    clock: Callable[[], float]
    deadline: float | None
    abort: Abort | None

    def time_for(self, request: Request) -> float | None:
        """Return how many seconds a request may take, `None` for any; raise if it must not be sent any more."""
        if self.abort is not None and self.abort.is_set():
            raise AbortedError(f"{request.operation} was not sent: its abort signal is set")
        if self.deadline is None:
            return None
        remaining = self.deadline - self.clock()
        if remaining <= 0:
            raise RequestTimeoutError(
                f"{request.operation} was not sent: its timeout had passed", operation=request.operation
            )
        return remaining

    def naps(self, seconds: float) -> Iterator[float]:
        """Give the parts of a pause, each to be slept through before the next is asked for."""
        # Whoever would wake up too late to send anything is told now.
        if self.deadline is not None and self.clock() + seconds >= self.deadline:
            raise RequestTimeoutError("nothing was sent again: the timeout would have passed while waiting")
        return iter((seconds,)) if self.abort is None else _naps_unless(self.abort, seconds)


def _naps_unless(abort: Abort, seconds: float) -> Iterator[float]:
    while not abort.is_set():
        if seconds <= 0:
            return
        part = min(seconds, ABORT_SEEN_WITHIN)
        yield part
        seconds -= part
    raise AbortedError("nothing was sent again: the abort signal is set")


_UNSTOPPED: Final = Stops(time.monotonic, None, None)


def started(limits: Limits, clock: Callable[[], float]) -> Stops:
    """Start the time of one send."""
    if limits is NO_LIMITS:
        return _UNSTOPPED  # which asks no clock
    timeout = limits.timeout
    deadline = None if timeout is None or timeout > LONGEST_TIMEOUT else clock() + timeout
    return Stops(clock, deadline, limits.abort)
