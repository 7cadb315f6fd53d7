"""Transports that follow a script, to test what no engine does on demand: conflicts, throttling, lost answers."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import define, field

if TYPE_CHECKING:
    from dynamo_document_builder.testing.steps import Step
    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport
    from dynamo_document_builder.wire.request import Request, Response


def _steps(given: Any) -> deque[Step]:
    return deque(step for step in given for _ in range(step.times))


@define(eq=False)
class Script:
    """The remaining steps and the requests sent so far. Threads and tasks may share one script."""

    _remaining: deque[Step] = field(converter=_steps, alias="steps")
    requests: list[Request] = field(factory=list["Request"], init=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def next_for(self, request: Request) -> Step | None:
        """Record a request and return the step for it, or `None` after the end of the script."""
        with self._lock:
            self.requests.append(request)
            if not self._remaining:
                return None
            step = self._remaining.popleft()
        if step.operation not in {None, request.operation}:
            raise AssertionError(
                f"request {len(self.requests)} is {request.operation}, and {step.operation} was expected"
            )
        return step

    def check_done(self) -> None:
        """Raise `AssertionError` if steps of the script are left."""
        if self._remaining:
            raise AssertionError(f"{len(self._remaining)} steps of the script did not happen: {list(self._remaining)}")


def _unexpected(request: Request) -> AssertionError:
    return AssertionError(f"{request.operation} was sent after the end of the script")


class _Scripted:
    """The part that both transports share."""

    def __init__(self, *steps: Step, then: Any = None) -> None:
        self._script = Script(steps)
        self._then = then

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request that was sent, in order."""
        return tuple(self._script.requests)

    @property
    def then(self) -> Any:
        """The transport that answers after the end of the script, or `None`."""
        return self._then

    def check_done(self) -> None:
        """Raise `AssertionError` if steps of the script are left, which fails the test."""
        self._script.check_done()


class ScriptedTransport(_Scripted):
    """
    A transport that follows a script: each request takes the next step.

    After the end of the script, requests go to the transport `then`. Default: none, and a request after the end of the
    script raises `AssertionError`, which fails the test. `requests` holds every request. `check_done()` fails the test
    if steps are left. For `asend`, use `AsyncScriptedTransport`.

    Example:
        >>> from dynamo_document_builder.testing import ScriptedTransport, answer, throttle
        >>> script = ScriptedTransport(throttle(), answer({"Item": {"user_id": {"S": "u1"}, "name": {"S": "Ann"}}}))
        >>> people = Entity(User, Table("people", transport=script, partition_key="user_id", sort_key=None))
        >>> people.send(Get(key={"user_id": "u1"}))
        Traceback (most recent call last):
        dynamo_document_builder.errors.service.ThrottledError: GetItem on people: ...
        >>> people.send(Get(key={"user_id": "u1"})).item.name
        'Ann'
        >>> script.requests[0].payload["Key"]
        {'user_id': {'S': 'u1'}}
        >>> script.check_done()

    """

    def __init__(self, *steps: Step, then: Transport | None = None) -> None:
        super().__init__(*steps, then=then)

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """Do what the script says, or ask the transport behind it."""
        step = self._script.next_for(request)
        if step is None:
            return self._behind(request).send(request, timeout)
        behind = None
        forwarded = step.forwarded(request)
        if forwarded is not None and self._then is not None:
            behind = self._then.send(forwarded, timeout)
        return step.outcome(request, behind)

    def _behind(self, request: Request) -> Transport:
        if self._then is None:
            raise _unexpected(request)
        then: Transport = self._then
        return then


class AsyncScriptedTransport(_Scripted):
    """The async counterpart of `ScriptedTransport`: a transport for `asend` that follows a script."""

    def __init__(self, *steps: Step, then: AsyncTransport | None = None) -> None:
        super().__init__(*steps, then=then)

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Do what the script says, or ask the transport behind it."""
        step = self._script.next_for(request)
        if step is None:
            return await self._behind(request).send(request, timeout)
        behind = None
        forwarded = step.forwarded(request)
        if forwarded is not None and self._then is not None:
            behind = await self._then.send(forwarded, timeout)
        return step.outcome(request, behind)

    def _behind(self, request: Request) -> AsyncTransport:
        if self._then is None:
            raise _unexpected(request)
        then: AsyncTransport = self._then
        return then
