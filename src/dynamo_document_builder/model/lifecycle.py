"""The fields the library keeps by itself: the version of an item, and the moments it was created and last changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs
from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.schema.members import members_of, replaced, value_of
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.schema.kinds.base import FieldInfo
    from dynamo_document_builder.schema.roles import Roles

S = TypeVar("S")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def kept_fields(entity: EntityModel[Any]) -> tuple[str, ...]:
    """Return the names of the fields that are kept."""
    roles = entity.codec.roles
    kept = () if roles is None else (roles.version, roles.created_at, roles.updated_at)
    return tuple(info.name for info in kept if info is not None)


def check_keys(entity: EntityModel[Any], roles: Roles) -> None:
    """Refuse a key that every write of its item would change."""
    reads = entity.plan.primary_reads
    for info in (roles.version, roles.updated_at):
        if info is not None and info.name in reads:
            raise DefinitionError(
                f"entity {entity.name!r}: its key is built from {info.name!r}, which every write of an item changes"
            )


def moment_of(info: FieldInfo, made_ns: int) -> datetime:
    """Return a moment as precisely as the field keeps it."""
    moment: datetime = info.kind.storable(_EPOCH + timedelta(microseconds=made_ns // 1000))
    return moment


def as_stored(entity: EntityModel[S], item: S, made_ns: int, *, trusted: bool = False) -> S:
    """Return an item as a put stores it: with the next version and its moments set, or itself if it has none."""
    roles = entity.codec.roles
    if roles is None or not isinstance(item, entity.codec.item_class):
        return item
    check_keys(entity, roles)
    shape = _shape_of(entity.schema if entity.codec.item_class is dict else type(item))
    changes = {name: value for name, value in _changes(roles, item, made_ns).items() if name in shape.aliases}
    return _changed(entity, item, shape, changes, trusted=trusted) if changes else item


def _changes(roles: Roles, item: object, made_ns: int) -> dict[str, Any]:
    version, created, updated = roles.version, roles.created_at, roles.updated_at
    changes: dict[str, Any] = {}
    if version is not None and type(count := value_of(item, version.name)) is int:
        changes[version.name] = count + 1
    if created is not None and _may_be_unset(created, item) and value_of(item, created.name) is None:
        changes[created.name] = moment_of(created, made_ns)
    if updated is not None:
        changes[updated.name] = moment_of(updated, made_ns)
    return changes


def _may_be_unset(created: FieldInfo, item: object) -> bool:
    return created.optional or (is_mapping(item) and created.name not in item)


class _Shape(Struct, frozen=True):
    """How objects of a class are made."""

    aliases: dict[str, str]
    """What `__init__` calls each field."""
    validated: bool
    own_init: bool


_shapes: Final[dict[type, _Shape]] = {}


def _shape_of(cls: type[Any]) -> _Shape:
    shape = _shapes.get(cls)
    if shape is None:
        fields = members_of(cls)
        shape = _shapes[cls] = _Shape(
            {field.name: field.alias or field.name for field in fields},
            any(field.validator is not None for field in fields),
            not attrs.has(cls) or "__attrs_init__" in vars(cls),
        )
    return shape


def _changed(entity: EntityModel[S], item: S, shape: _Shape, changes: dict[str, Any], *, trusted: bool) -> S:
    if shape.own_init or (trusted and shape.validated):
        return cast("S", replaced(item, changes))
    try:
        made: Any = attrs.evolve(cast("Any", item), **{shape.aliases[name]: value for name, value in changes.items()})
    except Exception as error:
        entity.codec.encode(item)  # an item that does not fit says so itself, field by field
        names = " and ".join(map(repr, changes))
        raise UsageError(f"{entity.name} refuses its {names} with {type(error).__name__}") from error
    return cast("S", made)
