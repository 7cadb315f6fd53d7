"""
AWS Signature Version 4 for one service, one host and one shape of request: POST, no query, the same signed headers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
What stays the same is made once: the key of a day, the timestamp of a second, the canonical text of an operation.
"""

from __future__ import annotations

import time
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.transports.http.credentials import Credentials

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
TARGET: Final = "DynamoDB_20120810"
_SERVICE: Final = "dynamodb"
_STAMP: Final = "\0"  # no header holds it


class Signature(Struct, frozen=True):
    """What a request carries to prove who sent it, and when."""

    stamp: str
    authorization: str


class _Canonical(Struct, frozen=True):
    """The parts of the canonical request around its timestamp and its payload hash."""

    before: str
    after: str
    signed: str


class _Second(Struct, frozen=True):
    """What all signatures of one second have in common, by the same keys."""

    second: int
    credentials: Credentials
    stamp: str
    opening: str
    """Of the text that is signed."""
    credential: str
    """The Authorization header up to the names of the signed headers."""
    key: bytes


class Signer:
    """Signs the requests to one host, which is given as it stands in the Host header."""

    __slots__ = ("_canonical", "_day", "_second", "host", "region")

    def __init__(self, host: str, region: str) -> None:
        self.host = host
        self.region = region
        # Each is replaced by one assignment: another thread sees all of it, or none.
        self._day: tuple[str, str, bytes] | None = None
        self._second: _Second | None = None
        self._canonical: tuple[str | None, dict[str, _Canonical]] = (None, {})

    def sign(
        self,
        operation: str,
        body: bytes,
        credentials: Credentials,
        now: float,
        more: Mapping[str, str] | None = None,
    ) -> Signature:
        """Return the signature of a request that is sent at a time; *more* headers are signed if they have to be."""
        second, token = self._second, credentials.token
        if second is None or second.second != int(now) or second.credentials is not credentials:
            second = self._second = self._begun(int(now), credentials)
        signed = {name.lower(): value for name, value in more.items() if _must_be_signed(name)} if more else None
        canonical = self._made(operation, token, signed) if signed else self._known(operation, token)
        request = f"{canonical.before}{second.stamp}{canonical.after}{sha256(body).hexdigest()}"
        text = f"{second.opening}{sha256(request.encode()).hexdigest()}"
        signature = digest(second.key, text.encode(), "sha256").hex()
        return Signature(second.stamp, f"{second.credential}{canonical.signed}, Signature={signature}")

    def _begun(self, second: int, credentials: Credentials) -> _Second:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        scope = f"{stamp[:8]}/{self.region}/{_SERVICE}/aws4_request"
        return _Second(
            second,
            credentials,
            stamp,
            f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n",
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders=",
            self._key(stamp[:8], credentials.secret_key),
        )

    def _key(self, day: str, secret: str) -> bytes:
        known = self._day
        if known is None or known[:2] != (day, secret):
            known = self._day = day, secret, signing_key(secret, day, self.region, _SERVICE)
        return known[2]

    def _known(self, operation: str, token: str | None) -> _Canonical:
        of, known = self._canonical
        if of != token:  # tokens change every few hours, so what was made for those of before is let go
            known = {}
            self._canonical = token, known
        found = known.get(operation)
        if found is None:
            found = known[operation] = self._made(operation, token)
        return found

    def _made(self, operation: str, token: str | None, more: Mapping[str, str] | None = None) -> _Canonical:
        headers = {
            **(more or {}),
            "content-type": CONTENT_TYPE,
            "host": self.host,
            "x-amz-date": _STAMP,
            "x-amz-target": f"{TARGET}.{operation}",
        }
        if token is not None:
            headers["x-amz-security-token"] = token
        names = sorted(headers)
        signed = ";".join(names)
        lines = "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in names])
        before, after = f"POST\n/\n\n{lines}\n{signed}\n".split(_STAMP)
        return _Canonical(before, after, signed)


def _must_be_signed(name: str) -> bool:
    return name.lower().startswith("x-amz-")


def signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    """Derive the key that signs what is sent to a service, in a region, on a day."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = digest(key, part.encode(), "sha256")
    return key
