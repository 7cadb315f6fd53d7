"""The attempts of one request: what to send next, what each answer means, and which error ends the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from dynamo_document_builder.errors import DocumentBuilderError
from dynamo_document_builder.errors.codes import SERVER_ERROR
from dynamo_document_builder.transports.errors import seconds_text, service_error
from dynamo_document_builder.transports.http.answers import (
    Answer,
    BrokenAnswerError,
    error_code,
    to_fault,
    to_response,
    verified,
)
from dynamo_document_builder.transports.http.invocation_id import new_invocation_id
from dynamo_document_builder.transports.http.retries import FailedAttempt
from dynamo_document_builder.transports.http.signing import SKEW_CODES
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials, CredentialsSource
    from dynamo_document_builder.transports.http.request_writer import RequestWriter
    from dynamo_document_builder.transports.http.retries import RetryRules
    from dynamo_document_builder.transports.http.signing import Clock
    from dynamo_document_builder.wire.request import Request, Response

EXPIRED_CODES: Final = frozenset({"ExpiredTokenException", "UnrecognizedClientException"})


class AttemptLostError(Exception):
    """An attempt got no answer, or a damaged one."""

    def __init__(self, why: str, *, unsent: bool = False, timed_out: bool = False) -> None:
        super().__init__(why)
        self.unsent = unsent
        """True if no byte of the attempt was sent."""
        self.timed_out = timed_out


class ClientHooks(Protocol):
    """The event handlers of a boto3 client."""

    def before_send(self, hooked: HookedRequest, data: bytes, /) -> Answer | None:
        """Call the handlers of `before-send`; return the answer if one of them gives one."""

    def after_call(self, hooked: HookedRequest, answer: Answer, attempts: int, fault: Fault | None, /) -> None:
        """Call the handlers of `after-call` with the final answer."""


class HookedRequest:
    """A request after the `before-call` handlers of a client: with their headers and body, or with their answer."""

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
        """The headers that handlers have added."""
        self.context = context
        """The request context of botocore, in which handlers store data for each other."""
        self.answer = answer

    def before_send(self, data: bytes) -> bytes | Answer:
        """Call the handlers of `before-send`; return the bytes to send, or the answer of a handler."""
        return self.hooks.before_send(self, data) or data

    def after_call(self, answer: Answer, attempts: int, fault: Fault | None = None) -> None:
        """Call the handlers of `after-call`, once for each request."""
        self.hooks.after_call(self, answer, attempts, fault)


class SendContext:
    """The objects that all requests of one transport share."""

    __slots__ = ("clock", "credentials", "retries")

    def __init__(self, credentials: CredentialsSource, retries: RetryRules, clock: Clock) -> None:
        self.credentials = credentials
        self.retries = retries
        self.clock = clock


class Exchange:
    """
    The state of one request, without any I/O.

    A transport calls the methods in this order, until `response` is set:

    1. `next_attempt` returns the bytes to send. The transport passes the credentials, since loading them may block.
    2. `on_answer` or `on_loss` takes what came. It sets `response`, or returns the seconds to wait before the next
       attempt, or raises the error that ends the request.
    """

    __slots__ = (
        "_context",
        "_hooked",
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
        self, context: SendContext, request: Request, hooked: HookedRequest | None = None, timeout: float | None = None
    ) -> None:
        self.request = request if hooked is None else hooked.request
        self.attempts = 0
        self.response: Response | None = None
        self._context = context
        self._hooked = hooked
        self._invocation = new_invocation_id()
        self._keys: Credentials | None = None
        self._suspected_answer: Answer | None = None
        """A refusal because of the credentials. It is final if the next attempt would use the same credentials."""
        self._signed_at = 0.0
        self._last_failure: FailedAttempt | None = None
        self._pending_error: DocumentBuilderError | None = None
        self._was_corrected = False
        self._timeout = timeout
        self._maybe_applied = False
        """True if an earlier attempt may have been applied."""

    def next_attempt(self, keys: Credentials, writer: RequestWriter) -> bytes | Answer:
        """
        Return the bytes of the next attempt, signed for the current time.

        It returns an `Answer` if nothing must be sent: a client's handler answered, or DynamoDB refused the same
        credentials before.
        """
        suspected, self._suspected_answer = self._suspected_answer, None
        if suspected is not None and keys == self._keys:
            return suspected
        context, hooked = self._context, self._hooked
        self._keys = keys
        self.attempts += 1
        self._signed_at = now = context.clock.now()
        if hooked is None:
            return writer.request(self.request, keys, now, self.attempts, self._invocation)
        return hooked.before_send(
            writer.request(self.request, keys, now, self.attempts, self._invocation, hooked.headers)
        )

    def credentials_error(self, error: Exception) -> Exception:
        """Return the error for a request whose next attempt cannot be signed."""
        if self._pending_error is not None:  # an earlier attempt was sent; its error says whether it was applied
            return self._pending_error
        if isinstance(error, DocumentBuilderError):
            return error
        why = f"its credentials could not be loaded, {type(error).__name__}: {error}"
        return no_answer_error(self.request, why, unsent=True)

    def on_answer(self, answer: Answer) -> float:
        """Take the answer to an attempt; set `response`, or return the seconds to wait before the next attempt."""
        try:
            whole = verified(answer)
        except BrokenAnswerError as error:
            return self.on_loss(AttemptLostError(str(error)))
        if not whole.is_success:
            return self._refused(whole)
        self._context.retries.on_success(self._last_failure)
        if self._hooked is not None:
            self._hooked.after_call(whole, self.attempts)
        self.response = to_response(whole, self.attempts)
        return 0.0

    def _refused(self, answer: Answer) -> float:
        failure = FailedAttempt(answer.status, error_code(answer), answer.retry_after)
        if self._may_correct(answer, failure.code):
            return 0.0
        delay = self._context.retries.delay_after(self.attempts, failure)
        fault = self._fault(answer)
        error = service_error(self.request, fault)
        if delay is None:
            if self._hooked is not None:
                self._hooked.after_call(answer, self.attempts, fault)
            raise error
        self._last_failure, self._pending_error = failure, error
        self._maybe_applied |= answer.status >= SERVER_ERROR
        return delay

    def _fault(self, answer: Answer) -> Fault:
        return to_fault(self.request, answer, self.attempts, maybe_applied=self._maybe_applied)

    def _may_correct(self, answer: Answer, code: str) -> bool:
        """Return True, at most once, if a signature with another time or other credentials may be accepted."""
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
        """Take an attempt without an answer; return the seconds to wait before the next attempt."""
        final = self._no_answer(error)
        self._maybe_applied |= not error.unsent
        self._last_failure = FailedAttempt()
        delay = self._context.retries.delay_after(self.attempts, self._last_failure)
        if delay is None:
            raise final from error
        self._pending_error = final
        return delay

    def _no_answer(self, error: AttemptLostError) -> DocumentBuilderError:
        unsent = error.unsent and not self._maybe_applied
        return no_answer_error(self.request, str(error), unsent=unsent, timed_out=error.timed_out)

    def cancelled_error(self) -> DocumentBuilderError:
        """Return the error for a request that is cancelled before its next attempt."""
        return self._no_answer(AttemptLostError("it was cancelled before it was sent again", unsent=True))

    def timeout_error(self, what: str = "answer") -> DocumentBuilderError:
        """Return the error for a request whose deadline passes before its next attempt: that of the last attempt."""
        if self._pending_error is not None:
            return self._pending_error
        return self._no_answer(
            AttemptLostError(f"no {what} within {seconds_text(self._timeout)}", unsent=True, timed_out=True)
        )


def stubbed_response(hooked: HookedRequest, answer: Answer) -> Response:
    """Return or raise the answer that a `before-call` handler gave in place of DynamoDB, as Stubber does."""
    if answer.is_success:
        hooked.after_call(answer, 1)
        return to_response(answer, 1)
    fault = to_fault(hooked.request, answer, 1)
    hooked.after_call(answer, 1, fault)
    raise service_error(hooked.request, fault)
