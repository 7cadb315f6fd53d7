"""The fields of a union of schemas: fields of the same name are merged into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import split_optional
from dynamo_document_builder.schema.fields.metadata import metadata_of
from dynamo_document_builder.schema.fields.rules import check_names
from dynamo_document_builder.schema.kinds.alternatives import any_of, merged_field
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.unions import UnionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind


class SchemaUnionKind(UnionKind):
    """A union of schemas of whole items. Its fields are the fields of all members."""

    def __init__(self, union: UnionKind) -> None:
        super().__init__(union.members, union.records, union.discriminator)
        self.part_discriminator = ""  # the discriminator of a whole item is checked with the key
        self.fields = _merged_fields(self, [kind for kind in self.all if isinstance(kind, RecordKind)])
        """By their Python names; a name has the same meaning in every schema that has the field."""
        self.discriminator_field = next(
            info.name for info in self.fields.values() if info.attribute == self.discriminator
        )

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)


class MemberSchema(Struct, frozen=True):
    """One schema of the union."""

    record: RecordKind

    def declaration(self, name: str) -> tuple[Any, ...]:
        """Return all that decides how a field is stored; fields with equal declarations are stored in the same way."""
        field = self.record.layout.class_fields.get(name)
        if field is None:  # the discriminator of a msgspec struct
            return (self.record.fields[name].kind.expected,)
        metadata = metadata_of(field.marks)
        inner, _ = split_optional(field.annotation)
        return inner, metadata.null, metadata.epoch, metadata.codec


def _merged_fields(union: UnionKind, records: Sequence[RecordKind]) -> dict[str, FieldInfo]:
    schemas = list(map(MemberSchema, records))
    names = dict.fromkeys(name for record in records for name in record.fields)
    try:
        fields = {name: _field(name, schemas) for name in names}
    except DefinitionError as error:
        raise DefinitionError(f"schema {union.expected!r}: {error}") from error
    check_names(union.expected, fields)
    return {name: _required(info) if info.attribute == union.discriminator else info for name, info in fields.items()}


def _required(discriminator: FieldInfo) -> FieldInfo:
    # An item without its discriminator cannot be read, whatever the default.
    return replace(discriminator, has_default=False)


def _field(name: str, schemas: Sequence[MemberSchema]) -> FieldInfo:
    owners = [schema for schema in schemas if name in schema.record.fields]
    for owner in owners:
        _check_same(owners[0].record, owner.record, name)
    missing_in = tuple(schema.record.expected for schema in schemas if name not in schema.record.fields)
    return merged_field([owner.record.fields[name] for owner in owners], _kind(name, owners), missing_in)


def _kind(name: str, owners: Sequence[MemberSchema]) -> Kind:
    declared: list[tuple[Any, ...]] = []
    kinds: list[Kind] = []
    for owner in owners:
        if (here := owner.declaration(name)) not in declared:
            declared.append(here)
            kinds.append(owner.record.fields[name].kind)
    return any_of(kinds)


def _check_same(one: RecordKind, other: RecordKind, name: str) -> None:
    first, second = one.fields[name], other.fields[name]
    if first.attribute != second.attribute:
        raise DefinitionError(
            f"field {name!r} is stored as {first.attribute!r} in {one.expected} and as {second.attribute!r} in "
            f"{other.expected}: give the fields the same alias, or different names"
        )
    if first.role != second.role:
        raise DefinitionError(
            f"field {name!r} is {_shown(first)} in {one.expected} and {_shown(second)} in {other.expected}"
        )


def _shown(info: FieldInfo) -> str:
    return f"{info.role}=True" if info.role is not None else "a field without a role"
