"""How long a send may take, and who may stop it."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Abort(Protocol):
    """Anything with `is_set()`: a `threading.Event`, an `asyncio.Event`."""

    def is_set(self) -> bool: ...


class Limits(Struct, frozen=True):
    """How long a send may take, and who may stop it."""

    timeout: float | None = None
    abort: Abort | None = None


NO_LIMITS = Limits()
