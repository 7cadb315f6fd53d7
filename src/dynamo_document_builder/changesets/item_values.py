"""
The values of items, and the forms in which they are stored.

Two values are one where DynamoDB stores them alike. The `==` of a class may leave fields out, compare identity, or take
`1` for `True`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.schema.items.members import extras_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo

Form: TypeAlias = "Mapping[str, Any] | None"
"""A value in DynamoDB JSON, or the attributes of a field for the rest; `None`: nothing is stored."""


class Held(Struct, frozen=True):
    """The values of several items in one field."""

    name: str
    values: tuple[Any, ...]
    forms: tuple[Form, ...]


def held_in(entity: EntityModel[Any], *items: Any) -> Iterator[Held]:
    """Yield each field, and each extra that one of the items has, with what each item holds there; `None`: no item."""
    fields = entity.codec.fields
    stored = [stored_fields(entity, item) for item in items]
    for name, info in fields.items():
        values = tuple(value_of(item, name) for item in items)
        forms = [
            _key_form(entity, info, value) if info.key_only else form_in(info, one, fields)
            for value, one in zip(values, stored, strict=True)
        ]
        yield Held(name, values, tuple(forms))
    extras = [extras_of(item) for item in items]
    for name in dict.fromkeys(name for one in extras for name in one):
        if name not in fields:
            yield Held(name, tuple(one.get(name) for one in extras), tuple(one.get(name) for one in stored))


def stored_fields(entity: EntityModel[Any], item: Any) -> Mapping[str, Any]:
    """Return the attributes of an item's own fields, in DynamoDB JSON."""
    if item is None:
        return {}
    fields: dict[str, Any] = json.loads(f"{{{entity.codec.encode_trusted(item)}}}")
    return fields


def form_in(info: FieldInfo, stored: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> Form:
    """Return what is stored of a field, among the attributes of all fields of its class."""
    if not info.rest:
        return stored.get(info.attribute)
    known = {one.attribute for one in fields.values() if not one.rest}
    return {name: wire for name, wire in stored.items() if name not in known} or None


def _key_form(entity: EntityModel[Any], info: FieldInfo, value: object) -> Form:
    if value is None:
        return None
    form: dict[str, Any] = json.loads(entity.codec.encode_field(info.name, value))
    return form
