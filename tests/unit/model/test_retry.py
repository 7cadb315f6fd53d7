"""The retry policy: what it takes, and how its waits grow."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.retry_policy import RetryPolicy


def test_waits_double_up_to_the_longest() -> None:
    policy = RetryPolicy(base_delay=0.5, max_delay=3)
    assert [policy.delay(attempt) for attempt in range(5)] == [0.5, 1.0, 2.0, 3, 3]


@pytest.mark.parametrize("attempt", [64, 1024, 10**9])
def test_no_number_of_attempts_is_too_large(attempt: int) -> None:
    assert RetryPolicy().delay(attempt) == 5.0
    assert RetryPolicy(base_delay=0).delay(attempt) == 0


@pytest.mark.parametrize("attempts", [0, -1, 1.5, True, "3", None])
def test_attempts_are_a_whole_number(attempts: Any) -> None:
    with pytest.raises(UsageError, match=r"max_attempts=\.\.\.\): must be a whole number, 1 or more"):
        RetryPolicy(max_attempts=attempts)


@pytest.mark.parametrize("name", ["base_delay", "max_delay"])
@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf"), True, "1", None])
def test_delays_are_seconds(name: str, seconds: Any) -> None:
    given: dict[str, Any] = {name: seconds}
    with pytest.raises(UsageError, match=rf"{name}=\.\.\.\): must be a number of seconds, 0 or more"):
        RetryPolicy(**given)


def test_policies_are_values() -> None:
    assert RetryPolicy(max_attempts=3) == RetryPolicy(max_attempts=3)
    assert len({RetryPolicy(), RetryPolicy(), RetryPolicy(max_delay=1)}) == 2
