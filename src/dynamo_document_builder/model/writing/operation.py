"""Operation: a rendered write. A single request and a transaction use the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.sizes import item_size
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.model.managed.expected_state import VersionGuard

NO_TEXT: Final = ""


_OPENINGS: Final = {kind: f'{{"{kind}":{{' for kind in ("Put", "Update", "Delete", "ConditionCheck", "Get")}


class Operation(Struct, frozen=True):
    """One operation in DynamoDB JSON."""

    kind: str
    """`Put`, `Update`, `Delete`, `ConditionCheck` or `Get`."""
    table: str
    key: str
    """The key attributes in DynamoDB JSON; equal keys have equal text."""
    before: str
    """The members of the operation, without braces; for a put, the members before the item."""
    item: str | None = None
    """The item of a put, in DynamoDB JSON. It is a separate field to avoid copying a large text into `before`."""
    after: str = NO_TEXT
    """The members after the item."""
    stored: Any = None
    """The item of a put as an object, with its managed fields set."""
    guard: VersionGuard | None = None
    """The version that the stored item must have."""

    def request(self, operation: str, options: str) -> Request:
        """Return a request with this operation alone."""
        body = f"{{{self.before}{self.item or NO_TEXT}{self.after}{options}}}"
        return Request(operation, body_of(body), (self.table,))

    @property
    def item_bytes(self) -> int:
        """The size of the item of a put in bytes, as DynamoDB counts it; 0 for other operations."""
        return 0 if self.item is None else item_size(read_json(self.item))


def transact_items(operations: Iterable[Operation], options: str) -> bytes:
    """
    Return the body of a transaction.

    It joins all parts in one step: intermediate strings would copy the text of a large transaction several times.
    """
    parts = ['{"TransactItems":[']
    for one in operations:
        parts.extend((_OPENINGS[one.kind], one.before, one.item or NO_TEXT, one.after, "}},"))
    parts[-1] = f"}}}}]{options}}}"
    return body_of("".join(parts))


def body_of(text: str) -> bytes:
    """Return the body of a request; refuse text that cannot be encoded as UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("an attribute name contains a lone surrogate, which is not valid text") from error
