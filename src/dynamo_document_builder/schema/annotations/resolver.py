"""Resolves a schema class: the kind of each of its fields, and of the classes inside it."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import lookup, split_optional, unwrapped
from dynamo_document_builder.schema.annotations.type_table import TYPE_TABLE
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.fields.metadata import Metadata, metadata_of
from dynamo_document_builder.schema.fields.rules import check_fields, check_marks
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records.item_dict import ItemDictKind
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.records.rest_attributes import rest_attributes_of

if TYPE_CHECKING:
    from dynamo_document_builder.schema.annotations.compound import CompoundTypes
    from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
    from dynamo_document_builder.schema.libraries.base import Adapter, Field


class Resolver(Struct):
    """Resolves the annotations of one schema and of all classes inside the schema."""

    records: dict[Any, RecordKind]
    """Records that other schemas have resolved."""
    done: dict[Any, RecordKind] = field(default_factory=dict[Any, RecordKind])
    open: dict[Any, RecordKind | TypedDictKind] = field(default_factory=dict[Any, Any])
    """Records whose fields are being resolved: a class that is found here again contains itself."""
    adapters: list[Adapter] = field(default_factory=list[Any])
    """The adapters of the classes whose fields are being resolved, the innermost last."""

    def schema(self, cls: Any) -> Kind:
        """Return the kind of whole items."""
        if not is_typeddict(typing.get_origin(cls) or cls):
            return self.record(cls)
        return self._filled(ItemDictKind(cls))

    def record(self, cls: Any) -> Kind:
        """Return the kind of a class with fields, as a whole item or inside one."""
        known = self.records.get(cls) or self.done.get(cls)
        if known is not None:
            return known
        if cls in self.open:
            return RecursiveKind(self.open[cls])
        self.open[cls] = record = RecordKind(cls)
        self._filled(record)
        del self.open[cls]
        self.done[cls] = record
        return record

    def _filled(self, record: RecordKind) -> RecordKind:
        adapter = record.layout.adapter
        self.adapters.append(adapter)
        for one in adapter.fields:
            record.fields[one.name] = self.field(adapter.title, one)
        self.adapters.pop()
        for name, value in adapter.constants.items():  # conditions can name a discriminator like a field
            record.fields[name] = FieldInfo(name, name, self.kind(Literal[value]), has_default=True, derived=True)
        check_fields(adapter, record.fields)
        if adapter.keeps_extras or any(info.rest for info in record.fields.values()):
            record.layout.rest = rest_attributes_of(adapter, record.fields)
        return record

    def field(self, schema: str, field: Field) -> FieldInfo:
        """Return the resolved field; raises a `DefinitionError` that names the field if it cannot be stored."""
        try:
            return self._field_info(field)
        except DefinitionError as error:
            if str(error).startswith("schema "):  # raised for a class inside this one
                raise
            raise DefinitionError(f"schema {schema!r}, field {field.name!r}: {error}") from error

    def _field_info(self, field: Field) -> FieldInfo:
        metadata = metadata_of(field.marks)
        inner, optional = split_optional(field.annotation)
        kind = self._by_metadata(inner, metadata)
        check_marks(metadata, field, kind, optional=optional)
        # A missing attribute already means "missing", so None is stored as NULL.
        null = metadata.null or (optional and field.missing)
        return FieldInfo(
            name=field.name,
            attribute=metadata.alias or field.rename or field.name,
            kind=OptionalKind(kind) if null else kind,
            optional=optional and not null,
            null=null,
            has_default=field.has_default or metadata.rest,
            role=metadata.role,
            key_only=metadata.key_only,
            missing=field.missing,
            derived=metadata.derived,
            rest=metadata.rest,
            in_repr=field.repr,
        )

    def _by_metadata(self, annotation: Any, metadata: Metadata) -> Kind:
        if metadata.codec is not None:
            return self._compound().custom(annotation, metadata.codec)
        return self._compound().epoch(annotation) if metadata.epoch else self.kind(annotation)

    def kind(self, annotation: Any) -> Kind:
        """Return the kind of an annotation, of a field or inside another annotation."""
        marks = marks_of(annotation)
        if marks:
            return self._marked(annotation, metadata_of(marks))
        annotation = unwrapped(annotation)
        plain = lookup(annotation, TYPE_TABLE)
        return self._compound().kind(annotation) if plain is None else plain()

    def _marked(self, annotation: Any, metadata: Metadata) -> Kind:
        """Return the kind of an annotated type inside a type; `stored(...)` can only give a storage format there."""
        field_options = (
            metadata.alias,
            metadata.role,
            metadata.rest,
            metadata.derived,
            metadata.key_only,
            metadata.null,
        )
        if any(field_options):
            raise DefinitionError(
                "inside a type, stored(...) can only say how values are stored: move the other options to the field"
            )
        inner, optional = split_optional(annotation)
        kind = self._by_metadata(inner, metadata)
        return OptionalKind(kind) if optional else kind

    def _compound(self) -> CompoundTypes:
        from dynamo_document_builder.schema.annotations.compound import CompoundTypes  # noqa: PLC0415  lazy import: 15 ms, not needed for plain types

        return CompoundTypes(self)
