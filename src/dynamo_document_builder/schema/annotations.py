"""From annotations to kinds: the classes of a schema, their fields, and the types that are stored by themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs
from msgspec import UNSET, Struct, field
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.field_rules import check_fields
from dynamo_document_builder.schema.hints import hints_of, looked_up, unwrapped, without_none
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.kinds.scalars import BoolKind, BytesKind, DecimalKind, FloatKind, IntKind, StrKind
from dynamo_document_builder.schema.members import members_of
from dynamo_document_builder.schema.metadata import Metadata, metadata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.schema.compound import Compound
    from dynamo_document_builder.schema.kinds.typed_dicts import TypedDictKind

PLAIN: Final[Mapping[Any, Callable[[], Kind]]] = {
    str: StrKind,
    int: IntKind,
    float: FloatKind,
    Decimal: DecimalKind,
    bool: BoolKind,
    bytes: BytesKind,
}


class Resolver(Struct):
    """Resolves the annotations of one schema and of all classes inside it."""

    records: dict[type, RecordKind]
    """Records known before."""
    done: dict[type, RecordKind] = field(default_factory=dict[type, RecordKind])
    open: dict[Any, RecordKind | TypedDictKind] = field(default_factory=dict[Any, Any])
    """Those whose fields are being resolved: what names one of them again is recursive."""

    def schema(self, cls: type) -> Kind:
        """Return the kind of whole items."""
        if not is_typeddict(cls):
            return self.record(cls)
        from dynamo_document_builder.schema.kinds.item_dicts import ItemDictKind  # noqa: PLC0415  most are classes

        return self._filled(ItemDictKind(cls))

    def record(self, cls: type) -> Kind:
        """Return the kind of a class with known fields, wherever it stands."""
        known = self.records.get(cls) or self.done.get(cls)
        if known is not None:
            return known
        if cls in self.open:
            from dynamo_document_builder.schema.kinds.recursive import RecursiveKind  # noqa: PLC0415  few classes are

            return RecursiveKind(self.open[cls])
        self.open[cls] = record = RecordKind(cls)
        self._filled(record)
        del self.open[cls]
        self.done[cls] = record
        return record

    def _filled(self, record: RecordKind) -> RecordKind:
        hints = hints_of(record.cls)
        for attribute in members_of(record.cls):
            record.fields[attribute.name] = self._field(record.cls, attribute, hints)
        check_fields(record.cls.__name__, record.fields)
        return record

    def _field(self, cls: type, attribute: attrs.Attribute[Any], hints: Mapping[str, Any]) -> FieldInfo:
        try:
            return self._field_info(attribute, hints.get(attribute.name, Any))
        except DefinitionError as error:
            if str(error).startswith("schema "):  # a class inside this one has said it
                raise
            raise DefinitionError(f"schema {cls.__name__!r}, field {attribute.name!r}: {error}") from error

    def _field_info(self, attribute: attrs.Attribute[Any], annotation: Any) -> FieldInfo:
        metadata = metadata_of(attribute.metadata)
        inner, optional = without_none(annotation)
        kind = self._by_metadata(inner, metadata)
        if metadata.null and not optional:
            raise DefinitionError("null=True is for a field that may be None")
        if metadata.role is not None:
            from dynamo_document_builder.schema.role_checks import check_role  # noqa: PLC0415  few fields have one

            required = attribute.default is not UNSET
            check_role(metadata, kind, optional=optional, init=attribute.init, required=required)
        return FieldInfo(
            name=attribute.name,
            stored=metadata.alias or attribute.name,
            kind=OptionalKind(kind) if metadata.null else kind,
            optional=optional and not metadata.null,
            null=metadata.null,
            has_default=attribute.default is not attrs.NOTHING,
            role=metadata.role,
            key_only=metadata.key_only,
            may_be_missing=attribute.default is UNSET,
        )

    def _by_metadata(self, annotation: Any, metadata: Metadata) -> Kind:
        if metadata.codec is not None:
            return self._compound().custom(annotation, metadata.codec)
        return self._compound().epoch(annotation) if metadata.epoch else self.kind(annotation)

    def kind(self, annotation: Any) -> Kind:
        """Return the kind of an annotation, wherever it stands."""
        annotation = unwrapped(annotation)
        plain = looked_up(annotation, PLAIN)
        return self._compound().kind(annotation) if plain is None else plain()

    def _compound(self) -> Compound:
        from dynamo_document_builder.schema.compound import Compound  # noqa: PLC0415  many need none

        return Compound(self)
