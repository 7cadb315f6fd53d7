"""The errors of the engine, with the codes and messages of DynamoDB."""

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
"""Codes of errors whose response body has `Message` instead of `message`."""

_INVALID_VALUES: Final = "One or more parameter values were invalid: "


class RefusedError(Exception):
    """An error response of the engine. Nothing was written."""

    def __init__(
        self, code: str, message: str, more: Mapping[str, Any] | None = None, *, of_item: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more or {}
        """Further members of the response body, such as `Item` or `CancellationReasons`."""
        self.of_item = of_item
        """True if the error cancels a transaction as the reason of one operation. Otherwise the whole request fails."""

    @property
    def body(self) -> bytes:
        """The response body."""
        member = "Message" if self.code in _CAPITAL_MESSAGE else "message"
        kind = _NAMESPACES.get(self.code, _NAMESPACE) + self.code
        return msgspec.json.encode({"__type": kind, member: self.message, **self.more})


def invalid(message: str) -> RefusedError:
    """Return the error for a request that breaks a rule."""
    return RefusedError(VALIDATION, message)


def invalid_values(message: str) -> RefusedError:
    """Return the error for invalid values, with the prefix that DynamoDB puts before such messages."""
    return invalid(_INVALID_VALUES + message)


def invalid_item(message: str) -> RefusedError:
    """Return the error for an item or key that does not match its table, or an update that does not match its item."""
    return RefusedError(VALIDATION, message, of_item=True)


def invalid_item_values(message: str) -> RefusedError:
    """Return the error of `invalid_item` with the prefix of `invalid_values`."""
    return invalid_item(_INVALID_VALUES + message)


def constraint(value: str, member: str, wanted: str) -> RefusedError:
    """Return the error for a member outside the length, range or choices that the API reference gives."""
    shown = f"Value {value}".rstrip()
    return invalid(
        f"1 validation error detected: {shown} at '{member}' failed to satisfy constraint: Member must {wanted}"
    )


def serialization(message: str) -> RefusedError:
    """Return the error for JSON that does not have the shape of a request of the operation."""
    return RefusedError(SERIALIZATION, message)


def not_found(message: str = "Requested resource not found") -> RefusedError:
    """Return the error for a table that does not exist."""
    return RefusedError("ResourceNotFoundException", message)
