"""Writes the bytes of a request: head and body together, so that they fit into one packet if they are small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.transports.http.signing import CONTENT_TYPE, TARGET, Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.wire.request import Request

_USER_AGENT: Final = "user-agent"
_RESERVED: Final = frozenset(
    {
        "accept-encoding",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-target",
    }
)


class RequestWriter:
    """Writes signed requests to one host."""

    __slots__ = ("_agent", "_fixed", "_max_attempts", "_signer")

    def __init__(self, signer: Signer, user_agent: str, max_attempts: int) -> None:
        self._signer = signer
        self._agent = user_agent
        self._max_attempts = max_attempts
        # "Accept-Encoding: identity" because the checksum covers the bytes as sent, compressed or not.
        self._fixed = (
            f"POST / HTTP/1.1\r\nHost: {signer.host}\r\nAccept-Encoding: identity\r\n"
            f"Content-Type: {CONTENT_TYPE}\r\nX-Amz-Target: {TARGET}."
        )

    def request(
        self,
        request: Request,
        credentials: Credentials,
        now: float,
        attempt: int,
        invocation: str,
        more: Mapping[str, str] | None = None,
    ) -> bytes:
        """
        Return the bytes of a signed attempt.

        *now* is in seconds since 1970, *attempt* counts from 1, and *more* are the headers that event handlers add.
        """
        body = request.body
        signature = self._signer.sign(request.operation, body, credentials, now, more)
        token = "" if credentials.token is None else f"X-Amz-Security-Token: {credentials.token}\r\n"
        extra = _lines(more, self._agent) if more else f"User-Agent: {self._agent}\r\n"
        head = (
            f"{self._fixed}{request.operation}\r\nX-Amz-Date: {signature.stamp}\r\n{token}"
            f"Authorization: {signature.authorization}\r\n{extra}"
            f"amz-sdk-invocation-id: {invocation}\r\namz-sdk-request: attempt={attempt}; max={self._max_attempts}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("latin-1") + body


def _lines(more: Mapping[str, str], agent: str) -> str:
    if not any(name.lower() == _USER_AGENT for name in more):
        more = {"User-Agent": agent, **more}
    return "".join([f"{name}: {value}\r\n" for name, value in more.items()])


def check_header(name: str, value: str) -> None:
    """Raise a `UsageError` for a header of a handler that is malformed, or that this module writes itself."""
    if not (_is_name(name) and value.isascii() and value.isprintable()):
        raise UsageError(
            f"the header {name!r} of a handler contains characters that are not allowed in headers, such as line "
            "breaks; nothing was sent. Remove them"
        )
    if name.lower() in _RESERVED:
        raise UsageError(
            f"a handler of the client changes the header {name!r}, which HttpTransport writes itself; nothing was "
            "sent: use BotocoreTransport(client)"
        )


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("-", "x").replace("_", "x").isalnum()
