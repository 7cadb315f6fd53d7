"""
AWS Signature Version 4 for one service, one host and one shape of request: POST, no query, the same signed headers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
What stays the same is made once: the key of a day, the timestamp of a second, the canonical text of an operation.
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from attrs import define, field
from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.transports.direct.credentials import Credentials

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
TARGET: Final = "DynamoDB_20120810"
_SERVICE: Final = "dynamodb"


class Signature(Struct, frozen=True):
    """What a request carries to prove who sent it, and when."""

    stamp: str
    authorization: str


class _Canonical(Struct, frozen=True):
    """The parts of the canonical request around its timestamp and its payload hash."""

    before: str
    after: str
    signed: str


@define(eq=False)
class Signer:
    """Signs the requests to one host."""

    host: str
    """As it stands in the Host header."""
    region: str
    _key: tuple[str, str, bytes] = field(default=("", "", b""), init=False)
    _second: tuple[int, str] = field(default=(-1, ""), init=False)
    _canonical: dict[tuple[str, str | None], _Canonical] = field(
        factory=dict[tuple[str, str | None], _Canonical], init=False
    )

    def sign(self, operation: str, body: bytes, credentials: Credentials, now: float) -> Signature:
        """Return the signature of a request that is sent at a time."""
        stamp = self._stamp(int(now))
        canonical = self._canonical_of(operation, credentials.token)
        request = f"{canonical.before}{stamp}\n{canonical.after}{sha256(body).hexdigest()}"
        scope = f"{stamp[:8]}/{self.region}/{_SERVICE}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._day_key(stamp[:8], credentials.secret_key), text.encode(), "sha256").hex()
        return Signature(
            stamp,
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={canonical.signed}, Signature={signature}",
        )

    def _stamp(self, second: int) -> str:
        known, stamp = self._second
        if known != second:
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._second = second, stamp  # one assignment: another thread sees both or neither
        return stamp

    def _day_key(self, day: str, secret: str) -> bytes:
        known_day, known_secret, key = self._key
        if (known_day, known_secret) != (day, secret):
            key = f"AWS4{secret}".encode()
            for part in (day, self.region, _SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key = day, secret, key
        return key

    def _canonical_of(self, operation: str, token: str | None) -> _Canonical:
        found = self._canonical.get((operation, token))
        if found is None:
            if token is not None:  # tokens change every few hours, so those of before are let go
                self._canonical = {}
            found = self._canonical[operation, token] = self._made(operation, token)
        return found

    def _made(self, operation: str, token: str | None) -> _Canonical:
        security = "" if token is None else f"x-amz-security-token:{token}\n"
        names = ["content-type", "host", "x-amz-date", *(["x-amz-security-token"] if token else []), "x-amz-target"]
        signed = ";".join(names)
        return _Canonical(
            f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{self.host}\nx-amz-date:",
            f"{security}x-amz-target:{TARGET}.{operation}\n\n{signed}\n",
            signed,
        )
