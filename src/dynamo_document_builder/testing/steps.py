"""What a scripted transport does with one request: every step a value, made by a function that says what happens."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import NoAnswerError, OutcomeUnknownError, UsageError
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.transports.errors import service_error
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

METADATA: Final = ResponseMetadata("scripted", 200, 1)
_SERVER_ERROR: Final = 500


def _check_times(_: object, __: object, value: Any) -> None:
    if not (type(value) is int and value > 0):
        raise UsageError("a step happens a whole number of times, 1 or more")


@frozen(kw_only=True)
class Step(ABC):
    """What happens to the next request, or the next few."""

    times: int = field(default=1, validator=_check_times)
    """How many requests in a row the step is for."""
    operation: str | None = None
    """The operation that the step expects, such as `PutItem`; `None` for any."""

    def on(self, operation: str) -> Self:
        """Return the same step for this operation only, such as `PutItem`: any other request fails the test."""
        return evolve(self, operation=operation)

    def forwarded(self, request: Request) -> Request | None:  # noqa: ARG002  most steps forward nothing
        """Return what DynamoDB gets of a request: it goes to the transport behind the script. Default: nothing."""
        return None

    @abstractmethod
    def outcome(self, request: Request, answer: Response | None) -> Response:
        """Return what comes back, or raise; *answer* is that of the transport behind, if it was asked."""


@frozen
class Answer(Step):
    """Success."""

    body: Mapping[str, Any] = field(factory=dict[str, Any])

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  any request gets it
        return Response(json.dumps(self.body).encode(), METADATA)


@frozen
class PassOn(Step):
    """The answer of the transport behind."""

    def forwarded(self, request: Request) -> Request:
        return request

    def outcome(self, request: Request, answer: Response | None) -> Response:
        if answer is None:
            raise AssertionError(f"{request.operation} is to be passed on, and no transport is there: give then=")
        return answer


@frozen
class Refusal(Step):
    """An error that DynamoDB answers."""

    code: str
    message: str
    http_status: int
    body: Mapping[str, Any]

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  it is refused before
        raise self._error(request, self.code, self.body)

    def _error(self, request: Request, code: str, body: Mapping[str, Any]) -> Exception:
        raw = json.dumps({"message": self.message, **body}).encode()
        fault = Fault(code, self.message, request.operation, METADATA.request_id, self.http_status, 1, raw)
        return service_error(request, fault)


@frozen
class Failure(Refusal):
    """A refusal that a transaction has for some of its operations, and a single write as a whole."""

    reason: str
    positions: tuple[int, ...]
    item: Mapping[str, Any] | None = None

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  it is refused before
        operations = request.payload.get("TransactItems")
        if operations is None:
            raise self._error(request, self.code, {} if self.item is None else {"Item": self.item})
        self._check_positions(request, len(operations))
        reasons = [self._reason(position) for position in range(len(operations))]
        raise self._error(request, "TransactionCanceledException", {"CancellationReasons": reasons})

    def _check_positions(self, request: Request, count: int) -> None:
        if max(self.positions, default=0) >= count:
            raise AssertionError(f"{request.operation} has {count} operations, none at {max(self.positions)}")

    def _reason(self, position: int) -> dict[str, Any]:
        if position not in self.positions:
            return {"Code": "None"}
        reason: dict[str, Any] = {"Code": self.reason, "Message": self.message}
        return reason if self.item is None else {**reason, "Item": self.item}


@frozen
class Loss(Step):
    """No answer at all."""

    applied: bool

    def forwarded(self, request: Request) -> Request | None:
        return request if self.applied else None

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  nobody gets to see it
        raise self._error(request)

    def _error(self, request: Request) -> NoAnswerError | OutcomeUnknownError:
        why = "the answer was lost" if self.applied else "no connection could be made"
        return no_answer_error(request, why, unsent=not self.applied)


def answer(body: Mapping[str, Any] | None = None, *, times: int = 1) -> Step:
    """
    Answer with success; *body* is DynamoDB's own JSON as Python values.

    Example:
        >>> from dynamo_document_builder.testing import answer
        >>> answer({"Item": {"PK": {"S": "USER#u1"}}}).times
        1

    """
    return Answer({} if body is None else body, times=times)


def pass_on(*, times: int = 1) -> Step:
    """Let the transport behind the script answer."""
    return PassOn(times=times)


def refuse(
    code: str, message: str = "", *, body: Mapping[str, Any] | None = None, http_status: int = 400, times: int = 1
) -> Step:
    """Refuse with an error code of DynamoDB's; nothing is written, unless the status is 500 or more."""
    return Refusal(code, message, http_status, body or {}, times=times)


def throttle(*, times: int = 1) -> Step:
    """Refuse because more is asked than DynamoDB gives at the moment."""
    return refuse(
        "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded", times=times
    )


def break_down(*, times: int = 1) -> Step:
    """Fail on DynamoDB's own side: HTTP 500."""
    return refuse("InternalServerError", "Internal server error", http_status=_SERVER_ERROR, times=times)


def conflict(*positions: int, times: int = 1) -> Step:
    """
    Refuse because another transaction holds the item: of a transaction, those of the operations at *positions*.

    Without positions it is the first. Positions count from 0, as `CancellationReason.index` does.
    """
    return _failure(
        "TransactionConflictException",
        "TransactionConflict",
        "Transaction is ongoing for the item",
        positions,
        None,
        times,
    )


def fail_condition(*positions: int, item: Mapping[str, Any] | None = None, times: int = 1) -> Step:
    """Refuse because a condition is false; *item* is the item as it is, in DynamoDB JSON."""
    code, message = "ConditionalCheckFailedException", "The conditional request failed"
    return _failure(code, "ConditionalCheckFailed", message, positions, item, times)


def lose_answer(*, times: int = 1) -> Step:
    """
    Let DynamoDB get the request, and lose what it says.

    With a transport behind the script a write is really applied. The caller gets an `OutcomeUnknownError` for a write
    and a `NoAnswerError` for a read.
    """
    return Loss(applied=True, times=times)


def lose_request(*, times: int = 1) -> Step:
    """Lose the request before it leaves: a `NoAnswerError`, as nothing can have been written."""
    return Loss(applied=False, times=times)


def _failure(
    code: str, reason: str, message: str, positions: Iterable[int], item: Mapping[str, Any] | None, times: int
) -> Step:
    return Failure(code, message, 400, {}, reason, tuple(positions) or (0,), item, times=times)
