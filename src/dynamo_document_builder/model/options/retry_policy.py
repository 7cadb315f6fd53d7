"""How often something is tried again, and how long is waited in between."""

from __future__ import annotations

from typing import Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.refuses_unknown import tells_options

_MOST_DOUBLINGS: Final = 64
"""No delay is meant to be longer, and beyond a thousand the arithmetic would fail."""


def _check_attempts(_: object, __: object, value: Any) -> None:
    if not (type(value) is int and value > 0):
        raise UsageError("RetryPolicy(max_attempts=...): a whole number, 1 or more")


def _check_seconds(_: object, attribute: Any, value: Any) -> None:
    if not (type(value) in {int, float} and 0 <= value < float("inf")):
        raise UsageError(f"RetryPolicy({attribute.name}=...): seconds, 0 or more")


@tells_options
@frozen(kw_only=True)
class RetryPolicy:
    """
    How often to try in all, and how long to wait before trying again.

    The longest wait doubles from `base_delay` up to `max_delay`; each wait is a random part of it (full jitter).
    A command's `timeout` and `abort` end waiting too.

    Example:
        >>> [RetryPolicy(max_delay=0.5).delay(attempt) for attempt in range(5)]
        [0.05, 0.1, 0.2, 0.4, 0.5]

    """

    max_attempts: int = field(default=10, validator=_check_attempts)
    """1 is to try once."""
    base_delay: float = field(default=0.05, validator=_check_seconds)
    """The longest pause before the second attempt, in seconds."""
    max_delay: float = field(default=5.0, validator=_check_seconds)
    """The longest pause before any attempt, in seconds."""

    def delay(self, attempt: int) -> float:
        """Return the longest wait, in seconds, after so many waits before it."""
        return min(self.max_delay, self.base_delay * 2.0 ** min(attempt, _MOST_DOUBLINGS))
