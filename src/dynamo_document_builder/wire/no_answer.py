"""The errors for a request whose answer never came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import NoAnswerError, OutcomeUnknownError, RequestTimeoutError

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request


def no_answer_error(
    request: Request, why: str, *, unsent: bool = False, timed_out: bool = False
) -> NoAnswerError | OutcomeUnknownError:
    """
    Return the error for an answer that never came, or that came damaged.

    A write gives an `OutcomeUnknownError`, unless *unsent* is true. Pass *unsent* only if no byte of the request left
    this process, in this attempt and in all earlier ones.
    """
    if request.writes and not unsent:
        return outcome_unknown_error(request, why)
    error_class = RequestTimeoutError if timed_out else NoAnswerError
    consequence = "nothing was sent" if unsent else "it only reads"
    return error_class(f"{request_name(request)}: {why}; {consequence}", operation=request.operation)


def outcome_unknown_error(request: Request, why: str) -> OutcomeUnknownError:
    """Return the error for a write that may have been applied."""
    text = f"{request_name(request)}: {why}; whether it was applied is unknown"
    return OutcomeUnknownError(text, operation=request.operation)


def request_name(request: Request) -> str:
    """Return the words for a request in error texts: `PutItem on app`. It never contains values."""
    tables = ", ".join(dict.fromkeys(request.tables))
    return f"{request.operation} on {tables}" if tables else request.operation
