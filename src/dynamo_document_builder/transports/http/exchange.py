"""One request played to its end: attempts, what becomes of each, and what the caller is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from dynamo_document_builder.errors import DocumentBuilderError
from dynamo_document_builder.transports.errors import in_seconds, no_answer, refusal
from dynamo_document_builder.transports.http.answers import (
    Answer,
    BrokenAnswerError,
    checked,
    code_of,
    fault_of,
    response_of,
)
from dynamo_document_builder.transports.http.invocation_id import new_invocation_id
from dynamo_document_builder.transports.http.retries import Outcome
from dynamo_document_builder.transports.http.signing import SKEW_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.errors.findings import Fault
    from dynamo_document_builder.transports.http.configuration.credentials import Credentials, CredentialsSource
    from dynamo_document_builder.transports.http.request_head import Heads
    from dynamo_document_builder.transports.http.retries import Retries
    from dynamo_document_builder.transports.http.signing import Clock
    from dynamo_document_builder.wire.request import Request, Response

EXPIRED_CODES: Final = frozenset({"ExpiredTokenException", "UnrecognizedClientException"})
_SERVER_ERROR: Final = 500


class LostError(Exception):
    """An attempt that brought no answer."""

    def __init__(self, why: str, *, unsent: bool = False, timed_out: bool = False) -> None:
        super().__init__(why)
        self.unsent = unsent
        """Whether no byte of it left."""
        self.timed_out = timed_out


class Watching(Protocol):
    """The handlers of a client."""

    def before_send(self, begun: Begun, data: bytes, /) -> Answer | None:
        """Let them see what is about to be sent, and answer it."""

    def after_call(self, begun: Begun, answer: Answer, attempts: int, fault: Fault | None, /) -> None:
        """Let them see what the caller will be told."""


class Begun:
    """A request that a client's handlers have seen: with their headers and body, or answered already."""

    __slots__ = ("answer", "context", "headers", "hooks", "request")

    def __init__(
        self,
        hooks: Watching,
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

    def sent(self, data: bytes) -> bytes | Answer:
        """Return what is sent, or what a handler answers to it."""
        return self.hooks.before_send(self, data) or data

    def over(self, answer: Answer, attempts: int, fault: Fault | None = None) -> None:
        """Let handlers see what the caller will be told."""
        self.hooks.after_call(self, answer, attempts, fault)


class Sender:
    """What all requests of one transport have in common."""

    __slots__ = ("clock", "credentials", "retries")

    def __init__(self, credentials: CredentialsSource, retries: Retries, clock: Clock) -> None:
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
        "_corrected",
        "_final",
        "_invocation",
        "_keys",
        "_last",
        "_maybe_applied",
        "_sender",
        "_signed_at",
        "_suspected",
        "_timeout",
        "attempts",
        "request",
        "response",
    )

    def __init__(
        self, sender: Sender, request: Request, begun: Begun | None = None, timeout: float | None = None
    ) -> None:
        self.request = request if begun is None else begun.request
        self.attempts = 0
        self.response: Response | None = None
        self._sender = sender
        self._begun = begun
        self._invocation = new_invocation_id()
        self._keys: Credentials | None = None
        self._suspected: Answer | None = None
        """A refusal that the next attempt may do better than, if it has other keys."""
        self._signed_at = 0.0
        self._last: Outcome | None = None
        self._final: DocumentBuilderError | None = None
        self._corrected = False
        self._timeout = timeout
        self._maybe_applied = False
        """Whether an attempt before this one may have been applied."""

    def next(self, keys: Credentials, heads: Heads) -> bytes | Answer:
        """Return the next attempt, signed for now, or what a client's handler answers to it."""
        suspected, self._suspected = self._suspected, None
        if suspected is not None and keys == self._keys:
            return suspected
        sender, begun = self._sender, self._begun
        self._keys = keys
        self.attempts += 1
        self._signed_at = now = sender.clock.now()
        if begun is None:
            return heads.request(self.request, keys, now, self.attempts, self._invocation)
        return begun.sent(heads.request(self.request, keys, now, self.attempts, self._invocation, begun.headers))

    def without_keys(self, error: Exception) -> Exception:
        """Return the error of a request whose next attempt cannot be signed."""
        if self._final is not None:  # which says what may have become of the attempts before
            return self._final
        if isinstance(error, DocumentBuilderError):
            return error
        why = f"its credentials could not be loaded, {type(error).__name__}: {error}"
        return no_answer(self.request, why, unsent=True)

    def answered(self, answer: Answer) -> float:
        """Take an answer: then there is a response, or there are some seconds to wait."""
        try:
            whole = checked(answer)
        except BrokenAnswerError as error:
            return self.lost(LostError(str(error)))
        if not whole.is_success:
            return self._refused(whole)
        self._sender.retries.succeeded(self._last)
        if self._begun is not None:
            self._begun.over(whole, self.attempts)
        self.response = response_of(whole, self.attempts)
        return 0.0

    def _refused(self, answer: Answer) -> float:
        outcome = Outcome(answer.status, code_of(answer), answer.retry_after)
        if self._may_correct(answer, outcome.code):
            return 0.0
        wait = self._sender.retries.wait(self.attempts, outcome)
        fault = self._fault(answer)
        error = refusal(self.request, fault)
        if wait is None:
            if self._begun is not None:
                self._begun.over(answer, self.attempts, fault)
            raise error
        self._last, self._final = outcome, error
        self._maybe_applied |= answer.status >= _SERVER_ERROR
        return wait

    def _fault(self, answer: Answer) -> Fault:
        return fault_of(self.request, answer, self.attempts, maybe_applied=self._maybe_applied)

    def _may_correct(self, answer: Answer, code: str) -> bool:
        """Whether the refusal was about the signature's time or keys, and the next attempt may have others: once."""
        if self._corrected:
            return False
        if code in SKEW_CODES:
            self._corrected = self._sender.clock.corrected_by(answer.header("date"), self._signed_at)
        elif code in EXPIRED_CODES and self._keys is not None:
            self._sender.credentials.forget(self._keys)
            self._suspected = answer
            self._final = refusal(self.request, self._fault(answer))
            self._corrected = True
        return self._corrected

    def lost(self, error: LostError) -> float:
        """Take the loss of an attempt."""
        final = self._no_answer(error)
        self._maybe_applied |= not error.unsent
        self._last = Outcome()
        wait = self._sender.retries.wait(self.attempts, self._last)
        if wait is None:
            raise final from error
        self._final = final
        return wait

    def _no_answer(self, error: LostError) -> DocumentBuilderError:
        unsent = error.unsent and not self._maybe_applied
        return no_answer(self.request, str(error), unsent=unsent, timed_out=error.timed_out)

    def given_up(self) -> DocumentBuilderError:
        """Return the error of a request whose caller left before the next attempt."""
        return self._no_answer(LostError("it was cancelled before it was sent again", unsent=True))

    def out_of_time(self, what: str = "answer") -> DocumentBuilderError:
        """Return the error of a request whose time is over before the next attempt: that of the last one."""
        if self._final is not None:
            return self._final
        return self._no_answer(LostError(f"no {what} within {in_seconds(self._timeout)}", unsent=True, timed_out=True))


def concluded(begun: Begun, answer: Answer) -> Response:
    """Return what a handler answered in DynamoDB's place, or raise it."""
    if answer.is_success:
        begun.over(answer, 1)
        return response_of(answer, 1)
    fault = fault_of(begun.request, answer, 1)
    begun.over(answer, 1, fault)
    raise refusal(begun.request, fault)
