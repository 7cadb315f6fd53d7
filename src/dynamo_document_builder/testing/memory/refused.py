"""The errors of the engine: a code and a message of DynamoDB, and what its answer has beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD_REQUEST: Final = 400
"""The HTTP status of everything that is refused."""

_TYPES: Final = "com.amazonaws.dynamodb.v20120810#"
VALIDATION: Final = "ValidationException"
INVALID: Final = "One or more parameter values were invalid: "


class RefusedError(Exception):
    """What the engine answers instead of a result; nothing was written."""

    def __init__(self, code: str, message: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more or {}
        """Members of the answer beside the message, such as `Item` or `CancellationReasons`."""

    @property
    def body(self) -> bytes:
        """The body of the answer."""
        member = "Message" if self.code == "TransactionCanceledException" else "message"
        return msgspec.json.encode({"__type": _TYPES + self.code, member: self.message, **self.more})


def invalid(message: str) -> RefusedError:
    """Return the error for a request that breaks a rule."""
    return RefusedError(VALIDATION, message)


def invalid_values(message: str) -> RefusedError:
    """Return the error for values that break a rule, with the opening that DynamoDB gives those messages."""
    return RefusedError(VALIDATION, INVALID + message)


def not_found(message: str = "Requested resource not found") -> RefusedError:
    """Return the error for a table that does not exist."""
    return RefusedError("ResourceNotFoundException", message)
