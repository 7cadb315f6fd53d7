"""RetryPolicy: the number of attempts and the pauses between them."""

from __future__ import annotations

from typing import Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options

_MOST_DOUBLINGS: Final = 64
"""Caps the exponent: 2.0 ** 1024 would overflow."""


def _check_attempts(_: object, __: object, value: Any) -> None:
    if not (type(value) is int and value > 0):
        raise UsageError("RetryPolicy(max_attempts=...): must be a whole number, 1 or more")


def _check_seconds(_: object, attribute: Any, value: Any) -> None:
    if not (type(value) in {int, float} and 0 <= value < float("inf")):
        raise UsageError(f"RetryPolicy({attribute.name}=...): must be a number of seconds, 0 or more")


@explain_unknown_options
@frozen(kw_only=True)
class RetryPolicy:
    """
    The number of attempts, and the pauses between them.

    The longest pause doubles from `base_delay` up to `max_delay`. Each pause is a random part of it ("full jitter").
    The `timeout` and `abort` of a command also end a pause.

    AWS: [Exponential backoff and jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

    Example:
        >>> [RetryPolicy(max_delay=0.5).delay(attempt) for attempt in range(5)]
        [0.05, 0.1, 0.2, 0.4, 0.5]

    """

    max_attempts: int = field(default=10, validator=_check_attempts)
    """The number of attempts, including the first. Default: 10; 1 disables retries."""
    base_delay: float = field(default=0.05, validator=_check_seconds)
    """The longest first pause in seconds. Default: 0.05."""
    max_delay: float = field(default=5.0, validator=_check_seconds)
    """The longest pause in seconds. Default: 5."""

    def delay(self, attempt: int) -> float:
        """Return the longest pause in seconds; *attempt* is the number of earlier pauses."""
        return min(self.max_delay, self.base_delay * 2.0 ** min(attempt, _MOST_DOUBLINGS))
