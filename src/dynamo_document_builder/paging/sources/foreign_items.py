"""Items of other entities among those that are read, told by the keys they lie under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.identity import belongs
from dynamo_document_builder.model.keys.reports import shared_key
from dynamo_document_builder.model.reading.readable import attributes_in, readable
from dynamo_document_builder.paging.page import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from msgspec import Raw

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import ItemReader


class Ownership(Struct, frozen=True):
    """What tells of a stored item whether it is read, where no condition that DynamoDB takes tells it."""

    attributes: tuple[str, ...]
    """What it looks at."""
    is_own: Callable[[bytes | Raw], bool]


def told_by_tag(attribute: str, names: Container[str]) -> Callable[[bytes | Raw], str | None]:
    """Return what tells by the name that an item carries whose it is; `None` for one of no entity in *names*."""

    def tell(raw: bytes | Raw) -> str | None:
        tag = readable(attributes_in(raw).get(attribute, {}))
        return tag if isinstance(tag, str) and tag in names else None

    return tell


def tells_own(entity: EntityModel[Any]) -> bool:
    """Tell whether keys say which entity an item belongs to: not where any text can be a key of this one."""
    templates = entity.plan.templates
    return templates is not None and any(len(template.tokens) > 1 or not template.fields for template in templates)


def left_out(entity: EntityModel[Any], reader: ItemReader[Any]) -> ItemReader[Any]:
    """Return a reader that leaves out items under keys which the entity never builds."""
    read = reader.decode

    def decode(raw: bytes | Raw) -> Any:
        return read(raw) if belongs(entity.plan, raw) else unknown(raw)

    return reader.explained_by(decode)


def check_apart(name: str, entities: Sequence[EntityModel[Any]]) -> None:
    """Refuse entities whose items nothing tells apart."""
    for place, one in enumerate(entities):
        if one.plan.templates is None and len(entities) > 1:
            parts = [part for part in one.plan.primary if part.template is None]
            raise UsageError(
                f"items of {name} cannot be told apart: {one.name} builds {parts[0].attribute} by a function "
                f"({parts[0].source.described}); write its key as a template, or give table {one.table.name!r} an "
                "entity_attribute"
            )
        for other in entities[place + 1 :]:
            if other.plan.templates is not None and (key := shared_key(one, other)) is not None:
                raise UsageError(
                    f"items of {name} cannot be told apart: {one.name} and {other.name} can both build the key {key}; "
                    f"give table {one.table.name!r} an entity_attribute, or the templates different literals"
                )


def unknown(raw: bytes | Raw) -> Unknown:
    """Return an item of no entity that is read."""
    return Unknown({name: readable(value) for name, value in attributes_in(raw).items()})
