"""What time it is at DynamoDB: signatures of a clock that is wrong by minutes are refused."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

SKEW_CODES: Final = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed"})
"""What DynamoDB says of a signature whose time is not about its own; each may have other reasons, too."""
_TOLERATED: Final = 240.0
"""DynamoDB takes what is five minutes off."""


@define(eq=False)
class Clock:
    """The local clock, corrected by what answers say."""

    local: Callable[[], float] = time.time
    _offset: float = field(default=0.0, init=False)

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.local() + self._offset

    def corrected_by(self, date: str | None) -> bool:
        """Take over the time of an answer's Date header, and say whether that changes anything."""
        try:
            there = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return False
        if abs(there - self.now()) <= _TOLERATED:
            return False
        self._offset = there - self.local()
        return True
