"""Reading answers: HTTP by llhttp, and what must hold before anybody believes them."""

from __future__ import annotations

from binascii import crc32  # that of zlib, which takes longer to load
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

try:
    from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "the direct transport needs the extra direct: pip install 'dynamo-document-builder[direct]'", name=error.name
    ) from error
from msgspec import Struct

from dynamo_document_builder.facts import Fault
from dynamo_document_builder.wire.guards import is_mapping
from dynamo_document_builder.wire.json import read_json
from dynamo_document_builder.wire.request import Response, ResponseMetadata

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request

MAX_HEAD: Final = 64 * 1024
MAX_BODY: Final = 64 * 1024 * 1024
"""Four times what a batch of the largest items is."""
_LONGEST_NUMBER: Final = 9
_FIRST_FINAL: Final = 200
_FIRST_REFUSAL: Final = 300


class BrokenAnswerError(Exception):
    """What came is no answer, or one that was damaged on its way."""


class Answer(Struct, frozen=True):
    """One HTTP answer, whole."""

    status: int
    raw_headers: dict[str, bytes]
    """As they came, by names in lower case: hardly any is ever read."""
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """By names in lower case."""
        return {name: value.decode("latin-1") for name, value in self.raw_headers.items()}

    def header(self, name: str) -> str | None:
        value = self.raw_headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def is_success(self) -> bool:
        return _FIRST_FINAL <= self.status < _FIRST_REFUSAL

    @property
    def request_id(self) -> str | None:
        return self.header("x-amzn-requestid")

    @property
    def retry_after(self) -> float | None:
        """The seconds that it asks to wait before the next attempt."""
        text = self.header("x-amz-retry-after") or ""
        return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


class AnswerReader:
    """
    Reads the answers of one connection from its bytes, one after the other.

    A connection on which more came than was asked for is never used again: what is left would be taken for the answer
    to somebody else's request.
    """

    __slots__ = (
        "_came",
        "_fed",
        "_headers",
        "_in_body",
        "_parser",
        "_parts",
        "_size",
        "is_complete",
        "keeps_alive",
        "on_header",
        "surplus",
    )

    def __init__(self) -> None:
        # No function of ours for each header: an answer has seven.
        self._came: dict[bytes, bytes] = {}
        self.on_header = self._came.__setitem__
        self._parser = HttpResponseParser(self)
        self.keeps_alive = False
        self.surplus = False
        self.is_complete = False
        self.start()

    def start(self) -> None:
        """Get ready for the next answer."""
        self._came.clear()
        self._headers: dict[str, bytes] = {}
        self._parts: list[bytes] = []
        self._fed = self._size = 0
        self._in_body = self.is_complete = False

    def feed(self, data: bytes) -> bool:
        """Take some bytes, and say whether the answer is complete."""
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.is_complete:
                raise BrokenAnswerError(f"what came is no HTTP answer: {error}") from error
            self.surplus = True
        if not self._in_body:
            self._fed += len(data)
        if self._fed > MAX_HEAD or self._size > MAX_BODY:
            raise BrokenAnswerError("the answer is larger than any of DynamoDB's")
        return self.is_complete

    def answer(self) -> Answer:
        """Return the answer that is complete."""
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return Answer(self._parser.get_status_code(), self._headers, body)

    @property
    def can_be_reused(self) -> bool:
        """Whether another request may be sent on the connection."""
        return self.is_complete and self.keeps_alive and not self.surplus

    # What llhttp calls.

    def on_message_begin(self) -> None:
        if self.is_complete:
            self.surplus = True

    def on_headers_complete(self) -> None:
        self._in_body = True
        if not self.is_complete:
            self._headers = dict(zip(_lower(tuple(self._came)), self._came.values(), strict=True))

    def on_body(self, body: bytes) -> None:
        if not self.is_complete:
            self._parts.append(body)
            self._size += len(body)

    def on_message_complete(self) -> None:
        if self.is_complete:
            return
        if self._parser.get_status_code() < _FIRST_FINAL:  # 100 Continue and the like come before the answer
            self.start()
        else:
            self.is_complete = True
            self.keeps_alive = self._parser.should_keep_alive()


@lru_cache(maxsize=64)
def _lower(names: tuple[bytes, ...]) -> tuple[str, ...]:
    # Kept, because the answers of one server have the same headers in the same order.
    return tuple([name.decode("latin-1").lower() for name in names])


def checked(answer: Answer) -> Answer:
    """Return an answer with its body as DynamoDB wrote it, or say that it was damaged."""
    checksum = answer.raw_headers.get("x-amz-crc32")
    if checksum is not None and checksum != b"%d" % crc32(answer.body):
        raise BrokenAnswerError("the answer came damaged: it does not have its checksum")
    encoding = answer.raw_headers.get("content-encoding", b"identity")
    if encoding == b"identity":
        return answer
    if encoding != b"gzip":
        name = encoding.decode("latin-1")
        raise BrokenAnswerError(f"the answer is encoded as {name!r}, which nobody asked for")
    return Answer(answer.status, answer.raw_headers, _unzipped(answer.body))


def _unzipped(body: bytes) -> bytes:
    import zlib  # noqa: PLC0415  nobody asks for zipped answers

    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(body, MAX_BODY)
    except zlib.error as error:
        raise BrokenAnswerError("the answer came damaged: it cannot be unzipped") from error
    if not stream.eof:
        raise BrokenAnswerError("the answer came damaged: it is cut short, or larger than any of DynamoDB's")
    return text


def code_of(answer: Answer) -> str:
    """Return the error code of a refusal; that of a body which is no JSON is its HTTP status, as in botocore."""
    named = answer.header("x-amzn-errortype") or _members(answer).get("__type")
    if not isinstance(named, str) or not named:
        return str(answer.status)
    return named.partition(":")[0].rpartition("#")[2]


def _members(answer: Answer) -> dict[str, Any]:
    try:
        members: Any = read_json(answer.body)
    except (ValueError, RecursionError):
        return {}
    return dict(members) if is_mapping(members) else {}


def fault_of(request: Request, answer: Answer, attempts: int, *, maybe_applied: bool = False) -> Fault:
    """Return what DynamoDB refused, in the last of some attempts."""
    members = _members(answer)
    message = members.get("message") or members.get("Message") or ""
    return Fault(
        code=code_of(answer),
        message=message if isinstance(message, str) else "",
        operation=request.operation,
        request_id=answer.request_id,
        http_status=answer.status,
        attempts=attempts,
        maybe_applied=maybe_applied,
        body=answer.body,
    )


def response_of(answer: Answer, attempts: int) -> Response:
    """Return a success."""
    return Response(answer.body or b"{}", ResponseMetadata(answer.request_id, answer.status, attempts))
