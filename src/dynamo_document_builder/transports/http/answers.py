"""HTTP answers of DynamoDB, and the checks that they must pass."""

from __future__ import annotations

from binascii import crc32  # the same function as in zlib, which takes longer to import
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.request import Response, ResponseMetadata
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request

MAX_BODY: Final = 64 * 1024 * 1024
"""Bytes: four times the size of the largest answer, a batch of 16 MB."""
_LONGEST_NUMBER: Final = 9
_FIRST_FINAL: Final = 200
_FIRST_REFUSAL: Final = 300


class BrokenAnswerError(Exception):
    """The bytes that came are not an HTTP answer, or they are damaged."""


class Answer(Struct, frozen=True):
    """A complete HTTP answer."""

    status: int
    raw_headers: dict[str, bytes]
    """The undecoded headers, by names in lower case. Most of them are never read."""
    body: bytes
    until_end: bool = False
    """True if only the end of the connection marked the end of the body, which may have come too early."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers, by names in lower case."""
        return {name: value.decode("latin-1") for name, value in self.raw_headers.items()}

    def header(self, name: str) -> str | None:
        """Return a header by its name in lower case."""
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
        """Seconds that the answer asks to wait before the next attempt."""
        text = self.header("x-amz-retry-after") or ""
        return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def verified(answer: Answer) -> Answer:
    """Return an answer with its body decompressed; raise `BrokenAnswerError` if it was damaged."""
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
        raise BrokenAnswerError(f"the answer is encoded as {name!r}, which the request did not accept")
    return _with_object(Answer(answer.status, answer.raw_headers, _unzipped(answer.body)))


def _with_object(answer: Answer) -> Answer:
    # DynamoDB answers "{}" if there is nothing to return, so an empty body is an error.
    if answer.is_success and not answer.body.lstrip().startswith(b"{"):
        raise BrokenAnswerError("the answer came damaged: its body is not a JSON object")
    return answer


def _unzipped(body: bytes) -> bytes:
    import zlib  # noqa: PLC0415  lazy import: requests do not accept compressed answers, so they are rare

    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(body, MAX_BODY)
    except zlib.error as error:
        raise BrokenAnswerError("the answer came damaged: it cannot be unzipped") from error
    if not stream.eof:
        raise BrokenAnswerError("the answer came damaged: it is cut short, or larger than any of DynamoDB's")
    return text


def error_code(answer: Answer) -> str:
    """Return the error code of a refusal; its HTTP status if the body is not JSON, as in botocore."""
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
    """Return the data of a refusal, the answer to the last of *attempts*."""
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
    """Return the response for a successful answer."""
    return Response(answer.body, ResponseMetadata(answer.request_id, answer.status, attempts))
