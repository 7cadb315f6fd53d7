"""What the names in an expression mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import Kind


class Scope(Struct, frozen=True):
    """What names mean: the schema's fields, and the key attributes the table itself has."""

    record: Kind
    key_names: tuple[str, ...]
    """Partition key first."""
