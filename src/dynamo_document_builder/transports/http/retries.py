"""
What is tried again, and when: botocore's decisions for DynamoDB, in its legacy and its standard mode.

https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from dynamo_document_builder.wire.driver import uniform

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
"""Seconds that DynamoDB may ask for beyond what would be waited anyway."""


class FailedAttempt(Struct, frozen=True):
    """How one attempt ended that was no success."""

    status: int | None = None
    """`None`: no answer came, or a damaged one."""
    code: str = ""
    retry_after: float | None = None
    """Seconds that the answer asks to wait."""

    @property
    def throttled(self) -> bool:
        return self.status == _TOO_MANY or self.code in _THROTTLING or self.code in _MORE_THROTTLING


class Quota:
    """
    How many retries a client may make, all its calls together, while DynamoDB keeps failing.

    Without a lock, which a forked process might find taken for ever: two threads that count at the same moment may be
    off by one retry, in some hundred.
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
    """The rules of one transport."""

    __slots__ = ("_uniform", "max_attempts", "mode", "quota")

    def __init__(
        self,
        mode: RetryMode = "standard",
        max_attempts: int = STANDARD_ATTEMPTS,
        uniform: Callable[[float, float], float] = uniform,
    ) -> None:
        self.mode = mode
        self.max_attempts = max_attempts
        self.quota = Quota()
        self._uniform = uniform

    def delay_after(self, attempt: int, outcome: FailedAttempt) -> float | None:
        """Return how long to wait after an attempt, `None` to leave it at that; the first attempt is 1."""
        if attempt >= self.max_attempts:
            return None
        if self.mode == "legacy":
            return _LEGACY_BASE * _backoff(attempt) if _is_legacy_retryable(outcome) else None
        return self._standard_delay(attempt, outcome)

    def _standard_delay(self, attempt: int, outcome: FailedAttempt) -> float | None:
        if not _is_standard_retryable(outcome) or not self.quota.acquire(_quota_cost(outcome)):
            return None
        base = _THROTTLED_BASE if outcome.throttled else _STANDARD_BASE
        wait = self._uniform(0.0, min(base * _backoff(attempt), _MAX_DELAY))
        return wait if outcome.retry_after is None else max(wait, min(outcome.retry_after, wait + _MAX_EXTRA_DELAY))

    def on_success(self, last: FailedAttempt | None) -> None:
        """Give back what the retries before a success took from the quota."""
        if self.mode == "standard":
            self.quota.release(1 if last is None else _quota_cost(last))


def _backoff(attempt: int) -> float:
    return 2.0 ** min(attempt - 1, 60)


def _is_legacy_retryable(outcome: FailedAttempt) -> bool:
    if outcome.status is None or outcome.status in _LEGACY_STATUSES:
        return True
    return outcome.code in _LEGACY_CODES.get(outcome.status, frozenset())


def _is_standard_retryable(outcome: FailedAttempt) -> bool:
    transient = outcome.status is None or outcome.status in _STANDARD_STATUSES or outcome.code in _TRANSIENT
    return transient or outcome.throttled


def _quota_cost(outcome: FailedAttempt) -> int:
    return 5 if outcome.throttled else 14
