"""The bytes of a request: head and body in one, so that one packet may hold them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from attrs import define, field

from dynamo_document_builder.transports.direct.signing import CONTENT_TYPE, TARGET, Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.transports.direct.credentials import Credentials
    from dynamo_document_builder.wire.request import Request

_FORBIDDEN: Final = ("\r", "\n", "\0")


@define(eq=False)
class Heads:
    """Makes requests for one host."""

    signer: Signer
    user_agent: str
    max_attempts: int
    _fixed: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        # Accept-Encoding, because the checksum is over the bytes that are sent, zipped or not.
        self._fixed = (
            f"POST / HTTP/1.1\r\nHost: {self.signer.host}\r\nAccept-Encoding: identity\r\n"
            f"Content-Type: {CONTENT_TYPE}\r\nUser-Agent: {self.user_agent}\r\nX-Amz-Target: {TARGET}."
        )

    def request(
        self,
        request: Request,
        credentials: Credentials,
        now: float,
        attempt: int,
        invocation: str,
        more: Mapping[str, str],
    ) -> bytes:
        """Return a request as it is sent at a time; *more* are headers that are not signed."""
        body = request.body
        signature = self.signer.sign(request.operation, body, credentials, now)
        token = "" if credentials.token is None else f"X-Amz-Security-Token: {credentials.token}\r\n"
        extra = "".join([_line(name, value) for name, value in more.items()]) if more else ""
        head = (
            f"{self._fixed}{request.operation}\r\nX-Amz-Date: {signature.stamp}\r\n{token}"
            f"Authorization: {signature.authorization}\r\n"
            f"amz-sdk-invocation-id: {invocation}\r\namz-sdk-request: attempt={attempt}; max={self.max_attempts}\r\n"
            f"{extra}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("latin-1") + body


def _line(name: str, value: str) -> str:
    if any(character in name or character in value for character in _FORBIDDEN):
        raise ValueError(f"header {name!r} contains a line break")
    return f"{name}: {value}\r\n"


def new_invocation() -> str:
    """Return what all attempts of one send have in common, in the form of a UUID."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
