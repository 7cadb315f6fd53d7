"""
How long property tests look for what is wrong: few examples on each push, many in a soak.

`HYPOTHESIS_PROFILE=soak`, which `make soak` sets, makes `SOAK` times as many.

The examples of a push are random, too. Were they derived from the test alone, each push would try the same few again;
as it is, the pushes together look at as many as a soak does. Hypothesis prints how to repeat one that fails.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "push")
IS_SOAK = PROFILE == "soak"
SOAK = 50
_USUALLY = 20


def more(few: int) -> int:
    """Return how many to try in this run, where so many are tried on each push."""
    return few * SOAK if IS_SOAK else few


def examples(few: int) -> settings:
    """Return settings for a property that needs so many examples for a good look; a push tries half of them."""
    return settings(max_examples=more((few + 1) // 2))


def load_profile() -> None:
    """
    Load the settings of every property.

    An example's first run may build a codec or open a connection, so a deadline per example would only be noise; and
    examples share a table on purpose: creating one for each would cost more than what is tested. No property may fail
    because the machine is busy.
    """
    if PROFILE not in {"push", "soak"}:
        raise ValueError(f"HYPOTHESIS_PROFILE is push or soak, not {PROFILE}")
    settings.register_profile(
        PROFILE,
        max_examples=more(_USUALLY),
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile(PROFILE)
