"""The addresses of one host share one time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dynamo_document_builder.transports.http.addresses import Address, connect_deadline, with_timeouts
from dynamo_document_builder.transports.http.configuration.settings import ConnectionSettings

HOME: Address = (2, ("127.0.0.1", 1))


class Ticking:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    ticking = Ticking()
    monkeypatch.setattr(time, "monotonic", ticking)
    return ticking


def dead(clock: Ticking, seconds: float) -> tuple[list[float], bool]:
    """Try four addresses that never answer; return how long each was tried, and whether time was over before."""
    tried: list[float] = []
    try:
        for _, share in with_timeouts([HOME] * 4, clock.now + seconds):
            tried.append(share)
            clock.now += share
    except TimeoutError:
        return tried, True
    return tried, False


@pytest.mark.parametrize(
    ("seconds", "tried"),
    [
        (60.0, ([15.0] * 4, False)),
        (2.0, ([0.5] * 4, False)),
        (1.0, ([0.25] * 4, False)),
        (0.75, ([0.25] * 3, True)),
        (0.625, ([0.25, 0.25, 0.125], True)),
        (0.125, ([0.125], True)),
        (0.0, ([], True)),
    ],
)
def test_a_time_is_for_all_addresses_together(clock: Ticking, seconds: float, tried: Any) -> None:
    assert dead(clock, seconds) == tried


def test_what_one_address_leaves_is_for_the_others(clock: Ticking) -> None:
    given: list[float] = []
    for _, share in with_timeouts([HOME] * 3, clock.now + 30.0):
        given.append(share)
        clock.now += 1.0  # it refused at once
    assert given == [10.0, 14.5, 28.0]


@pytest.mark.parametrize(("deadline", "until"), [(None, 107.0), (105.0, 105.0), (200.0, 107.0)])
def test_a_connection_has_its_own_time_within_that_of_a_send(
    clock: Ticking, deadline: float | None, until: float
) -> None:
    assert connect_deadline(ConnectionSettings(connect_timeout=7.0), deadline) == until
