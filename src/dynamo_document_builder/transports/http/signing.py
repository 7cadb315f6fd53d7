"""
The signature of a request: AWS Signature Version 4 for POST requests to DynamoDB.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

Two parts are computed once and used again: the signing key of a day, and the beginning of the canonical request for
each operation in a second.
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from _hashlib import HASH
    from collections.abc import Callable, Mapping
    from hmac import HMAC

    from dynamo_document_builder.transports.http.configuration.credentials import Credentials

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
TARGET: Final = "DynamoDB_20120810"
_SERVICE: Final = "dynamodb"

SKEW_CODES: Final = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed"})
"""The error codes for a signature whose time is wrong. Each code can have other causes, too."""
_MAX_SKEW: Final = 240.0
"""Seconds. DynamoDB accepts a difference of five minutes."""


class Signature(Struct, frozen=True):
    """The headers of a signed request: its time stamp, and its Authorization header."""

    stamp: str
    authorization: str


class _CanonicalRequest(Struct, frozen=True):
    """The hash of a canonical request, up to the hash of its body."""

    text: HASH
    signed: str
    """The names of the signed headers."""


class _SigningScope(Struct, frozen=True):
    """The parts that all signatures of one second with the same credentials share."""

    second: int
    credentials: Credentials
    stamp: str
    mac: HMAC
    """The HMAC of the text to sign, up to the hash of the canonical request."""
    credential: str
    """The beginning of the Authorization header, up to the names of the signed headers."""
    canonical: dict[str, _CanonicalRequest]
    """The beginnings of the canonical requests, by operation."""


class Signer:
    """Signs the requests to one host; *host* is the value of the Host header."""

    __slots__ = ("_day", "_scope", "host", "region")

    def __init__(self, host: str, region: str) -> None:
        self.host = host
        self.region = region
        # Each is replaced in one assignment, so other threads see the old value or the new one.
        self._day: tuple[str, str, bytes] | None = None
        self._scope: _SigningScope | None = None

    def sign(
        self,
        operation: str,
        body: bytes,
        credentials: Credentials,
        now: float,
        more: Mapping[str, str] | None = None,
    ) -> Signature:
        """Return the signature of a request, including the `x-amz-` headers in *more*; *now* is seconds since 1970."""
        scope = self._scope
        if scope is None or scope.second != int(now) or scope.credentials is not credentials:
            scope = self._scope = self._new_scope(int(now), credentials)
        signed = {name.lower(): value for name, value in more.items() if _is_signed(name)} if more else None
        canonical = None if signed else scope.canonical.get(operation)
        if canonical is None:
            canonical = self._canonical_request(operation, scope, signed)
        request = canonical.text.copy()
        request.update(sha256(body).hexdigest().encode())
        mac = scope.mac.copy()
        mac.update(request.hexdigest().encode())
        return Signature(scope.stamp, f"{scope.credential}{canonical.signed}, Signature={mac.hexdigest()}")

    def _new_scope(self, second: int, credentials: Credentials) -> _SigningScope:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        credential_scope = f"{stamp[:8]}/{self.region}/{_SERVICE}/aws4_request"
        return _SigningScope(
            second,
            credentials,
            stamp,
            hmac.new(
                self._key(stamp[:8], credentials.secret_key),
                f"AWS4-HMAC-SHA256\n{stamp}\n{credential_scope}\n".encode(),
                "sha256",
            ),
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{credential_scope}, SignedHeaders=",
            {},
        )

    def _key(self, day: str, secret: str) -> bytes:
        known = self._day
        if known is None or known[:2] != (day, secret):
            known = self._day = day, secret, signing_key(secret, day, self.region, _SERVICE)
        return known[2]

    def _canonical_request(
        self, operation: str, scope: _SigningScope, more: Mapping[str, str] | None
    ) -> _CanonicalRequest:
        headers = {
            **(more or {}),
            "content-type": CONTENT_TYPE,
            "host": self.host,
            "x-amz-date": scope.stamp,
            "x-amz-target": f"{TARGET}.{operation}",
        }
        if scope.credentials.token is not None:
            headers["x-amz-security-token"] = scope.credentials.token
        names = sorted(headers)
        signed = ";".join(names)
        lines = "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in names])
        canonical = _CanonicalRequest(sha256(f"POST\n/\n\n{lines}\n{signed}\n".encode()), signed)
        if not more:
            scope.canonical[operation] = canonical
        return canonical


def _is_signed(name: str) -> bool:
    return name.lower().startswith("x-amz-")


def signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    """Return the signing key for a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


class Clock:
    """The local clock, corrected by the Date headers of answers."""

    __slots__ = ("_local", "_offset")

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        self._local = local
        self._offset = 0.0

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._local() + self._offset

    def correct(self, date: str | None, signed_at: float) -> bool:
        """
        Set the clock by the Date header of a refusal; return False if the time was not the reason of the refusal.

        Other requests may have corrected the clock already, so it compares the header with the time of the signature.
        """
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  lazy import: only a wrong clock needs it

        try:
            there = parsedate_to_datetime(date or "").timestamp()
        except (ValueError, OverflowError):
            return False
        if abs(there - signed_at) <= _MAX_SKEW:
            return False
        self._offset = there - self._local()
        return True
