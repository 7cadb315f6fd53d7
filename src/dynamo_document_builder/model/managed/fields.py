"""Managed fields of a put: the library sets the version, `created_at` and `updated_at`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.model.managed.timestamps import EPOCH
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.schema.libraries.lookup import adapter_of
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.schema.fields.roles import Roles
    from dynamo_document_builder.schema.kinds.base import FieldInfo
    from dynamo_document_builder.schema.libraries.base import Adapter

S = TypeVar("S")


def managed_fields(entity: EntityModel[Any]) -> tuple[str, ...]:
    """Return the names of the managed fields."""
    roles = entity.codec.roles
    managed = () if roles is None else (roles.version, roles.created_at, roles.updated_at)
    return tuple(info.name for info in managed if info is not None)


def check_keys(entity: EntityModel[Any], roles: Roles) -> None:
    """Refuse a primary key that is built from a field that every write changes."""
    reads = entity.plan.primary_reads
    for info in (roles.version, roles.updated_at):
        if info is not None and info.name in reads:
            raise DefinitionError(
                f"entity {entity.name!r}: its key is built from {info.name!r}, which every write of an item changes"
            )


def timestamp_value(info: FieldInfo, timestamp_ns: int) -> datetime:
    """Return a time with the precision that the field stores."""
    moment: datetime = info.kind.rounded_down(EPOCH + timedelta(microseconds=timestamp_ns // 1000))
    return moment


def set_managed_fields(entity: EntityModel[S], item: S, timestamp_ns: int, *, trusted: bool = False) -> S:
    """Return the item as a put stores it, with its managed fields set; the same object if it has none."""
    roles = entity.codec.roles
    if roles is None or not isinstance(item, entity.codec.item_class):
        return item
    check_keys(entity, roles)
    adapter = _adapter(entity, item)
    names = {field.name for field in adapter.fields}
    changes = {name: value for name, value in _changes(roles, item, timestamp_ns).items() if name in names}
    return _changed(entity, item, adapter, changes, trusted=trusted) if changes else item


def _adapter(entity: EntityModel[Any], item: object) -> Adapter:
    """Return the adapter of the item's class, which is the schema class or a subclass."""
    known = (member.kind for member in entity.codec.members)
    kind = next((kind for kind in known if type(item) is kind.cls or kind.item_class is dict), None)
    return adapter_of(type(item)) if kind is None else kind.layout.adapter


def _changes(roles: Roles, item: object, timestamp_ns: int) -> dict[str, Any]:
    version, created, updated = roles.version, roles.created_at, roles.updated_at
    changes: dict[str, Any] = {}
    if version is not None and type(count := value_of(item, version.name)) is int:
        changes[version.name] = count + 1
    if created is not None and _may_be_unset(created, item) and value_of(item, created.name) is None:
        changes[created.name] = timestamp_value(created, timestamp_ns)
    if updated is not None:
        changes[updated.name] = timestamp_value(updated, timestamp_ns)
    return changes


def _may_be_unset(created: FieldInfo, item: object) -> bool:
    return created.optional or (is_mapping(item) and created.name not in item)


def _changed(entity: EntityModel[S], item: S, adapter: Adapter, changes: dict[str, Any], *, trusted: bool) -> S:
    codec = entity.codec
    # Calling a class with hooks could change values of the item, so the item is copied through its stored form instead.
    through_text = (
        codec.runs_user_code and not trusted and any(adapter is one.kind.layout.adapter for one in codec.members)
    )
    try:
        made: Any = codec.evolve(item, changes) if through_text else adapter.rebuild(item, changes, trusted=trusted)
    except Exception as error:
        codec.encode(item)  # raises the detailed error for an item that does not fit the schema
        names = " and ".join(map(repr, changes))
        raise UsageError(f"{entity.name} refuses its {names} with {type(error).__name__}") from error
    if through_text and _differs(entity, adapter, item, made, changes):
        codec.encode(item)  # raises the error for a class that does not read back an equal object
    return cast("S", made)


def _differs(entity: EntityModel[Any], adapter: Adapter, item: object, made: object, changes: Iterable[str]) -> bool:
    from dynamo_document_builder.schema.round_trip.equality import differences  # noqa: PLC0415  lazy import: only classes with hooks need it

    derived = {
        info.name for info in entity.codec.fields.values() if info.derived
    }  # computed from other fields, so they may change
    return bool(differences(adapter, item, made) - derived.union(changes))
