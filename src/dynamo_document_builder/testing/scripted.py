"""Transports that follow a script: for what no engine does on demand, as conflicts, throttling and lost answers."""

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
    """The steps that are left, and the requests that were made; any number of threads and tasks may share it."""

    _left: deque[Step] = field(converter=_steps, alias="steps")
    requests: list[Request] = field(factory=list["Request"], init=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def next_for(self, request: Request) -> Step | None:
        """Return what is to happen to a request, `None` after the end of the script."""
        with self._lock:
            self.requests.append(request)
            if not self._left:
                return None
            step = self._left.popleft()
        if step.operation not in {None, request.operation}:
            raise AssertionError(
                f"request {len(self.requests)} is {request.operation}, and {step.operation} was expected"
            )
        return step

    def check_done(self) -> None:
        """Fail the test if something of the script did not happen."""
        if self._left:
            raise AssertionError(f"{len(self._left)} steps of the script did not happen: {list(self._left)}")


def _unexpected(request: Request) -> AssertionError:
    return AssertionError(f"{request.operation} was sent after the end of the script")


class _Scripted:
    """What both transports have."""

    def __init__(self, *steps: Step, then: Any = None) -> None:
        self._script = Script(steps)
        self._then = then

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request that was made, in order."""
        return tuple(self._script.requests)

    @property
    def then(self) -> Any:
        """The transport that is asked after the end of the script, `None` if there is none."""
        return self._then

    def check_done(self) -> None:
        """Fail the test if something of the script did not happen."""
        self._script.check_done()


class ScriptedTransport(_Scripted):
    """
    A transport that follows a script, one step for each request, and after its end asks the one given as `then`.

    Without `then` a request after the end fails the test, with an `AssertionError`. `requests` has all that were made,
    `check_done()` fails if fewer were made than there are steps. `AsyncScriptedTransport` is the same for `asend`.

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
    """An async transport that follows a script, as `ScriptedTransport` does."""

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
