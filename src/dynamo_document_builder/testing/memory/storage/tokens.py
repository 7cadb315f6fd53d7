"""
Idempotency tokens of transactions: for ten minutes, the same request with the same token is done once.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (ClientRequestToken)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from dynamo_document_builder.testing.memory.refused import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_FOR: Final = 600.0
"""Seconds, from the end of the first request."""


@define(eq=False)
class Tokens:
    """The tokens of the transactions that were done."""

    _seen: dict[str, tuple[float, str]] = field(factory=dict[str, tuple[float, str]])

    def is_known(self, token: str, request: Mapping[str, Any], now: float) -> bool:
        """Tell whether a request was done under its token; refuse another request under the same one."""
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

    def done(self, token: str, request: Mapping[str, Any], now: float) -> None:
        """Remember a token whose transaction was done."""
        self._seen[token] = (now, _identity(request))

    def copy(self) -> Tokens:
        """Return a copy."""
        return Tokens(dict(self._seen))

    def _forget(self, now: float) -> None:
        over = [token for token, (since, _) in self._seen.items() if now - since > KEPT_FOR]
        for token in over:
            del self._seen[token]


def _identity(request: Mapping[str, Any]) -> str:
    return json.dumps(request.get("TransactItems"), sort_keys=True)
