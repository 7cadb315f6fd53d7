"""Decoding of items that a write returns. A decoding failure never hides that the write was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Raw, Struct, UnsetType

from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.model.reading.readable import readable
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import Kind

S = TypeVar("S")


class ReturnedItem(Struct, Generic[S], frozen=True):
    """A returned item, or the error of decoding it. Neither is set if DynamoDB returned no item."""

    item: S | None = None
    error: StoredItemError | None = None


def decode_returned(entity: EntityModel[S], raw: Raw | UnsetType, *, trusted: bool = False) -> ReturnedItem[S]:
    """Decode an item in a response. Return the error of an item that does not fit the schema; do not raise it."""
    if isinstance(raw, UnsetType) or not bytes(raw).strip(b"{} \t\r\n"):
        return ReturnedItem()
    try:
        return ReturnedItem(entity.decode(raw, trusted=trusted))
    except StoredItemError as error:
        return ReturnedItem(error=error) if error.item else ReturnedItem()  # the value was not an item


def decode_returned_fields(
    entity: EntityModel[Any], raw: Raw | UnsetType, changed: Mapping[str, bool]
) -> dict[str, Any]:
    """
    Decode the attributes that an update changed, by field name.

    *changed* maps each field to True if the update changed the whole field. A partly changed field is decoded without
    the schema, because a part of a nested value could look like a whole one.
    """
    stored = raw_item(raw) or {}
    fields = entity.codec.fields
    return {
        name: _field_value(fields[name].kind, stored[fields[name].attribute], whole=whole)
        for name, whole in changed.items()
        if name in fields and fields[name].attribute in stored
    }


def _field_value(kind: Kind, wire: Mapping[str, Any], *, whole: bool) -> Any:
    # The update was applied, so a value that does not fit the schema must not raise an error.
    if not whole:
        return readable(wire)
    try:
        return kind.decode_wire(wire)
    except MisfitError:
        return readable(wire)


def raw_item(raw: Raw | UnsetType) -> Mapping[str, Any] | None:
    """Return an item in DynamoDB JSON, or `None` if the value is not an item."""
    item = None if isinstance(raw, UnsetType) else read_json(bytes(raw))
    return item if is_mapping(item) and item else None
