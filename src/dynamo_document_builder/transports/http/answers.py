"""Answers of DynamoDB, and what must hold before anybody believes them."""

from __future__ import annotations

from binascii import crc32  # that of zlib, which takes longer to load
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.request import Response, ResponseMetadata
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request

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
    until_end: bool = False
    """Whether the end of the connection was the end of the body: it may have come too early."""

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


def verified(answer: Answer) -> Answer:
    """Return an answer with its body as DynamoDB wrote it, or say that it was damaged."""
    checksum = answer.raw_headers.get("x-amz-crc32")
    if checksum is not None and checksum != b"%d" % crc32(answer.body):
        raise BrokenAnswerError("the answer came damaged: it does not have its checksum")
    if answer.until_end and answer.is_success and checksum is None and _object(answer.body) is None:
        raise BrokenAnswerError("the connection was closed before the answer was whole")
    encoding = answer.raw_headers.get("content-encoding", b"identity")
    if encoding == b"identity":
        return _with_object(answer)
    if encoding != b"gzip":
        name = encoding.decode("latin-1")
        raise BrokenAnswerError(f"the answer is encoded as {name!r}, which nobody asked for")
    return _with_object(Answer(answer.status, answer.raw_headers, _unzipped(answer.body)))


def _with_object(answer: Answer) -> Answer:
    # DynamoDB answers "{}" where there is no item: an empty body was lost, or came from another program.
    if answer.is_success and not answer.body.lstrip().startswith(b"{"):
        raise BrokenAnswerError("the answer came damaged: its body is not a JSON object")
    return answer


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


def error_code(answer: Answer) -> str:
    """Return the error code of a refusal; that of a body which is no JSON is its HTTP status, as in botocore."""
    named = answer.header("x-amzn-errortype") or _members(answer).get("__type")
    if not isinstance(named, str) or not named:
        return str(answer.status)
    return named.partition(":")[0].rpartition("#")[2]


def _members(answer: Answer) -> dict[str, Any]:
    return _object(answer.body) or {}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        members: Any = read_json(body)
    except (ValueError, RecursionError):
        return None
    return dict(members) if is_mapping(members) else None


def to_fault(request: Request, answer: Answer, attempts: int, *, maybe_applied: bool = False) -> Fault:
    """Return what DynamoDB refused, in the last of some attempts."""
    members = _members(answer)
    message = members.get("message") or members.get("Message") or ""
    return Fault(
        code=error_code(answer),
        message=message if isinstance(message, str) else "",
        operation=request.operation,
        request_id=answer.request_id,
        http_status=answer.status,
        attempts=attempts,
        maybe_applied=maybe_applied,
        body=answer.body,
    )


def to_response(answer: Answer, attempts: int) -> Response:
    """Return a success."""
    return Response(answer.body, ResponseMetadata(answer.request_id, answer.status, attempts))
