"""Steps of a script: each describes how a scripted transport handles one request."""

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
        raise UsageError("times= must be a whole number, 1 or more")


@frozen(kw_only=True)
class Step(ABC):
    """A rule for the next request to a scripted transport, or for the next few."""

    times: int = field(default=1, validator=_check_times)
    """Number of consecutive requests that the step handles. Default: 1."""
    operation: str | None = None
    """The operation that the step expects, such as `PutItem`. Default: `None`, any operation."""

    def on(self, operation: str) -> Self:
        """Return the step for one operation only, such as `PutItem`. Any other request then fails the test."""
        return evolve(self, operation=operation)

    def forwarded(self, request: Request) -> Request | None:  # noqa: ARG002  most steps forward nothing
        """Return the request to send to the transport behind the script. Default: `None`, nothing is sent."""
        return None

    @abstractmethod
    def outcome(self, request: Request, answer: Response | None) -> Response:
        """Return the response, or raise an error. *answer* is the response of the transport behind, or `None`."""


@frozen
class Answer(Step):
    """A successful response."""

    body: Mapping[str, Any] = field(factory=dict[str, Any])

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  the response is fixed
        return Response(json.dumps(self.body).encode(), METADATA)


@frozen
class PassOn(Step):
    """The response of the transport behind the script."""

    def forwarded(self, request: Request) -> Request:
        return request

    def outcome(self, request: Request, answer: Response | None) -> Response:
        if answer is None:
            raise AssertionError(
                f"{request.operation} cannot be passed on, because no transport is behind the script: give then="
            )
        return answer


@frozen
class Refusal(Step):
    """An error response from DynamoDB."""

    code: str
    message: str
    http_status: int
    body: Mapping[str, Any]

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  no request is forwarded
        raise self._error(request, self.code, self.body)

    def _error(self, request: Request, code: str, body: Mapping[str, Any]) -> Exception:
        raw = json.dumps({"message": self.message, **body}).encode()
        fault = Fault(code, self.message, request.operation, METADATA.request_id, self.http_status, 1, raw)
        return service_error(request, fault)


@frozen
class Failure(Refusal):
    """An error for a single write, or for some operations of a transaction."""

    reason: str
    positions: tuple[int, ...]
    item: Mapping[str, Any] | None = None

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  no request is forwarded
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
    """A request without a response."""

    applied: bool

    def forwarded(self, request: Request) -> Request | None:
        return request if self.applied else None

    def outcome(self, request: Request, answer: Response | None) -> Response:  # noqa: ARG002  the response is lost
        raise self._error(request)

    def _error(self, request: Request) -> NoAnswerError | OutcomeUnknownError:
        why = "the answer was lost" if self.applied else "no connection could be made"
        return no_answer_error(request, why, unsent=not self.applied)


def answer(body: Mapping[str, Any] | None = None, *, times: int = 1) -> Step:
    """
    Return a successful response. *body* is its DynamoDB JSON as Python values. Default: an empty object.

    Example:
        >>> from dynamo_document_builder.testing import answer
        >>> answer({"Item": {"PK": {"S": "USER#u1"}}}).times
        1

    """
    return Answer({} if body is None else body, times=times)


def pass_on(*, times: int = 1) -> Step:
    """Send the request to the transport behind the script, and return its response."""
    return PassOn(times=times)


def refuse(
    code: str, message: str = "", *, body: Mapping[str, Any] | None = None, http_status: int = 400, times: int = 1
) -> Step:
    """Refuse with an error code of DynamoDB. Nothing is written, but with status 500 or more the outcome is unknown."""
    return Refusal(code, message, http_status, body or {}, times=times)


def throttle(*, times: int = 1) -> Step:
    """Refuse because the table has no throughput left. Nothing is written."""
    return refuse(
        "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded", times=times
    )


def break_down(*, times: int = 1) -> Step:
    """Fail with an internal server error of DynamoDB, HTTP 500. The outcome of a write is then unknown."""
    return refuse("InternalServerError", "Internal server error", http_status=_SERVER_ERROR, times=times)


def conflict(*positions: int, times: int = 1) -> Step:
    """
    Refuse because another transaction holds the item. Nothing is written.

    In a transaction, the operations at *positions* fail. Default: the first. Positions count from 0, as
    `CancellationReason.index` does.
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
    """
    Refuse because a condition is false. Nothing is written.

    *item* is the stored item in DynamoDB JSON, for the error. In a transaction, the operations at *positions* fail.
    Default: the first.
    """
    code, message = "ConditionalCheckFailedException", "The conditional request failed"
    return _failure(code, "ConditionalCheckFailed", message, positions, item, times)


def lose_answer(*, times: int = 1) -> Step:
    """
    Send the request to the transport behind the script, if there is one, and lose the response.

    That transport really applies a write. The caller gets an `OutcomeUnknownError` for a write
    and a `NoAnswerError` for a read.
    """
    return Loss(applied=True, times=times)


def lose_request(*, times: int = 1) -> Step:
    """Lose the request before it is sent. The caller gets a `NoAnswerError`, and nothing is written."""
    return Loss(applied=False, times=times)


def _failure(
    code: str, reason: str, message: str, positions: Iterable[int], item: Mapping[str, Any] | None, times: int
) -> Step:
    return Failure(code, message, 400, {}, reason, tuple(positions) or (0,), item, times=times)
