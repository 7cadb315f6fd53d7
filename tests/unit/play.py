"""Playing a flow by hand: given answers in, requests and result out; no transport, no network, no clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, frozen

from dynamo_document_builder import RetryPolicy
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.transports.errors import service_error
from dynamo_document_builder.wire.flow import NewToken, Pause
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from dynamo_document_builder.errors import ServiceError

Answer: TypeAlias = Mapping[str, Any] | bytes | Callable[[Request], Exception]
"""The body of a success, as it is or as bytes, or what makes the error for a request."""

METADATA = ResponseMetadata("request-1", 200, 1)


@frozen
class Play:
    """Answers a flow in order, and keeps what it asked."""

    answers: list[Answer]
    requests: list[Request] = field(factory=list[Request])
    pauses: list[float] = field(factory=list[float])
    """How long the flow was ready to wait, each time."""

    def run(self, flow: Generator[Any, Any, Any]) -> Any:
        step = next(flow)
        while True:
            try:
                step = self._answer(flow, step)
            except StopIteration as stop:
                assert not self.answers, "the flow ended before it took every answer"
                return stop.value

    def _answer(self, flow: Generator[Any, Any, Any], step: object) -> Any:
        if isinstance(step, NewToken):
            return flow.send("fresh-token")
        if isinstance(step, Pause):
            self.pauses.append(step.at_most)
            return flow.send(None)
        assert isinstance(step, Request)
        self.requests.append(step)
        answer = self.answers.pop(0)
        if callable(answer):
            return flow.throw(answer(step))
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return flow.send(Response(body, METADATA))


def model(to: Any) -> Any:
    """Return what commands see of whom they are sent to: of an entity its model, a table or a database itself."""
    return getattr(to, "__model__", to)


def play(flow: Generator[Any, Any, Any], *answers: Answer) -> tuple[list[dict[str, Any]], Any]:
    """Return the payloads of the requests the flow made, and its result."""
    script = Play(list(answers))
    result = script.run(flow)
    return [request.payload for request in script.requests], result


def refused(
    code: str, body: Mapping[str, Any] | bytes = b"", *, attempts: int = 1, http_status: int = 400, message: str = "no"
) -> Callable[[Request], ServiceError]:
    """Give the error a transport raises for a refusal; *body* is the rest of the answer's body."""
    raw = body if isinstance(body, bytes) else json.dumps({"message": message, **body}).encode()

    def error(request: Request) -> ServiceError:
        fault = Fault(code, message, request.operation, "request-1", http_status, attempts, raw)
        made = service_error(request, fault)
        made.__cause__ = LookupError("what the SDK raised")
        return made

    return error


def cancelled(*reasons: Mapping[str, Any], **more: Any) -> Callable[[Request], ServiceError]:
    """Give the error of a cancelled transaction."""
    return refused("TransactionCanceledException", {"CancellationReasons": reasons}, **more)


FINE: Mapping[str, Any] = {"Code": "None"}
CONDITION_FAILED: Mapping[str, Any] = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
CONFLICT: Mapping[str, Any] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
ONCE: Any = RetryPolicy(max_attempts=1)
"""For tests of what is said of a conflict, which would be sent again otherwise."""
