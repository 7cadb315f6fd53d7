"""Recognize items of other entities, by the entity name in the item or by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.identity import belongs
from dynamo_document_builder.model.keys.reports import shared_key
from dynamo_document_builder.model.reading.readable import attributes_in, readable
from dynamo_document_builder.paging.page import UnknownItem

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from msgspec import Raw

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.projections import ItemReader


class Ownership(Struct, frozen=True):
    """A check of stored items: True for items of the entities that are read, if no filter can check that."""

    attributes: tuple[str, ...]
    """The attributes that the check needs."""
    is_own: Callable[[bytes | Raw], bool]


def owner_by_name(attribute: str, names: Container[str]) -> Callable[[bytes | Raw], str | None]:
    """Return a function that returns the entity name in an item; `None` if the name is not in *names*."""

    def owner(raw: bytes | Raw) -> str | None:
        name = readable(attributes_in(raw).get(attribute, {}))
        return name if isinstance(name, str) and name in names else None

    return owner


def keys_identify(entity: EntityModel[Any]) -> bool:
    """Return True if keys identify items of the entity. They do not if any text can be a key."""
    templates = entity.plan.templates
    return templates is not None and any(len(template.tokens) > 1 or not template.fields for template in templates)


def skip_foreign_items(entity: EntityModel[Any], reader: ItemReader[Any]) -> ItemReader[Any]:
    """Return a reader that skips items whose keys the entity never builds."""
    read = reader.decode

    def decode(raw: bytes | Raw) -> Any:
        return read(raw) if belongs(entity.plan, raw) else unknown_item(raw)

    return reader.explained_by(decode)


def check_distinguishable(name: str, entities: Sequence[EntityModel[Any]]) -> None:
    """Raise a `UsageError` if keys do not distinguish the items of these entities."""
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


def unknown_item(raw: bytes | Raw) -> UnknownItem:
    """Return an item of another entity."""
    return UnknownItem({name: readable(value) for name, value in attributes_in(raw).items()})
