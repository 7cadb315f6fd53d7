"""
The retry rules of botocore for DynamoDB, in its legacy and standard modes: which failures, and after which delay.

https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

RetryMode = Literal["legacy", "standard"]

_THROTTLING: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
    }
)
_MORE_THROTTLING: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT: Final = frozenset(
    {"PriorRequestNotComplete", "ReplicatedWriteConflictException", "RequestTimeout", "RequestTimeoutException"}
)
_LEGACY_CODES: Final = {
    400: _THROTTLING | {"TransactionInProgressException"},
    409: frozenset({"ReplicatedWriteConflictException"}),
}
_LEGACY_STATUSES: Final = frozenset({429, 500, 502, 503, 504, 509})
_STANDARD_STATUSES: Final = frozenset({500, 502, 503, 504})

_TOO_MANY: Final = 429

LEGACY_ATTEMPTS: Final = 10
STANDARD_ATTEMPTS: Final = 4
_LEGACY_BASE: Final = 0.05
_STANDARD_BASE: Final = 0.025
_THROTTLED_BASE: Final = 1.0
_MAX_DELAY: Final = 20.0
_MAX_EXTRA_DELAY: Final = 5.0
"""Seconds that a retry-after header can add to the delay."""


class FailedAttempt(Struct, frozen=True):
    """The result of an attempt that failed."""

    status: int | None = None
    """The HTTP status; `None` if no answer came, or a damaged one."""
    code: str = ""
    retry_after: float | None = None
    """Seconds in the retry-after header of the answer."""

    @property
    def throttled(self) -> bool:
        return self.status == _TOO_MANY or self.code in _THROTTLING or self.code in _MORE_THROTTLING


class Quota:
    """
    The retry quota of botocore's standard mode: it limits the retries of all calls while DynamoDB keeps failing.

    There is no lock, because a forked process could inherit it locked. If two threads change the quota at the same
    moment, it can be off by one retry out of several dozen.
    """

    __slots__ = ("_capacity", "left")

    def __init__(self, capacity: int = 500) -> None:
        self._capacity = self.left = capacity

    def acquire(self, amount: int) -> bool:
        if amount > self.left:
            return False
        self.left -= amount
        return True

    def release(self, amount: int) -> None:
        if self.left < self._capacity:
            self.left = min(self._capacity, self.left + amount)


class RetryRules:
    """The retry rules of one transport."""

    __slots__ = ("_uniform", "max_attempts", "mode", "quota")

    def __init__(
        self,
        mode: RetryMode = "standard",
        max_attempts: int = STANDARD_ATTEMPTS,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.mode = mode
        self.max_attempts = max_attempts
        self.quota = Quota()
        self._uniform = uniform

    def delay_after(self, attempt: int, failure: FailedAttempt) -> float | None:
        """
        Return the seconds to wait before the next attempt, or `None` if there must be no further attempt.

        *attempt* is the number of the attempt that failed; the first one is 1.
        """
        if attempt >= self.max_attempts:
            return None
        if self.mode == "legacy":
            return _LEGACY_BASE * _backoff(attempt) if _is_legacy_retryable(failure) else None
        return self._standard_delay(attempt, failure)

    def _standard_delay(self, attempt: int, failure: FailedAttempt) -> float | None:
        if not _is_standard_retryable(failure) or not self.quota.acquire(_quota_cost(failure)):
            return None
        base = _THROTTLED_BASE if failure.throttled else _STANDARD_BASE
        delay = self._uniform(0.0, min(base * _backoff(attempt), _MAX_DELAY))
        return delay if failure.retry_after is None else max(delay, min(failure.retry_after, delay + _MAX_EXTRA_DELAY))

    def on_success(self, last: FailedAttempt | None) -> None:
        """Return to the quota what the last retry of a successful request took from it."""
        if self.mode == "standard":
            self.quota.release(1 if last is None else _quota_cost(last))


def _backoff(attempt: int) -> float:
    return 2.0 ** min(attempt - 1, 60)


def _is_legacy_retryable(failure: FailedAttempt) -> bool:
    if failure.status is None or failure.status in _LEGACY_STATUSES:
        return True
    return failure.code in _LEGACY_CODES.get(failure.status, frozenset())


def _is_standard_retryable(failure: FailedAttempt) -> bool:
    transient = failure.status is None or failure.status in _STANDARD_STATUSES or failure.code in _TRANSIENT
    return transient or failure.throttled


def _quota_cost(failure: FailedAttempt) -> int:
    return 5 if failure.throttled else 14
