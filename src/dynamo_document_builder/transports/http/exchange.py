"""One request played to its end: attempts, what becomes of each, and what the caller is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from dynamo_document_builder.errors import DocumentBuilderError
from dynamo_document_builder.transports.errors import seconds_text, service_error
from dynamo_document_builder.transports.http.answers import (
    Answer,
    BrokenAnswerError,
    error_code,
    to_fault,
    to_response,
    verified,
)
from dynamo_document_builder.transports.http.request_head import new_invocation_id
from dynamo_document_builder.transports.http.retries import FailedAttempt
from dynamo_document_builder.transports.http.signing import SKEW_CODES
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials, CredentialsSource
    from dynamo_document_builder.transports.http.request_head import RequestWriter
    from dynamo_document_builder.transports.http.retries import RetryRules
    from dynamo_document_builder.transports.http.signing import Clock
    from dynamo_document_builder.wire.request import Request, Response

EXPIRED_CODES: Final = frozenset({"ExpiredTokenException", "UnrecognizedClientException"})
_SERVER_ERROR: Final = 500


class AttemptLostError(Exception):
    """An attempt that brought no answer."""

    def __init__(self, why: str, *, unsent: bool = False, timed_out: bool = False) -> None:
        super().__init__(why)
        self.unsent = unsent
        """Whether no byte of it left."""
        self.timed_out = timed_out


class ClientHooks(Protocol):
    """The handlers of a client."""

    def before_send(self, begun: HookedRequest, data: bytes, /) -> Answer | None:
        """Let them see what is about to be sent, and answer it."""

    def after_call(self, begun: HookedRequest, answer: Answer, attempts: int, fault: Fault | None, /) -> None:
        """Let them see what the caller will be told."""


class HookedRequest:
    """A request that a client's handlers have seen: with their headers and body, or answered already."""

    __slots__ = ("answer", "context", "headers", "hooks", "request")

    def __init__(
        self,
        hooks: ClientHooks,
        request: Request,
        headers: Mapping[str, str],
        context: dict[str, Any],
        answer: Answer | None = None,
    ) -> None:
        self.hooks = hooks
        self.request = request
        self.headers = headers
        """Those that handlers have added."""
        self.context = context
        """What the handlers of one request tell each other."""
        self.answer = answer

    def before_send(self, data: bytes) -> bytes | Answer:
        """Return what is sent, or what a handler answers to it."""
        return self.hooks.before_send(self, data) or data

    def after_call(self, answer: Answer, attempts: int, fault: Fault | None = None) -> None:
        """Let handlers see what the caller will be told."""
        self.hooks.after_call(self, answer, attempts, fault)


class SendContext:
    """What all requests of one transport have in common."""

    __slots__ = ("clock", "credentials", "retries")

    def __init__(self, credentials: CredentialsSource, retries: RetryRules, clock: Clock) -> None:
        self.credentials = credentials
        self.retries = retries
        self.clock = clock


