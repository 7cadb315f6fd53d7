"""The errors of the engine: a code and a message of DynamoDB, and what its answer has beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD_REQUEST: Final = 400
"""The HTTP status of every error."""

VALIDATION: Final = "ValidationException"
SERIALIZATION: Final = "SerializationException"
CONFLICT: Final = "TransactionConflictException"
CANCELED: Final = "TransactionCanceledException"
_NAMESPACES: Final = {
    VALIDATION: "com.amazon.coral.validate#",
    SERIALIZATION: "com.amazon.coral.service#",
    "UnknownOperationException": "com.amazon.coral.service#",
}
_NAMESPACE: Final = "com.amazonaws.dynamodb.v20120810#"
_CAPITAL_MESSAGE: Final = frozenset({SERIALIZATION, CANCELED})
"""The errors whose answer has `Message` in place of `message`."""

_INVALID_VALUES: Final = "One or more parameter values were invalid: "


class RefusedError(Exception):
    """What the engine answers instead of a result; nothing was written."""

    def __init__(
        self, code: str, message: str, more: Mapping[str, Any] | None = None, *, of_item: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more or {}
        """Members of the answer beside the message, such as `Item` or `CancellationReasons`."""
        self.of_item = of_item
        """Whether a transaction names the error as the reason of one operation, rather than fail as a request."""

    @property
    def body(self) -> bytes:
        """The body of the answer."""
        member = "Message" if self.code in _CAPITAL_MESSAGE else "message"
        kind = _NAMESPACES.get(self.code, _NAMESPACE) + self.code
        return msgspec.json.encode({"__type": kind, member: self.message, **self.more})


def invalid(message: str) -> RefusedError:
    """Return the error for a request that breaks a rule."""
    return RefusedError(VALIDATION, message)


def invalid_values(message: str) -> RefusedError:
    """Return the error for values that break a rule, with the opening that DynamoDB gives those messages."""
    return invalid(_INVALID_VALUES + message)


def invalid_item(message: str) -> RefusedError:
    """Return the error for an item, or a key, that does not fit its table, or an update that does not fit its item."""
    return RefusedError(VALIDATION, message, of_item=True)


def invalid_item_values(message: str) -> RefusedError:
    """Return the error of `invalid_item` with the opening of `invalid_values`."""
    return invalid_item(_INVALID_VALUES + message)


def constraint(value: str, member: str, wanted: str) -> RefusedError:
    """Return the error for a member that breaks what the API reference says of it: its length, range or choices."""
    shown = f"Value {value}".rstrip()
    return invalid(
        f"1 validation error detected: {shown} at '{member}' failed to satisfy constraint: Member must {wanted}"
    )


def serialization(message: str) -> RefusedError:
    """Return the error for JSON that is not of the shape that the operation takes."""
    return RefusedError(SERIALIZATION, message)


def not_found(message: str = "Requested resource not found") -> RefusedError:
    """Return the error for a table that does not exist."""
    return RefusedError("ResourceNotFoundException", message)
