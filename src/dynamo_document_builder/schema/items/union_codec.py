"""The codec of a union of schemas, which passes each item to the codec of its class."""

from __future__ import annotations

from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.annotations.discriminators import discriminated_union
from dynamo_document_builder.schema.annotations.union_fields import SchemaUnionKind
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.item_codec import Codec, RecordCodec, parsed_item
from dynamo_document_builder.schema.kinds.unions import WireValue, discriminator_reader
from dynamo_document_builder.schema.type_guards import split_wire, type_name
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import msgspec

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

S = TypeVar("S")


class UnionCodec(Codec[S], frozen=True, eq=False, dict=True):
    """The codec of a union of classes with a discriminator."""

    kind: SchemaUnionKind
    codecs: tuple[RecordCodec[Any], ...]

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        return self.kind.fields

    @property
    def members(self) -> tuple[RecordCodec[Any], ...]:
        return self.codecs

    @property
    def discriminator(self) -> str:
        return self.kind.discriminator_field

    @property
    def discriminator_values(self) -> tuple[Any, ...]:
        kind = self.fields[self.discriminator].kind
        return tuple(kind.decode_wire({stored: value}) for stored, value in self._by_value)

    def codec_for(self, values: Mapping[str, Any], /) -> Codec[Any]:
        if self.discriminator not in values:
            return self
        try:
            value = read_json(self.encode_field(self.discriminator, values[self.discriminator]))
        except MisfitError:
            return self
        return self._by_value[split_wire(value)]

    def encode(self, item: S, /) -> str:
        return (self._by_class.get(type(item)) or self._nearest(item)).encode(item)

    def encode_trusted(self, item: S, /) -> str:
        return (self._by_class.get(type(item)) or self._nearest(item)).encode_trusted(item)

    def evolve(self, item: S, changes: Mapping[str, Any], /) -> S:
        made: S = (self._by_class.get(type(item)) or self._nearest(item)).evolve(item, changes)
        return made

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        item: S = self._codec_of_item(raw).decode(raw)
        return item

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        item: S = self._codec_of_item(raw).decode_trusted(raw)
        return item

    def _nearest(self, item: object) -> RecordCodec[Any]:
        """Return the codec of the nearest base class of an item."""
        for cls in type(item).__mro__:
            if cls in self._by_class:
                return self._by_class[cls]
        raise MisfitError([FieldFailure("", self.name, type_name(item))])

    def _codec_of_item(self, raw: bytes | msgspec.Raw) -> RecordCodec[Any]:
        try:
            return self._by_value[self._read_discriminator(raw)]
        except Exception as error:  # noqa: BLE001  explained below
            return self._codec_of_parsed(bytes(raw), error)

    def _codec_of_parsed(self, raw: bytes, error: Exception) -> RecordCodec[Any]:
        """Find the codec in parsed JSON. If the discriminator is fine, the codec reports what does not fit."""
        stored = parsed_item(raw)
        if stored is None:
            raise MisfitError([FieldFailure("", self.name, "JSON that is not DynamoDB JSON")]) from error
        record = self.kind.record_of(stored)
        if record is None:
            raise MisfitError([self.kind.unknown_discriminator(self.discriminator)]) from error
        return self._by_kind[record]

    @cached_property
    def _by_class(self) -> dict[type, RecordCodec[Any]]:
        return {codec.schema: codec for codec in self.codecs}

    @cached_property
    def _by_kind(self) -> dict[Kind, RecordCodec[Any]]:
        return {codec.kind: codec for codec in self.codecs}

    @cached_property
    def _by_value(self) -> dict[WireValue, RecordCodec[Any]]:
        return {value: self._by_kind[record] for value, record in self.kind.records.items()}

    @cached_property
    def _read_discriminator(self) -> Callable[[bytes | msgspec.Raw], WireValue]:
        return discriminator_reader(self.kind.discriminator, self.kind.records)


def union_codec(members: Sequence[RecordCodec[Any]]) -> UnionCodec[Any]:
    """Return the codec of several classes; raises `DefinitionError` if they have no discriminator."""
    kind = SchemaUnionKind(discriminated_union([member.kind for member in members]))
    return UnionCodec(reduce(_either, [member.schema for member in members]), kind, tuple(members))


def _either(one: Any, other: Any) -> Any:
    return one | other
