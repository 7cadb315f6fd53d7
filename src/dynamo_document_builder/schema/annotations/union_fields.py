"""The fields of a union of schemas: each schema's own, and one for all that have the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import split_optional
from dynamo_document_builder.schema.fields.metadata import metadata_of
from dynamo_document_builder.schema.fields.rules import check_names
from dynamo_document_builder.schema.kinds.alternatives import any_of, merged
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.unions import UnionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind


class SchemaUnionKind(UnionKind):
    """A union of schemas, of which whole items are: what any of them has a field for can be named."""

    def __init__(self, union: UnionKind) -> None:
        super().__init__(union.members, union.records, union.discriminator)
        self.part_discriminator = ""  # of a whole item, what tells its class is looked at with the key
        self.fields = _merged_fields(self, [kind for kind in self.all if isinstance(kind, RecordKind)])
        """By their Python names; a name has one meaning in all schemas that have it."""
        self.discriminator_field = next(
            info.name for info in self.fields.values() if info.attribute == self.discriminator
        )

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)


class Declared(Struct, frozen=True):
    """A schema of the union, and what its annotations say."""

    record: RecordKind

    def declared(self, name: str) -> tuple[Any, ...]:
        """Return what decides how a field's values are stored: what is equal here is stored alike."""
        field = self.record.layout.class_fields.get(name)
        if field is None:  # the tag of a struct
            return (self.record.fields[name].kind.expected,)
        metadata = metadata_of(field.marks)
        inner, _ = split_optional(field.annotation)
        return inner, metadata.null, metadata.epoch, metadata.codec


def _merged_fields(union: UnionKind, records: Sequence[RecordKind]) -> dict[str, FieldInfo]:
    schemas = list(map(Declared, records))
    names = dict.fromkeys(name for record in records for name in record.fields)
    try:
        fields = {name: _field(name, schemas) for name in names}
    except DefinitionError as error:
        raise DefinitionError(f"schema {union.expected!r}: {error}") from error
    check_names(union.expected, fields)
    return {name: _needed(info) if info.attribute == union.discriminator else info for name, info in fields.items()}


def _needed(tag: FieldInfo) -> FieldInfo:
    # Without it no item can be read, whatever the defaults.
    return replace(tag, has_default=False)


def _field(name: str, schemas: Sequence[Declared]) -> FieldInfo:
    owners = [schema for schema in schemas if name in schema.record.fields]
    for owner in owners:
        _check_same(owners[0].record, owner.record, name)
    missing_in = tuple(schema.record.expected for schema in schemas if name not in schema.record.fields)
    return merged([owner.record.fields[name] for owner in owners], _kind(name, owners), missing_in)


def _kind(name: str, owners: Sequence[Declared]) -> Kind:
    declared: list[tuple[Any, ...]] = []
    kinds: list[Kind] = []
    for owner in owners:
        if (here := owner.declared(name)) not in declared:
            declared.append(here)
            kinds.append(owner.record.fields[name].kind)
    return any_of(kinds)


def _check_same(one: RecordKind, other: RecordKind, name: str) -> None:
    first, second = one.fields[name], other.fields[name]
    if first.attribute != second.attribute:
        raise DefinitionError(
            f"field {name!r} is stored as {first.attribute!r} in {one.expected} and as {second.attribute!r} in "
            f"{other.expected}: give it one alias, or the two fields different names"
        )
    if first.role != second.role:
        raise DefinitionError(
            f"field {name!r} is {_shown(first)} in {one.expected} and {_shown(second)} in {other.expected}"
        )


def _shown(info: FieldInfo) -> str:
    return f"{info.role}=True" if info.role is not None else "kept by nobody"
