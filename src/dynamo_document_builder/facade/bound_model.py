"""The model behind an `Entity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.entities.entity_model import EntityModel, reserved_attributes
from dynamo_document_builder.model.keys.attributes import AttributeMaker
from dynamo_document_builder.model.keys.plans import key_plan
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import UnionType

    from dynamo_document_builder.facade.table import Table
    from dynamo_document_builder.model.keys.plans import KeyPlan
    from dynamo_document_builder.schema.items.registry import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

S = TypeVar("S")


class BoundModel(EntityModel[S]):
    """An `EntityModel` of a `Table`; it is pickled by name, as classes are."""

    table: Table
    _module: str | None
    """The module that defines the entity."""
    public: Callable[[], Any]
    """Returns the public `Entity` of the model; `None` if it no longer exists."""

    def __copy__(self) -> Self:
        return self  # like a class: a copy of what refers to an entity refers to the same entity

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        from dynamo_document_builder.facade.pickling import reduce_entity  # noqa: PLC0415  lazy import: only pickling needs it

        return reduce_entity(self)


def bound_model(
    schema: type[S] | UnionType, table: Table, keys: Any, indexes: tuple[Any, Any], name: str | None, unknown: str
) -> BoundModel[S]:
    """Return the model of an entity, or raise a `DefinitionError` if it cannot work."""
    codec: Codec[S] = codec_of(schema)
    name = name or codec.name
    _check_tag(name, table, codec.fields)
    make = AttributeMaker(name, table, codec)
    plan = key_plan(make, keys, *indexes)
    make.check_key_only(lambda: plan.determined)
    codec = _with_unmapped_attributes(codec, table, plan, unknown)
    return BoundModel(schema=codec.schema, table=table, name=name, codec=codec, plan=plan)


def _check_tag(name: str, table: Table, fields: Mapping[str, FieldInfo]) -> None:
    for info in fields.values():
        if info.attribute == table.entity_attribute:
            raise DefinitionError(
                f"entity {name!r}: field {info.name!r} is stored as {info.attribute!r}, which is the table's "
                "entity_attribute: give the field an alias, or choose another entity_attribute"
            )


def _with_unmapped_attributes(codec: Codec[S], table: Table, plan: KeyPlan, unknown: str) -> Codec[S]:
    """Return the codec; if it handles unmapped attributes, it learns which ones the library itself writes."""
    if unknown not in {"ignore", "raise"}:
        raise DefinitionError("Entity(unknown=...) must be 'ignore' or 'raise'")
    refuses = unknown == "raise"
    if not refuses and all(member.kind.layout.rest is None for member in codec.members):
        return codec
    from dynamo_document_builder.schema.items.unmapped_attributes import with_attributes  # noqa: PLC0415  lazy import: only unknown= and stored(rest=) need it

    return with_attributes(codec, reserved_attributes(table, plan), refuses_unknown=refuses)
