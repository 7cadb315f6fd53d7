"""From annotations to kinds: the one place that knows which types can be stored, and what to say of the others."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

import attrs
from msgspec import UNSET, Struct, field
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.field_rules import check_fields
from dynamo_document_builder.schema.hints import (
    UNIONS,
    checkable,
    flat,
    hints_of,
    may_be_missing,
    shown,
    unwrapped,
    without_none,
)
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.choices import enum_kind, literal_kind
from dynamo_document_builder.schema.kinds.item_dicts import ItemDictKind
from dynamo_document_builder.schema.kinds.maps import MapKind
from dynamo_document_builder.schema.kinds.open import AnyKind, CustomKind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.kinds.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.scalars import (
    BoolKind,
    BytesKind,
    DecimalKind,
    FloatKind,
    IntKind,
    Scalar,
    StrKind,
)
from dynamo_document_builder.schema.kinds.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.sets import SetKind
from dynamo_document_builder.schema.kinds.times import DateKind, DatetimeKind, EpochKind, TimeKind, UUIDKind
from dynamo_document_builder.schema.kinds.typed_dicts import TypedDictKind
from dynamo_document_builder.schema.members import is_record, members_of
from dynamo_document_builder.schema.metadata import FieldCodec, Metadata, metadata_of, registered
from dynamo_document_builder.schema.roles import check_role
from dynamo_document_builder.schema.shapes import is_class
from dynamo_document_builder.schema.told_apart import told_apart

PLAIN: Final[Mapping[Any, Callable[[], Kind]]] = {
    str: StrKind,
    int: IntKind,
    float: FloatKind,
    Decimal: DecimalKind,
    bool: BoolKind,
    bytes: BytesKind,
    datetime: DatetimeKind,
    date: DateKind,
    time: TimeKind,
    UUID: UUIDKind,
    Any: AnyKind,
    object: AnyKind,
}
SEQUENCES: Final = (list, tuple, Sequence, MutableSequence)
MAPS: Final = (dict, Mapping, MutableMapping)
SETS: Final = (set, frozenset, AbstractSet)


class Resolver(Struct):
    """Resolves the annotations of one schema and of all classes inside it."""

    records: dict[type, RecordKind]
    """Records known before."""
    done: dict[type, RecordKind] = field(default_factory=dict[type, RecordKind])
    _open: dict[Any, RecordKind | TypedDictKind] = field(default_factory=dict[Any, RecordKind | TypedDictKind])

    def schema(self, cls: type) -> Kind:
        """Return the kind of whole items."""
        return self._filled(ItemDictKind(cls)) if is_typeddict(cls) else self.record(cls)

    def record(self, cls: type) -> Kind:
        """Return the kind of a class with known fields, wherever it stands."""
        known = self.records.get(cls) or self.done.get(cls)
        if known is not None:
            return known
        if cls in self._open:
            return RecursiveKind(self._open[cls])
        self._open[cls] = record = RecordKind(cls)
        self._filled(record)
        del self._open[cls]
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
        )

    def _by_metadata(self, annotation: Any, metadata: Metadata) -> Kind:
        if metadata.codec is not None:
            return self._custom(annotation, metadata.codec)
        kind = self.kind(annotation)
        if not metadata.epoch:
            return kind
        if not isinstance(kind, DatetimeKind):
            raise DefinitionError("epoch=True is for datetime; an int can hold seconds as it is")
        return EpochKind()

    def kind(self, annotation: Any) -> Kind:
        """Return the kind of an annotation, wherever it stands."""
        annotation = unwrapped(annotation)
        plain = PLAIN.get(annotation) if _hashable(annotation) else None
        if plain is not None:
            return plain()
        if typing.get_origin(annotation) in (*UNIONS, Literal):
            return self._union(annotation)
        return self._parametrised(annotation) or self._class(annotation)

    def _union(self, annotation: Any) -> Kind:
        inner, optional = without_none(annotation)
        members = [self._member(member) for member in flat(inner)]
        kind = members[0] if len(members) == 1 else told_apart(members)
        return OptionalKind(kind) if optional else kind

    def _member(self, annotation: Any) -> Kind:
        is_literal = typing.get_origin(annotation) is Literal
        return literal_kind(typing.get_args(annotation)) if is_literal else self.kind(annotation)

    def _parametrised(self, annotation: Any) -> Kind | None:
        origin, arguments = typing.get_origin(annotation) or annotation, typing.get_args(annotation)
        _check_count(annotation, origin, len(arguments))
        if origin in MAPS:
            return self._map(arguments)
        if origin in SETS:
            return self._set(origin, arguments)
        if origin in SEQUENCES:
            return self._sequence(annotation, origin, arguments)
        return None

    def _sequence(self, annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Kind:
        first = arguments[0] if arguments else Any
        if origin in (list, MutableSequence):
            return ListKind(self.kind(first), list)
        if origin is Sequence:
            return ListKind(self.kind(first), list, tuple)
        is_bare = annotation in (tuple, typing.Tuple)  # noqa: UP006  people may write either
        if is_bare or arguments[-1:] == (Ellipsis,):
            return ListKind(self.kind(first), tuple)
        return FixedTupleKind(tuple(map(self.kind, arguments)))

    def _map(self, arguments: tuple[Any, ...]) -> Kind:
        name, value = arguments or (str, Any)
        if unwrapped(name) is not str:
            raise DefinitionError(f"DynamoDB's maps have text keys, not {shown(name)}: use dict[str, ...]")
        return MapKind(self.kind(value))

    def _set(self, origin: Any, arguments: tuple[Any, ...]) -> Kind:
        if not arguments:
            raise DefinitionError("a set needs the type of its elements, as in set[str]: an empty one would have none")
        of = self.kind(arguments[0])
        if not isinstance(of, Scalar) or of.tag == "BOOL":
            raise DefinitionError(f"DynamoDB's sets hold text, numbers or bytes, not {of.expected}: use a list")
        return SetKind(of, set if origin is set else frozenset)

    def _class(self, annotation: Any) -> Kind:
        if isinstance(annotation, TypeVar):
            raise DefinitionError(f"{annotation} stands for no certain type; make a class with certain ones")
        if is_record(typing.get_origin(annotation)):
            raise DefinitionError(
                f"{shown(annotation)} is a generic class with its types given; make one with fields of certain types"
            )
        if not is_class(annotation):
            raise DefinitionError(f"{shown(annotation)} is nothing that DynamoDB can store")
        make = self._maker(annotation)
        codec = registered(annotation, stored_anyway=make is not None)
        if codec is not None:
            return self._custom(annotation, codec)
        if make is None:
            raise DefinitionError(
                f"{shown(annotation)} is no type that is stored by itself; register_codec says how, or use an attrs "
                "class"
            )
        return make(annotation)

    def _maker(self, cls: type[Any]) -> Callable[[Any], Kind] | None:
        if issubclass(cls, Enum):
            return enum_kind
        if is_record(cls):
            return self.record
        return self._typed_dict if is_typeddict(cls) else None

    def _custom(self, annotation: Any, codec: FieldCodec[Any]) -> Kind:
        stored_as, optional = without_none(codec.stored_as)
        if optional:
            raise DefinitionError(
                f"the codec of {shown(annotation)} gives None at times; make the field itself optional"
            )
        return CustomKind(
            shown(annotation), self.kind(stored_as), codec.encode, codec.decode, takes=checkable(annotation)
        )

    def _typed_dict(self, cls: Any) -> Kind:
        if cls in self._open:
            return RecursiveKind(self._open[cls])
        made = self._open[cls] = TypedDictKind(cls)
        for name, hint in hints_of(cls).items():
            made.fields[name] = FieldInfo(name, name, self.kind(hint), has_default=may_be_missing(cls, name, hint))
        del self._open[cls]
        return made


def _check_count(annotation: Any, origin: Any, given: int) -> None:
    wanted = 2 if origin in MAPS else 1
    if given not in (0, wanted) and origin in (*MAPS, *SETS, *SEQUENCES) and origin is not tuple:
        raise DefinitionError(f"{shown(annotation)} has {given} types between its brackets instead of {wanted}")


def _hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True
