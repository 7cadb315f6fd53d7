"""From annotations to kinds: the classes of a schema, their fields, and the types that are stored by themselves."""

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
from dynamo_document_builder.schema.kinds.records.record import RecordKind

if TYPE_CHECKING:
    from dynamo_document_builder.schema.annotations.compound import CompoundTypes
    from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
    from dynamo_document_builder.schema.libraries.base import Adapter, Field


class Resolver(Struct):
    """AnnotationResolver the annotations of one schema and of all classes inside it."""

    records: dict[Any, RecordKind]
    """Records known before."""
    done: dict[Any, RecordKind] = field(default_factory=dict[Any, RecordKind])
    open: dict[Any, RecordKind | TypedDictKind] = field(default_factory=dict[Any, Any])
    """Those whose fields are being resolved: what names one of them again is recursive."""
    adapters: list[Adapter] = field(default_factory=list[Any])
    """The libraries of the classes whose fields are being resolved, the innermost last."""

    def schema(self, cls: Any) -> Kind:
        """Return the kind of whole items."""
        if not is_typeddict(typing.get_origin(cls) or cls):
            return self.record(cls)
        from dynamo_document_builder.schema.kinds.records.item_dict import ItemDictKind  # noqa: PLC0415  most are classes

        return self._filled(ItemDictKind(cls))

    def record(self, cls: Any) -> Kind:
        """Return the kind of a class with known fields, wherever it stands."""
        known = self.records.get(cls) or self.done.get(cls)
        if known is not None:
            return known
        if cls in self.open:
            from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind  # noqa: PLC0415  few classes are

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
        for name, tag in adapter.constants.items():  # what tells the class is asked for like a field, and never changes
            record.fields[name] = FieldInfo(name, name, self.kind(Literal[tag]), has_default=True, derived=True)
        check_fields(adapter, record.fields)
        if adapter.keeps_extras or any(info.rest for info in record.fields.values()):
            from dynamo_document_builder.schema.kinds.records.rest_attributes import rest_of  # noqa: PLC0415  few classes keep it

            record.layout.rest = rest_of(adapter, record.fields)
        return record

    def field(self, schema: str, field: Field) -> FieldInfo:
        """Return what is known of a field, or say what cannot be stored of it."""
        try:
            return self._field_info(field)
        except DefinitionError as error:
            if str(error).startswith("schema "):  # a class inside this one has said it
                raise
            raise DefinitionError(f"schema {schema!r}, field {field.name!r}: {error}") from error

    def _field_info(self, field: Field) -> FieldInfo:
        metadata = metadata_of(field.marks)
        inner, optional = split_optional(field.annotation)
        kind = self._by_metadata(inner, metadata)
        check_marks(metadata, field, kind, optional=optional)
        # Absence means that it is missing, so that None needs a form of its own.
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
        """Return the kind of an annotation, wherever it stands."""
        marks = marks_of(annotation)
        if marks:
            return self._marked(annotation, metadata_of(marks))
        annotation = unwrapped(annotation)
        plain = lookup(annotation, TYPE_TABLE)
        return self._compound().kind(annotation) if plain is None else plain()

    def _marked(self, annotation: Any, metadata: Metadata) -> Kind:
        """Return the kind of what `stored(...)` stands beside inside another type, where it can say how alone."""
        of_field = (metadata.alias, metadata.role, metadata.rest, metadata.derived, metadata.key_only, metadata.null)
        if any(of_field):
            raise DefinitionError("stored(...) inside a type says how values are stored; the rest is for a whole field")
        inner, optional = split_optional(annotation)
        kind = self._by_metadata(inner, metadata)
        return OptionalKind(kind) if optional else kind

    def _compound(self) -> CompoundTypes:
        from dynamo_document_builder.schema.annotations.compound import CompoundTypes  # noqa: PLC0415  many need none

        return CompoundTypes(self)
