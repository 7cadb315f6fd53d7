"""Data that errors carry: problems of a command, fields that do not fit, and refusals by DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors.texts import describe_item

if TYPE_CHECKING:
    from collections.abc import Mapping


class FieldFailure(Struct, frozen=True):
    """A field that does not fit its schema: its path, the expected type, and the type (never the value) found."""

    path: str
    """The path of the field, such as `address.city`."""
    expected: str
    """The expected type."""
    found: str
    """The type that was found, never the value."""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}expected {self.expected}, found {self.found}"


class ThrottlingReason(Struct, frozen=True):
    """
    The limit that a throttled request exceeded, and the table or index that the limit belongs to.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingThrottling.html
    """

    reason: str
    """`TableWriteKeyRangeThroughputExceeded`, `IndexReadProvisionedThroughputExceeded`, ...; an open set."""
    resource: str = ""
    """The ARN of the table or index; empty if DynamoDB names none."""

    def __str__(self) -> str:
        return f"{self.reason} ({self.resource})" if self.resource else self.reason


class Problem(Struct, frozen=True):
    """A reason why a command cannot be sent."""

    text: str
    """The description of the problem, with the way to fix it."""
    index: int | None = None
    """The position of the operation in its transaction; `None` for a problem of the whole command."""
    label: str | None = None
    """The label of the operation."""
    operation: str | None = None
    """The name of the command: `Put`, `Update`, ..."""
    entity: str | None = None
    """The name of the entity."""
    key: Mapping[str, Any] | None = None
    """The fields of the item's key."""

    def __str__(self) -> str:
        place = "" if self.index is None else f"[{self.index}] "
        label = "" if self.label is None else f"({self.label}) "
        item = describe_item(self.entity, self.key)
        subject = f"{self.operation or ''} {item}".strip() if item else ""
        return f"{place}{label}{subject}{': ' if subject else ''}{self.text}"


class Fault(Struct, frozen=True):
    """The data of an error that DynamoDB returned."""

    code: str = ""
    """The error code of DynamoDB."""
    message: str = ""
    """The error message of DynamoDB. Do not branch on it: AWS changes messages."""
    operation: str = ""
    """The DynamoDB operation: `PutItem`, `Query`, ..."""
    request_id: str | None = None
    """The request id, which AWS support asks for."""
    http_status: int | None = None
    """The HTTP status of the answer; `None` if there was none."""
    attempts: int = 1
    """The number of requests made, including retries by the SDK or the transport."""
    body: bytes = b""
    """The body of the error. It can contain items in DynamoDB JSON, so no text shows it."""
    maybe_applied: bool = False
    """True if an earlier attempt may have been applied: its answer was lost, or DynamoDB answered HTTP 5xx."""

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "body")
        return f"Fault({', '.join(shown)})"
