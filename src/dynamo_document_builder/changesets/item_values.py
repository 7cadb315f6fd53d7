"""
The values of items and their stored forms.

Two values are the same if they have the same stored form. The `==` of a class cannot be used: it can ignore fields,
compare identity, or treat `1` and `True` as equal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors import StoredItemError
from dynamo_document_builder.model.managed.fields import managed_fields
from dynamo_document_builder.schema.items.members import extras_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo

Form: TypeAlias = "Mapping[str, Any] | None"
"""A value in DynamoDB JSON, or the attributes of a `rest` field; `None` if nothing is stored."""


class FieldValues(Struct, frozen=True):
    """The values of several items in one field."""

    name: str
    values: tuple[Any, ...]
    """The value of each item; `None` if there is no item."""
    forms: tuple[Form, ...]
    """The stored form of each value."""


def field_values(entity: EntityModel[Any], *items: Any) -> Iterator[FieldValues]:
    """
    Yield the values of items, field by field, then those of attributes without a field.

    An item can be `None` if it does not exist.
    """
    fields = entity.codec.fields
    stored = [stored_fields(entity, item) for item in items]
    for name, info in fields.items():
        values = tuple(value_of(item, name) for item in items)
        forms = [
            _key_form(entity, info, value) if info.key_only else form_in(info, one, fields)
            for value, one in zip(values, stored, strict=True)
        ]
        yield FieldValues(name, values, tuple(forms))
    extras = [extras_of(item) for item in items]
    for name in dict.fromkeys(name for one in extras for name in one):
        if name not in fields:
            yield FieldValues(name, tuple(one.get(name) for one in extras), tuple(one.get(name) for one in stored))


def stored_fields(entity: EntityModel[Any], item: Any) -> Mapping[str, Any]:
    """Return the attributes of an item in DynamoDB JSON, without keys that are built from fields."""
    if item is None:
        return {}
    fields: dict[str, Any] = json.loads(f"{{{entity.codec.encode_trusted(item)}}}")
    return fields


def form_in(info: FieldInfo, stored: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> Form:
    """Return the stored form of a field, from the attributes of all fields of its class."""
    if not info.rest:
        return stored.get(info.attribute)
    known = {one.attribute for one in fields.values() if not one.rest}
    return {name: wire for name, wire in stored.items() if name not in known} or None


def _key_form(entity: EntityModel[Any], info: FieldInfo, value: object) -> Form:
    if value is None:
        return None
    form: dict[str, Any] = json.loads(entity.codec.encode_field(info.name, value))
    return form


def is_same(entity: EntityModel[Any], one: Any, other: Any) -> bool:
    """Return True if two items have the same stored form, apart from managed fields. Either can be `None`."""
    if one is None or other is None:
        return one is other
    managed = managed_fields(entity)
    return all(
        field.forms[0] == field.forms[1] for field in field_values(entity, one, other) if field.name not in managed
    )


def wire_of(entity: EntityModel[Any], item: Any) -> dict[str, Any]:
    """Return an item in DynamoDB JSON, with its keys."""
    wire: dict[str, Any] = json.loads(entity.encode(item).text)
    return wire


def item_of(entity: EntityModel[Any], wire: Mapping[str, Any]) -> Any:
    """Return the object for an item in DynamoDB JSON."""
    return entity.decode(json.dumps(wire).encode())


def reads_the_same_without(entity: EntityModel[Any], wire: Mapping[str, Any], names: Sequence[str]) -> bool:
    """
    Return True if an item reads as the same object without an attribute, or without a member of it.

    That is the case for a default: an item that was stored before its class had the field reads like one that has it.
    """
    try:
        other = item_of(entity, _without(wire, names))
    except StoredItemError:
        return False
    return stored_fields(entity, other) == stored_fields(entity, item_of(entity, wire))


def _without(wire: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    name, *inner = names
    remaining = {other: value for other, value in wire.items() if other != name}
    if inner:
        remaining[name] = {"M": _without(wire[name]["M"], inner)}
    return remaining
