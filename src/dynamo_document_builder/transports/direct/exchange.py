"""One request played to its end: attempts, what becomes of each, and what the caller is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attrs import define, field
from msgspec import Struct

from dynamo_document_builder.transports.direct.answers import (
    Answer,
    BrokenAnswerError,
    checked,
    code_of,
    fault_of,
    response_of,
)
from dynamo_document_builder.transports.direct.clock import SKEW_CODES
from dynamo_document_builder.transports.direct.heads import new_invocation
from dynamo_document_builder.transports.direct.retries import Outcome
from dynamo_document_builder.transports.faults import no_answer, refusal
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from dynamo_document_builder.errors import DocumentBuilderError
    from dynamo_document_builder.transports.direct.clock import Clock
    from dynamo_document_builder.transports.direct.credentials import Credentials, CredentialsSource
    from dynamo_document_builder.transports.direct.heads import Heads
    from dynamo_document_builder.transports.direct.retries import Retries
    from dynamo_document_builder.wire.request import Response

EXPIRED_CODES: Final = frozenset({"ExpiredTokenException", "UnrecognizedClientException"})
_SERVER_ERROR: Final = 500
_NOTHING: Final[Mapping[str, str]] = {}


class LostError(Exception):
    """An attempt that brought no answer."""

    def __init__(self, why: str, *, unsent: bool = False, timed_out: bool = False) -> None:
        super().__init__(why)
        self.unsent = unsent
        """Whether no byte of it left."""
        self.timed_out = timed_out


class Begun(Struct, frozen=True):
    """A request that a client's handlers have seen: with their headers and body, or answered already."""

    request: Request
    more: Mapping[str, str] = _NOTHING
    answer: Answer | None = None


@define(eq=False)
class Sender:
    """What all requests to one host have in common."""

    heads: Heads
    credentials: CredentialsSource
    retries: Retries
    clock: Clock


@define(eq=False)
class Exchange:
    """
    Plays one request: ask for the bytes of the `next` attempt, send them, and say what came, until there is a response.

    What came is told by `answered` or `lost`. Either gives the seconds to wait before the next attempt, or raises the
    error that it all ends with.
    """

    sender: Sender
    begun: Begun
    attempts: int = 0
    response: Response | None = None
    _credentials: Credentials | None = None
    _invocation: str = field(factory=new_invocation)
    _last: Outcome | None = None
    _final: DocumentBuilderError | None = None
    _corrected: bool = False
    _maybe_applied: bool = False
    """Whether an attempt before this one may have been applied."""

    @property
    def request(self) -> Request:
        return self.begun.request

    def next(self) -> bytes:
        """Return the next attempt, signed for now."""
        self.attempts += 1
        sender = self.sender
        self._credentials = credentials = sender.credentials.current()
        now = sender.clock.now()
        return sender.heads.request(self.request, credentials, now, self.attempts, self._invocation, self.begun.more)

    def answered(self, answer: Answer) -> float:
        """Take an answer: then there is a response, or there are some seconds to wait."""
        try:
            whole = checked(answer)
        except BrokenAnswerError as error:
            return self.lost(LostError(str(error)))
        if whole.is_success:
            self.sender.retries.succeeded(self._last)
            self.response = response_of(whole, self.attempts)
            return 0.0
        return self._refused(whole)

    def _refused(self, answer: Answer) -> float:
        outcome = Outcome(answer.status, code_of(answer))
        if self._may_correct(answer, outcome.code):
            return 0.0
        wait = self.sender.retries.wait(self.attempts, outcome)
        error = refusal(self.request, fault_of(self.request, answer, self.attempts, maybe_applied=self._maybe_applied))
        if wait is None:
            raise error
        self._last, self._final = outcome, error
        self._maybe_applied |= answer.status >= _SERVER_ERROR
        return wait

    def _may_correct(self, answer: Answer, code: str) -> bool:
        """Whether the refusal was about the signature's time or keys, and the next attempt has others: once."""
        if self._corrected:
            return False
        if code in SKEW_CODES:
            self._corrected = self.sender.clock.corrected_by(answer.headers.get("date"))
        elif code in EXPIRED_CODES and self._credentials is not None:
            self._corrected = self.sender.credentials.renewed(self._credentials)
        return self._corrected

    def lost(self, error: LostError) -> float:
        """Take the loss of an attempt."""
        final = self._no_answer(error)
        self._maybe_applied |= not error.unsent
        self._last = Outcome()
        wait = self.sender.retries.wait(self.attempts, self._last)
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

    def out_of_time(self, timeout: float) -> DocumentBuilderError:
        """Return the error of a request whose time is over before the next attempt: that of the last one."""
        if self._final is not None:
            return self._final
        return self._no_answer(LostError(f"no answer within {timeout:g} seconds", unsent=True, timed_out=True))


def concluded(begun: Begun, answer: Answer) -> Response:
    """Return what a handler answered in DynamoDB's place, or raise it."""
    if answer.is_success:
        return response_of(answer, 1)
    raise refusal(begun.request, fault_of(begun.request, answer, 1))
