"""The model of an entity that people define: what is bound to it finds it again where it is unpickled."""

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
    """An `EntityModel` of a table with a connection, which goes by its name where it is pickled."""

    table: Table
    _module: str | None
    """The module that defines the entity."""
    shown: Callable[[], Any]
    """Returns the entity that people see, `None` if it is gone."""

    def __copy__(self) -> Self:
        return self  # as a class does: what is bound to it is bound to the same one

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        from dynamo_document_builder.facade.pickling import reduced  # noqa: PLC0415  lazy import: few pickle

        return reduced(self)


def bound_model(
    schema: type[S] | UnionType, table: Table, keys: Any, indexes: tuple[Any, Any], name: str | None, unknown: str
) -> BoundModel[S]:
    """Return the model of a schema in a table, or say what of it cannot work."""
    codec: Codec[S] = codec_of(schema)
    name = name or codec.name
    _check_tag(name, table, codec.fields)
    make = AttributeMaker(name, table, codec)
    plan = key_plan(make, keys, *indexes)
    make.check_key_only(lambda: plan.determined)
    codec = _told(codec, table, plan, unknown)
    return BoundModel(schema=codec.schema, table=table, name=name, codec=codec, plan=plan)


def _check_tag(name: str, table: Table, fields: Mapping[str, FieldInfo]) -> None:
    for info in fields.values():
        if info.attribute == table.entity_attribute:
            raise DefinitionError(
                f"entity {name!r}: field {info.name!r} is stored as {info.attribute!r}, which is the table's "
                "entity_attribute: give the field an alias, or the table another one"
            )


def _told(codec: Codec[S], table: Table, plan: KeyPlan, unknown: str) -> Codec[S]:
    """Return the codec, told of the attributes beside the fields where it looks at what no field has."""
    if unknown not in {"ignore", "raise"}:
        raise DefinitionError("Entity(unknown=...) is 'ignore' or 'raise'")
    refuses = unknown == "raise"
    if not refuses and all(member.kind.layout.rest is None for member in codec.members):
        return codec
    from dynamo_document_builder.schema.items.unmapped_attributes import with_attributes  # noqa: PLC0415  few schemas look at it

    return with_attributes(codec, reserved_attributes(table, plan), refuses_unknown=refuses)
