"""Items of other entities among those that are read, told by the keys they lie under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.model.identity import belongs
from dynamo_document_builder.model.projections import ItemReader
from dynamo_document_builder.model.readable import attributes_in, readable
from dynamo_document_builder.paging.page import Unknown

if TYPE_CHECKING:
    from msgspec import Raw

    from dynamo_document_builder.model.entity_model import EntityModel


def tells_own(entity: EntityModel[Any]) -> bool:
    """Tell whether keys say whose an item is: not where any text can be a key of the entity."""
    templates = entity.plan.templates
    return templates is not None and any(len(template.tokens) > 1 or not template.fields for template in templates)


def left_out(entity: EntityModel[Any], reader: ItemReader[Any]) -> ItemReader[Any]:
    """Return a reader that leaves out items under keys which the entity never builds."""
    read = reader.decode

    def decode(raw: bytes | Raw) -> Any:
        return read(raw) if belongs(entity, raw) else unknown(raw)

    return reader.explained_by(decode)


def unknown(raw: bytes | Raw) -> Unknown:
    """Return an item of no entity that is read."""
    return Unknown({name: readable(value) for name, value in attributes_in(raw).items()})
