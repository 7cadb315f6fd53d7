"""
Idempotency tokens of transactions: for ten minutes, a repeated request with the same token is not applied again.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (ClientRequestToken)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from dynamo_document_builder.testing.memory.refused import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFETIME: Final = 600.0
"""Seconds that a token is valid, from the end of the first request."""


@define(eq=False)
class Tokens:
    """The tokens of completed transactions."""

    _seen: dict[str, tuple[float, str]] = field(factory=dict[str, tuple[float, str]])

    def is_known(self, token: str, request: Mapping[str, Any], now: float) -> bool:
        """Return True if a transaction completed with this token. Refuse a different request with the same token."""
        self._forget(now)
        found = self._seen.get(token)
        if found is None:
            return False
        if found[1] != _identity(request):
            raise RefusedError(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request. "
                "Do not reuse a client token with different requests, unless the requests are identical.",
            )
        return True

    def remember(self, token: str, request: Mapping[str, Any], now: float) -> None:
        """Remember the token of a completed transaction."""
        self._seen[token] = (now, _identity(request))

    def copy(self) -> Tokens:
        """Return a copy."""
        return Tokens(dict(self._seen))

    def _forget(self, now: float) -> None:
        expired = [token for token, (since, _) in self._seen.items() if now - since > LIFETIME]
        for token in expired:
            del self._seen[token]


def _identity(request: Mapping[str, Any]) -> str:
    return json.dumps(request.get("TransactItems"), sort_keys=True)
