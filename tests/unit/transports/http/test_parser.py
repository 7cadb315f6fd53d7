"""Answers: the same whatever pieces they come in, and nothing that is damaged, doubled or too large is one."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder.transports.http.answers import (
    MAX_BODY,
    Answer,
    BrokenAnswerError,
    error_code,
    to_fault,
    verified,
)
from dynamo_document_builder.transports.http.parser import MAX_HEAD, AnswerReader
from dynamo_document_builder.wire.request import Request

BODY = b'{"Item":{"name":{"S":"Alice"}}}'
HEAD = b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: abc\r\n"
PLAIN = HEAD + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\n" + BODY[:5] + b"\r\n"
CHUNKED += f"{len(BODY) - 5:x}\r\n".encode() + BODY[5:] + b"\r\n0\r\n\r\n"
CONTINUED = b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN
REQUEST = Request("GetItem", b"{}", ("app",))


def read(*pieces: bytes) -> tuple[AnswerReader, Answer | None]:
    reader = AnswerReader()
    complete = [reader.feed(piece) for piece in pieces]
    return reader, reader.answer() if complete[-1] else None


@pytest.mark.parametrize("text", [PLAIN, CHUNKED, CONTINUED], ids=["plain", "chunked", "continued"])
def test_an_answer_is_the_same_split_anywhere(text: bytes) -> None:
    _, whole = read(text)
    assert whole == Answer(200, whole.raw_headers if whole else {}, BODY)
    assert whole.request_id == "abc"
    for split in range(1, len(text)):
        reader, answer = read(text[:split], text[split:])
        assert answer == whole
        assert reader.can_be_reused
    _, dribbled = read(*(text[at : at + 1] for at in range(len(text))))
    assert dribbled == whole


def test_an_answer_that_would_speak_another_protocol_is_none() -> None:
    with pytest.raises(BrokenAnswerError, match="no HTTP answer"):
        read(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")


@pytest.mark.parametrize("length", range(0, len(PLAIN) - 1, 7))
def test_an_answer_that_is_cut_is_not_complete(length: int) -> None:
    assert read(PLAIN[:length] or b"H")[1] is None


def test_one_connection_gives_one_answer_after_the_other() -> None:
    reader = AnswerReader()
    for _ in range(3):
        reader.start()
        assert reader.feed(PLAIN)
        assert reader.answer().body == BODY
        assert reader.can_be_reused


@pytest.mark.parametrize("has_surplus", [PLAIN, b"HTTP/1.1 ", b"junk", b"\x00"])
def test_a_connection_with_more_than_was_asked_for_is_not_used_again(has_surplus: bytes) -> None:
    reader, answer = read(PLAIN + has_surplus)
    assert answer is not None
    assert answer.body == BODY
    assert not reader.can_be_reused


def test_a_connection_that_is_to_be_closed_is_not_used_again() -> None:
    reader, _ = read(PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert not reader.can_be_reused


@pytest.mark.parametrize(
    "text", [b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01\x02", b"HTTP/9 what\r\n", b"HTTP/1.1 200 OK\r\n: x\r\n\r\n"]
)
def test_what_is_no_http_is_broken(text: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read(text + b"\r\n\r\n")


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=6))
def test_any_bytes_are_an_answer_incomplete_or_broken(pieces: list[bytes]) -> None:
    reader = AnswerReader()
    try:
        for piece in pieces:
            reader.feed(piece)
    except BrokenAnswerError:
        pass


def test_heads_and_bodies_have_a_limit() -> None:
    with pytest.raises(BrokenAnswerError, match="larger"):
        read(HEAD, *[b"x" * 1000 + b": y\r\n"] * (MAX_HEAD // 1000 + 1))
    reader = AnswerReader()
    reader.feed(HEAD + f"Content-Length: {MAX_BODY * 2}\r\n\r\n".encode())
    for _ in range(MAX_BODY >> 20):
        reader.feed(b"x" * (1 << 20))
    with pytest.raises(BrokenAnswerError, match="larger"):
        reader.feed(b"x")


def answer(body: bytes = BODY, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value.encode() for name, value in headers.items()}, body)


def test_a_checksum_is_that_of_the_bytes_on_the_wire() -> None:
    zipped = gzip.compress(BODY)
    assert verified(answer(x_amz_crc32=str(zlib.crc32(BODY)))).body == BODY
    assert verified(answer(zipped, content_encoding="gzip", x_amz_crc32=str(zlib.crc32(zipped)))).body == BODY
    with pytest.raises(BrokenAnswerError, match="checksum"):
        verified(answer(x_amz_crc32="1"))


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"no zip", "gzip"),
        (gzip.compress(BODY)[:-9], "gzip"),
        (gzip.compress(b"0" * (MAX_BODY + 1)), "gzip"),
        (BODY, "br"),
    ],
    ids=["no zip", "cut", "a bomb", "another"],
)
def test_what_cannot_be_unzipped_is_broken(body: bytes, encoding: str) -> None:
    with pytest.raises(BrokenAnswerError):
        verified(answer(body, content_encoding=encoding))


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (answer(b'{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException"}', 400), "ValidationException"),
        (answer(b'{"__type":"ThrottlingException"}', 400), "ThrottlingException"),
        (answer(b"<html>", 503), "503"),
        (answer(b"[1]", 500), "500"),
        (answer(b'{"__type":3}', 400), "400"),
        (answer(b"[" * 100_000, 400), "400"),
        (answer(b"{}", 400, x_amzn_errortype="AccessDenied:http://x"), "AccessDenied"),
    ],
)
def test_the_code_of_a_refusal(refused: Any, code: str) -> None:
    assert error_code(refused) == code
    fault = to_fault(REQUEST, refused, 2)
    assert (fault.code, fault.http_status, fault.attempts) == (code, refused.status, 2)


def test_a_body_without_a_length_ends_with_its_connection() -> None:
    reader, _ = read(PLAIN)
    assert reader.can_be_reused
    reader.start()
    assert not reader.feed(HEAD + b"\r\n" + BODY[:5])
    assert not reader.feed(BODY[5:])
    assert reader.finish()
    assert not reader.can_be_reused
    answer = reader.answer()
    assert (answer.body, answer.until_end) == (BODY, True)
    assert verified(answer) is answer


@pytest.mark.parametrize("cut", [b"", HEAD, PLAIN[:-1], CHUNKED[:-1]], ids=["nothing", "head", "length", "chunks"])
def test_any_other_end_is_too_early(cut: bytes) -> None:
    reader = AnswerReader()
    if cut:
        reader.feed(cut)
    assert not reader.finish()


@pytest.mark.parametrize("cut", range(len(BODY)))
def test_a_body_that_is_cut_before_the_end_of_its_connection_is_no_answer(cut: int) -> None:
    with pytest.raises(BrokenAnswerError, match="before the answer was whole"):
        verified(Answer(200, {}, BODY[:cut], until_end=True))
