"""The limits of one send: its timeout and its abort signal, checked in the same way by both drivers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from dynamo_document_builder.errors import AbortedError, RequestTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamo_document_builder.wire.request import Request

ABORT_POLL_SECONDS: Final = 0.05
"""The interval at which a pause checks the abort signal."""
MAX_TIMEOUT: Final = 30 * 24 * 60 * 60.0
"""Seconds. Longer timeouts count as no limit: some threads and event loops cannot wait for more than 49 days."""


class Abort(Protocol):
    """An abort signal: any object with `is_set()`, such as `threading.Event` or `asyncio.Event`."""

    def is_set(self) -> bool: ...


class Limits(Struct, frozen=True):
    """The timeout, in seconds, and the abort signal of a command; `None` means no limit."""

    timeout: float | None = None
    abort: Abort | None = None


NO_LIMITS = Limits()


class Deadline(Struct, frozen=True):
    """The limits of a send that has started, with its deadline as a time of the clock."""

    clock: Callable[[], float]
    at: float | None
    abort: Abort | None

    def remaining(self, request: Request) -> float | None:
        """
        Return the seconds left for a request, or `None` if there is no deadline.

        Raises:
            AbortedError: The abort signal is set. The request was not sent.
            RequestTimeoutError: The deadline has passed. The request was not sent.

        """
        if self.abort is not None and self.abort.is_set():
            raise AbortedError(f"{request.operation} was not sent: its abort signal is set")
        if self.at is None:
            return None
        seconds = self.at - self.clock()
        if seconds <= 0:
            raise RequestTimeoutError(
                f"{request.operation} was not sent: its timeout had passed", operation=request.operation
            )
        return seconds

    def sleep_parts(self, seconds: float) -> Iterator[float]:
        """
        Yield the parts of a pause; sleep each part before you take the next one.

        Raises:
            AbortedError: The abort signal was set during the pause.
            RequestTimeoutError: The pause would end after the deadline; raised before any sleep.

        """
        if self.at is not None and self.clock() + seconds >= self.at:
            raise RequestTimeoutError("nothing was sent again: the timeout would have passed while waiting")
        return iter((seconds,)) if self.abort is None else _sleep_parts_until(self.abort, seconds)


def _sleep_parts_until(abort: Abort, seconds: float) -> Iterator[float]:
    while not abort.is_set():
        if seconds <= 0:
            return
        part = min(seconds, ABORT_POLL_SECONDS)
        yield part
        seconds -= part
    raise AbortedError("nothing was sent again: the abort signal is set")


_UNLIMITED: Final = Deadline(time.monotonic, None, None)


def start_deadline(limits: Limits, clock: Callable[[], float]) -> Deadline:
    """Return the deadline of a send that starts now."""
    if limits is NO_LIMITS:
        return _UNLIMITED
    timeout = limits.timeout
    at = None if timeout is None or timeout > MAX_TIMEOUT else clock() + timeout
    return Deadline(clock, at, limits.abort)
