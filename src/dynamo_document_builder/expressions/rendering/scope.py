"""The scope in which the names of an expression are resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import Kind


class Scope(Struct, frozen=True):
    """The names that an expression can use: the fields of the schema and the key attributes of the table."""

    record: Kind
    """The schema."""
    key_names: tuple[str, ...]
    """The key attributes of the table, partition key first."""