class Exchange:
    """
    Plays one request: ask for the bytes of the `next` attempt, send them, and say what came, until there is a response.

    Who plays it brings the keys, since loading them may block.

    What came is told by `answered` or `lost`. Either gives the seconds to wait before the next attempt, or raises the
    error that it all ends with.
    """

    __slots__ = (
        "_begun",
        "_context",
        "_invocation",
        "_keys",
        "_last_failure",
        "_maybe_applied",
        "_pending_error",
        "_signed_at",
        "_suspected_answer",
        "_timeout",
        "_was_corrected",
        "attempts",
        "request",
        "response",
    )

    def __init__(
        self, sender: SendContext, request: Request, begun: HookedRequest | None = None, timeout: float | None = None
    ) -> None:
        self.request = request if begun is None else begun.request
        self.attempts = 0
        self.response: Response | None = None
        self._context = sender
        self._begun = begun
        self._invocation = new_invocation_id()
        self._keys: Credentials | None = None
        self._suspected_answer: Answer | None = None
        """A refusal that the next attempt may do better than, if it has other keys."""
        self._signed_at = 0.0
        self._last_failure: FailedAttempt | None = None
        self._pending_error: DocumentBuilderError | None = None
        self._was_corrected = False
        self._timeout = timeout
        self._maybe_applied = False
        """Whether an attempt before this one may have been applied."""

    def next_attempt(self, keys: Credentials, writer: RequestWriter) -> bytes | Answer:
        """Return the next attempt, signed for now, or what a client's handler answers to it."""
        suspected, self._suspected_answer = self._suspected_answer, None
        if suspected is not None and keys == self._keys:
            return suspected
        sender, begun = self._context, self._begun
        self._keys = keys
        self.attempts += 1
        self._signed_at = now = sender.clock.now()
        if begun is None:
            return writer.request(self.request, keys, now, self.attempts, self._invocation)
        return begun.before_send(
            writer.request(self.request, keys, now, self.attempts, self._invocation, begun.headers)
        )

    def credentials_error(self, error: Exception) -> Exception:
        """Return the error of a request whose next attempt cannot be signed."""
        if self._pending_error is not None:  # which says what may have become of the attempts before
            return self._pending_error
        if isinstance(error, DocumentBuilderError):
            return error
        why = f"its credentials could not be loaded, {type(error).__name__}: {error}"
        return no_answer_error(self.request, why, unsent=True)

    def on_answer(self, answer: Answer) -> float:
        """Take an answer: then there is a response, or there are some seconds to wait."""
        try:
            whole = verified(answer)
        except BrokenAnswerError as error:
            return self.on_loss(AttemptLostError(str(error)))
        if not whole.is_success:
            return self._refused(whole)
        self._context.retries.on_success(self._last_failure)
        if self._begun is not None:
            self._begun.after_call(whole, self.attempts)
        self.response = to_response(whole, self.attempts)
        return 0.0

    def _refused(self, answer: Answer) -> float:
        outcome = FailedAttempt(answer.status, error_code(answer), answer.retry_after)
        if self._may_correct(answer, outcome.code):
            return 0.0
        wait = self._context.retries.delay_after(self.attempts, outcome)
        fault = self._fault(answer)
        error = service_error(self.request, fault)
        if wait is None:
            if self._begun is not None:
                self._begun.after_call(answer, self.attempts, fault)
            raise error
        self._last_failure, self._pending_error = outcome, error
        self._maybe_applied |= answer.status >= _SERVER_ERROR
        return wait

    def _fault(self, answer: Answer) -> Fault:
        return to_fault(self.request, answer, self.attempts, maybe_applied=self._maybe_applied)

    def _may_correct(self, answer: Answer, code: str) -> bool:
        """Whether the refusal was about the signature's time or keys, and the next attempt may have others: once."""
        if self._was_corrected:
            return False
        if code in SKEW_CODES:
            self._was_corrected = self._context.clock.correct(answer.header("date"), self._signed_at)
        elif code in EXPIRED_CODES and self._keys is not None:
            self._context.credentials.forget(self._keys)
            self._suspected_answer = answer
            self._pending_error = service_error(self.request, self._fault(answer))
            self._was_corrected = True
        return self._was_corrected

    def on_loss(self, error: AttemptLostError) -> float:
        """Take the loss of an attempt."""
        final = self._no_answer(error)
        self._maybe_applied |= not error.unsent
        self._last_failure = FailedAttempt()
        wait = self._context.retries.delay_after(self.attempts, self._last_failure)
        if wait is None:
            raise final from error
        self._pending_error = final
        return wait

    def _no_answer(self, error: AttemptLostError) -> DocumentBuilderError:
        unsent = error.unsent and not self._maybe_applied
        return no_answer_error(self.request, str(error), unsent=unsent, timed_out=error.timed_out)

    def cancelled_error(self) -> DocumentBuilderError:
        """Return the error of a request whose caller left before the next attempt."""
        return self._no_answer(AttemptLostError("it was cancelled before it was sent again", unsent=True))

    def timeout_error(self, what: str = "answer") -> DocumentBuilderError:
        """Return the error of a request whose time is over before the next attempt: that of the last one."""
        if self._pending_error is not None:
            return self._pending_error
        return self._no_answer(
            AttemptLostError(f"no {what} within {seconds_text(self._timeout)}", unsent=True, timed_out=True)
        )


def stubbed_response(begun: HookedRequest, answer: Answer) -> Response:
    """Return what a handler answered in DynamoDB's place, or raise it."""
    if answer.is_success:
        begun.after_call(answer, 1)
        return to_response(answer, 1)
    fault = to_fault(begun.request, answer, 1)
    begun.after_call(answer, 1, fault)
    raise service_error(begun.request, fault)
