"""One write, rendered: the same text serves a single request and a transaction."""

from __future__ import annotations

import json
from typing import Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.request import Request
from dynamo_document_builder.wire.sizes import item_size

NO_TEXT: Final = ""


@frozen
class Operation:
    """One operation in DynamoDB JSON."""

    kind: str
    """`Put`, `Update`, `Delete`, `ConditionCheck` or `Get`."""
    table: str
    key: str
    """The key attributes; equal keys have equal text."""
    members: str = field(repr=False)
    """The members of the operation, without braces."""
    item: str | None = field(default=None, repr=False)
    """The whole item, of a put."""

    @property
    def wrapped(self) -> str:
        """As one entry of `TransactItems`."""
        return f'{{"{self.kind}":{{{self.members}}}}}'

    def request(self, operation: str, options: str) -> Request:
        """As a request of its own."""
        return Request(operation, body_of(f"{{{self.members}{options}}}"), (self.table,))

    @property
    def item_bytes(self) -> int:
        """The size of the item a put writes, by DynamoDB's arithmetic."""
        return 0 if self.item is None else item_size(json.loads(self.item))


def body_of(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("an attribute name contains a lone surrogate, which is no text") from error
