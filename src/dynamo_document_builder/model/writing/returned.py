"""What came back with a write, decoded without ever hiding what happened to the write itself."""

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


class Returned(Struct, Generic[S], frozen=True):
    """An item that came with an answer, or why it could not be decoded, or neither: there was none."""

    item: S | None = None
    error: StoredItemError | None = None


def returned(entity: EntityModel[S], raw: Raw | UnsetType, *, trusted: bool = False) -> Returned[S]:
    """Decode an item that came with an answer; one that does not fit is an error to report, never to raise."""
    if isinstance(raw, UnsetType) or not bytes(raw).strip(b"{} \t\r\n"):
        return Returned()
    try:
        return Returned(entity.decode(raw, trusted=trusted))
    except StoredItemError as error:
        return Returned(error=error) if error.item else Returned()  # what came in an item's place was none


def returned_fields(entity: EntityModel[Any], raw: Raw | UnsetType, changed: Mapping[str, bool]) -> dict[str, Any]:
    """
    Decode the attributes an update changed, by field name.

    *changed* tells for each field whether the whole of it was changed: the part of a nested value stays as it is, for
    it might pass as a whole one.
    """
    stored = raw_item(raw) or {}
    fields = entity.codec.fields
    return {
        name: _field_value(fields[name].kind, stored[fields[name].attribute], whole=whole)
        for name, whole in changed.items()
        if name in fields and fields[name].attribute in stored
    }


def _field_value(kind: Kind, wire: Mapping[str, Any], *, whole: bool) -> Any:
    # The update is applied: a value that does not fit, or that no DynamoDB of today would send, must not hide that.
    if not whole:
        return readable(wire)
    try:
        return kind.decode_wire(wire)
    except MisfitError:
        return readable(wire)


def raw_item(raw: Raw | UnsetType) -> Mapping[str, Any] | None:
    """Return an item in DynamoDB JSON as it came; anything else that came in its place is no item."""
    item = None if isinstance(raw, UnsetType) else read_json(bytes(raw))
    return item if is_mapping(item) and item else None
