"""Reads HTTP answers from the bytes of a connection, with llhttp as the parser."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

try:
    from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "the direct transport needs the extra direct: pip install 'dynamo-document-builder[direct]'", name=error.name
    ) from error

from dynamo_document_builder.transports.http.answers import MAX_BODY, Answer, BrokenAnswerError

MAX_HEAD: Final = 64 * 1024
_FIRST_FINAL: Final = 200


class AnswerReader:
    """
    Reads the answers of one connection, one after the other.

    A connection with surplus bytes is never used again, because the next request would read them as its answer.
    """

    __slots__ = (
        "_body_size",
        "_head_size",
        "_headers",
        "_in_body",
        "_parser",
        "_parts",
        "_raw_headers",
        "has_surplus",
        "is_complete",
        "keeps_alive",
        "on_header",
        "until_end",
    )

    def __init__(self) -> None:
        # The parser calls dict.__setitem__ for each header, which is faster than a Python function.
        self._raw_headers: dict[bytes, bytes] = {}
        self.on_header = self._raw_headers.__setitem__
        self._parser = HttpResponseParser(self)
        self.keeps_alive = False
        self.has_surplus = False
        self.is_complete = False
        self.start()

    def start(self) -> None:
        """Reset the state for the next answer."""
        self._raw_headers.clear()
        self._headers: dict[str, bytes] = {}
        self._parts: list[bytes] = []
        self._head_size = self._body_size = 0
        self._in_body = self.is_complete = self.until_end = False

    def feed(self, data: bytes) -> bool:
        """Take some bytes; return True if the answer is complete."""
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.is_complete:
                raise BrokenAnswerError(f"what came is no HTTP answer: {error}") from error
            self.has_surplus = True
        if not self._in_body:
            self._head_size += len(data)
        if self._head_size > MAX_HEAD or self._body_size > MAX_BODY:
            raise BrokenAnswerError("the answer is larger than any of DynamoDB's")
        return self.is_complete

    def answer(self) -> Answer:
        """Return the complete answer."""
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return Answer(self._parser.get_status_code(), self._headers, body, self.until_end)

    def finish(self) -> bool:
        """
        Take the end of the connection; return True if it completes the answer.

        It completes a body without a length and without chunks, as in HTTP/1.0. The body must then be checked, because
        the connection may have ended too early.
        """
        if self.is_complete:
            return True
        if not self._in_body or not {"content-length", "transfer-encoding"}.isdisjoint(self._headers):
            return False
        self.is_complete = self.until_end = True
        self.keeps_alive = False
        return True

    @property
    def can_be_reused(self) -> bool:
        """True if another request may be sent on the connection."""
        return self.is_complete and self.keeps_alive and not self.has_surplus

    # The callbacks of llhttp:

    def on_message_begin(self) -> None:
        if self.is_complete:
            self.has_surplus = True

    def on_headers_complete(self) -> None:
        self._in_body = True
        if not self.is_complete:
            self._headers = dict(zip(_lower(tuple(self._raw_headers)), self._raw_headers.values(), strict=True))

    def on_body(self, body: bytes) -> None:
        if not self.is_complete:
            self._parts.append(body)
            self._body_size += len(body)

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
    # Cached: the answers of one server have the same headers in the same order.
    return tuple([name.decode("latin-1").lower() for name in names])
