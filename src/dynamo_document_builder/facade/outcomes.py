"""Finding out what became of a transaction, through the connection it was sent by, while its token lives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from dynamo_document_builder.errors import OutcomeUnknownError, Resolution, ServiceError, UsageError
from dynamo_document_builder.wire.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dynamo_document_builder.wire.flow import Flow

TOKEN_LIVES: Final = 600.0
"""Seconds. From its first completion on, says DynamoDB; here from before it was sent, which is never later."""


class Moment:
    """A moment, by the clock that stands still while a machine sleeps and by the one that people set."""

    __slots__ = ("_here", "_steady")

    def __init__(self) -> None:
        self._steady = time.monotonic()
        self._here = time.time()

    def age(self) -> float:
        """Return how many seconds ago it was, by the clock that says more."""
        return max(time.monotonic() - self._steady, time.time() - self._here)


class Way(Protocol):
    """The connection that a transaction was sent by."""

    def run(self, flow: Flow[Resolution], limits: Limits, subject: str, began: Moment) -> Resolution:
        """Play a flow."""
        ...

    def arun(
        self, flow: Flow[Resolution], limits: Limits, subject: str, began: Moment
    ) -> Coroutine[Any, Any, Resolution]:
        """Do the same without blocking."""
        ...


class _Resolver:
    __slots__ = ("_began", "_sent", "_subject", "_way")

    def __init__(self, way: Way, sent: Any, began: Moment, subject: str) -> None:
        self._way = way
        self._sent = sent
        self._began = began
        self._subject = subject

    def run(self, timeout: float | None) -> Resolution:
        limits, flow = self._limits(timeout), self._flow()
        return self._way.run(flow, limits, self._subject, self._began)

    async def arun(self, timeout: float | None) -> Resolution:  # noqa: ASYNC109  as `resolve`
        limits, flow = self._limits(timeout), self._flow()
        return await self._way.arun(flow, limits, self._subject, self._began)

    def _flow(self) -> Flow[Resolution]:
        from dynamo_document_builder.transactions.outcome import resolution  # noqa: PLC0415  rarely asked

        return resolution(self._sent)

    def _limits(self, timeout: float | None) -> Limits:
        """Return how long it may take: in any case not beyond the life of the token."""
        left = TOKEN_LIVES - self._began.age()
        if left <= 0:
            raise UsageError(
                f"{self._sent.what} was sent more than ten minutes ago, so its token may be forgotten, and sending it "
                "again may apply it twice; nothing was sent. Read the items to see whether it was applied"
            )
        return Limits(left if timeout is None else min(timeout, left))


def make_resolvable(error: OutcomeUnknownError | ServiceError, way: Way, began: Moment, subject: str) -> None:
    """Give an error about a transaction the way to find out what became of it."""
    if error.__replay__ is not None:
        error.__resolver__ = _Resolver(way, error.__replay__, began, subject)
