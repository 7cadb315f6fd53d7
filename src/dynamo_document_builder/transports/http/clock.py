"""What time it is at DynamoDB: signatures of a clock that is wrong by minutes are refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SKEW_CODES: Final = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed"})
"""What DynamoDB says of a signature whose time is not about its own; each may have other reasons, too."""
_TOLERATED: Final = 240.0
"""DynamoDB takes what is five minutes off."""


class Clock:
    """The local clock, corrected by what answers say."""

    __slots__ = ("_local", "_offset")

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self._local = local
        self._offset = 0.0

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._local() + self._offset

    def corrected_by(self, date: str | None, signed_at: float) -> bool:
        """
        Take over the time of an answer's Date header, if it is not about that of the signature it refuses.

        The clock itself may be right by now: others of many requests under way were refused before.
        """
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  slow to load, and clocks are mostly right

        try:
            there = parsedate_to_datetime(date or "").timestamp()
        except (ValueError, OverflowError):
            return False
        if abs(there - signed_at) <= _TOLERATED:
            return False
        self._offset = there - self._local()
        return True
