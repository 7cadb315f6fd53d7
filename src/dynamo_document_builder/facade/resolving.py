"""Resolve the outcome of a transaction: send it again, on the same connection, while its token is valid."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from dynamo_document_builder.errors import OutcomeUnknownError, Resolution, ServiceError, UsageError
from dynamo_document_builder.wire.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dynamo_document_builder.wire.flow import Flow

TOKEN_LIFETIME: Final = 600.0
"""Seconds. DynamoDB counts from the completion of the first request, the library from before it was sent."""


class Moment:
    """A point in time, by two clocks: the monotonic one may pause while the machine sleeps, the other can be set."""

    __slots__ = ("_monotonic", "_wall")

    def __init__(self) -> None:
        self._monotonic = time.monotonic()
        self._wall = time.time()

    def age(self) -> float:
        """Return how many seconds ago it was, by the clock that counted more."""
        return max(time.monotonic() - self._monotonic, time.time() - self._wall)


class Runner(Protocol):
    """The connection that sent a transaction."""

    def run(self, flow: Flow[Resolution], limits: Limits, subject: str, began: Moment) -> Resolution:
        """Run a flow and return its result."""
        ...

    def arun(
        self, flow: Flow[Resolution], limits: Limits, subject: str, began: Moment
    ) -> Coroutine[Any, Any, Resolution]:
        """Run a flow without blocking."""
        ...


class _Resolver:
    __slots__ = ("_began", "_runner", "_sent", "_subject")

    def __init__(self, runner: Runner, sent: Any, began: Moment, subject: str) -> None:
        self._runner = runner
        self._sent = sent
        self._began = began
        self._subject = subject

    def run(self, timeout: float | None) -> Resolution:
        limits, flow = self._limits(timeout), self._flow()
        return self._runner.run(flow, limits, self._subject, self._began)

    async def arun(self, timeout: float | None) -> Resolution:  # noqa: ASYNC109  as `resolve`
        limits, flow = self._limits(timeout), self._flow()
        return await self._runner.arun(flow, limits, self._subject, self._began)

    def _flow(self) -> Flow[Resolution]:
        from dynamo_document_builder.transactions.resolution import resolution  # noqa: PLC0415  lazy import: only an error path needs it

        return resolution(self._sent)

    def _limits(self, timeout: float | None) -> Limits:
        """Return the limits of the request, which never exceed the lifetime of the token."""
        remaining = TOKEN_LIFETIME - self._began.age()
        if remaining <= 0:
            raise UsageError(
                f"{self._sent.what} was sent more than ten minutes ago, so its token may be forgotten, and sending it "
                "again may apply it twice; nothing was sent. Read the items to see whether it was applied"
            )
        return Limits(remaining if timeout is None else min(timeout, remaining))


def make_resolvable(error: OutcomeUnknownError | ServiceError, runner: Runner, began: Moment, subject: str) -> None:
    """Let `resolve()` of an error about a transaction use the connection that sent the transaction."""
    if error.__replay__ is not None:
        error.__resolver__ = _Resolver(runner, error.__replay__, began, subject)
