"""One write, rendered: the same text serves a single request and a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.model.managed.guard import Guard

NO_TEXT: Final = ""


_OPENINGS: Final = {kind: f'{{"{kind}":{{' for kind in ("Put", "Update", "Delete", "ConditionCheck", "Get")}


class Operation(Struct, frozen=True):
    """One operation in DynamoDB JSON."""

    kind: str
    """`Put`, `Update`, `Delete`, `ConditionCheck` or `Get`."""
    table: str
    key: str
    """The key attributes; equal keys have equal text."""
    before: str
    """Its members, without braces; of a put those before the item."""
    item: str | None = None
    """The whole item, of a put: kept apart, as what it is copied into may be large, and there may be a hundred."""
    after: str = NO_TEXT
    """The members after the item."""
    stored: Any = None
    """The same as an object: the one that was given, unless the library keeps fields of it."""
    guard: Guard | None = None
    """The version it is for."""

    def request(self, operation: str, options: str) -> Request:
        """As a request of its own."""
        body = f"{{{self.before}{self.item or NO_TEXT}{self.after}{options}}}"
        return Request(operation, body_of(body), (self.table,))

    @property
    def item_bytes(self) -> int:
        """The size of the item a put writes, by DynamoDB's arithmetic."""
        from dynamo_document_builder.wire.json.sizes import item_size  # noqa: PLC0415  the same

        return 0 if self.item is None else item_size(read_json(self.item))


def transact_items(operations: Iterable[Operation], options: str) -> bytes:
    """
    Return the body of a transaction.

    All is joined at once, for a large transaction is mostly text that would be copied again for each step between.
    """
    parts = ['{"TransactItems":[']
    for one in operations:
        parts.extend((_OPENINGS[one.kind], one.before, one.item or NO_TEXT, one.after, "}},"))
    parts[-1] = f"}}}}]{options}}}"
    return body_of("".join(parts))


def body_of(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("an attribute name contains a lone surrogate, which is no text") from error
