"""Kinds of annotations that contain other annotations, and of enums, classes and codecs."""

from __future__ import annotations

import typing
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.discriminators import discriminated_union
from dynamo_document_builder.schema.annotations.hints import (
    UNIONS,
    annotation_text,
    instance_types,
    is_naive_datetime,
    split_optional,
    union_members,
    unwrapped,
)
from dynamo_document_builder.schema.fields.field_codec import is_codec, registered_codec
from dynamo_document_builder.schema.kinds.choices import choice_value, enum_kind, literal_kind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.kinds.containers.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.containers.sets import SetKind
from dynamo_document_builder.schema.kinds.custom import CustomKind
from dynamo_document_builder.schema.kinds.datetimes import DatetimeKind, EpochKind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
from dynamo_document_builder.schema.kinds.scalars import Scalar
from dynamo_document_builder.schema.libraries.lookup import adapter_of, is_record
from dynamo_document_builder.schema.type_guards import is_class, is_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.schema.fields.field_codec import FieldCodec
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
    from dynamo_document_builder.schema.libraries.base import Adapter, Field

SEQUENCES: Final = (list, tuple, Sequence, MutableSequence)
MAPS: Final = (dict, Mapping, MutableMapping)
SETS: Final = (set, frozenset, AbstractSet)


class AnnotationResolver(Protocol):
    """The resolver of inner annotations, which is `Resolver`; a protocol avoids an import cycle."""

    @property
    def open(self) -> dict[Any, Any]:
        """The kinds whose fields are being resolved, by their classes."""
        ...

    @property
    def adapters(self) -> list[Adapter]:
        """The adapters of the classes whose fields are being resolved, the innermost last."""
        ...

    def field(self, schema: str, field: Field, /) -> FieldInfo:
        """Return the resolved field."""
        ...

    def kind(self, annotation: Any, /) -> Kind:
        """Return the kind of any annotation."""
        ...

    def record(self, cls: Any, /) -> Kind:
        """Return the kind of a class with fields."""
        ...


class CompoundTypes(Struct, frozen=True):
    """Resolves the annotations that are not in the type table."""

    resolver: AnnotationResolver

    def kind(self, annotation: Any) -> Kind:
        """Return the kind of an annotation that is not in the type table."""
        if typing.get_origin(annotation) in (*UNIONS, Literal):
            return self._union(annotation)
        return self._parametrised(annotation) or self._class(annotation)

    def epoch(self, annotation: Any) -> Kind:
        """Return the kind of a datetime that is stored as seconds."""
        if not isinstance(self.resolver.kind(annotation), DatetimeKind):
            raise DefinitionError("epoch=True needs a datetime; an int field stores seconds without it")
        return EpochKind()

    def _union(self, annotation: Any) -> Kind:
        inner, optional = split_optional(annotation)
        members = [self._member(member) for member in union_members(inner)]
        kind = members[0] if len(members) == 1 else discriminated_union(members)
        return OptionalKind(kind) if optional else kind

    def _member(self, annotation: Any) -> Kind:
        is_literal = typing.get_origin(annotation) is Literal
        return literal_kind(typing.get_args(annotation)) if is_literal else self.resolver.kind(annotation)

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
            return ListKind(self.resolver.kind(first), list)
        if origin is Sequence:
            return ListKind(self.resolver.kind(first), list, tuple)
        is_bare = annotation in (tuple, typing.Tuple)  # noqa: UP006  either can be written
        if is_bare or arguments[-1:] == (Ellipsis,):
            return ListKind(self.resolver.kind(first), tuple)
        return FixedTupleKind(tuple(map(self.resolver.kind, arguments)))

    def _map(self, arguments: tuple[Any, ...]) -> Kind:
        name, value = arguments or (str, Any)
        key = unwrapped(name)
        if key is str:
            return MapKind(self.resolver.kind(value))
        names = _names(key)
        if not names or not all(map(is_text, names.values())):
            raise DefinitionError(f"DynamoDB's maps have text keys, not {annotation_text(name)}: use dict[str, ...]")
        return MapKind(self.resolver.kind(value), annotation_text(key), names)

    def _set(self, origin: Any, arguments: tuple[Any, ...]) -> Kind:
        if not arguments:
            raise DefinitionError(
                "a set needs the type of its elements, as in set[str]: an empty set has no element to show the type"
            )
        of = self.resolver.kind(arguments[0])
        if not isinstance(of, Scalar) or of.wire_type == "BOOL":
            raise DefinitionError(f"DynamoDB's sets hold text, numbers or bytes, not {of.expected}: use a list")
        return SetKind(of, set if origin is set else frozenset)

    def _class(self, annotation: Any) -> Kind:
        if isinstance(annotation, TypeVar):
            raise DefinitionError(
                f"{annotation} is not bound to a concrete type; use a class whose fields have concrete types"
            )
        make = self._maker(annotation)
        codec = registered_codec(annotation, stored_anyway=make is not None) if is_class(annotation) else None
        if codec is not None:
            return self.custom(annotation, codec)
        if make is not None:
            return make(annotation)
        return self._library_type(annotation)

    def _library_type(self, annotation: Any) -> Kind:
        """Return the kind of a type that only the class library of an enclosing class knows."""
        if is_naive_datetime(annotation):
            raise DefinitionError(
                "NaiveDatetime has no timezone, which the stored form of a datetime needs: use AwareDatetime, or a "
                "codec for datetimes without one, as in stored(codec=codecs.naive())"
            )
        for adapter in reversed(self.resolver.adapters):
            known = adapter.library_type(annotation)
            if is_codec(known):
                return self._by_codec(annotation_text(annotation), known, object)
            if known is not None:
                return self.resolver.kind(known)
        if not is_class(annotation):
            raise DefinitionError(
                f"{annotation_text(annotation)} cannot be stored in DynamoDB: declare another type, or use "
                "stored(codec=...)"
            )
        raise DefinitionError(
            f"{annotation_text(annotation)} is not a type that the library stores by itself: use "
            "register_codec, or stored(codec=...) for one field, or a class with fields"
        )

    def _maker(self, cls: Any) -> Callable[[Any], Kind] | None:
        if is_class(cls) and issubclass(cls, Enum):
            return enum_kind
        if is_record(cls):
            return self._record
        return self._typed_dict if is_typeddict(typing.get_origin(cls) or cls) else None

    def _record(self, cls: type[Any]) -> Kind:
        made = self.resolver.record(cls)
        for name in made.member_names():
            info = made.member(name)
            if info is not None and not isinstance(made, RecursiveKind):
                _check_part(info, cls)
        return made

    def custom(self, annotation: Any, codec: FieldCodec[Any]) -> Kind:
        """Return the kind of values that a codec stores."""
        return self._by_codec(annotation_text(annotation), codec, instance_types(annotation))

    def _by_codec(self, name: str, codec: FieldCodec[Any], takes: Any) -> Kind:
        stored_as, optional = split_optional(codec.stored_as)
        if optional:
            raise DefinitionError(f"the codec of {name} is stored as an optional type; make the field itself optional")
        return CustomKind(
            name,
            self.resolver.kind(stored_as),
            codec.encode,
            codec.decode,
            takes=takes,
            keeps_order=codec.keeps_order,
            rounded=codec.rounded,
        )

    def _typed_dict(self, cls: Any) -> Kind:
        if cls in self.resolver.open:
            return RecursiveKind(self.resolver.open[cls])
        adapter = adapter_of(cls)
        made = self.resolver.open[cls] = TypedDictKind(adapter.cls)
        for field in adapter.fields:
            info = self.resolver.field(adapter.title, field)
            _check_part(info, cls)
            # A dictionary inside an item keeps all of its keys, so None is stored as NULL.
            kind = OptionalKind(info.kind) if info.optional else info.kind
            made.fields[field.name] = replace(info, kind=kind, optional=False, null=info.optional or info.null)
        del self.resolver.open[cls]
        return made


def _check_part(info: FieldInfo, cls: Any) -> None:
    """Raise a `DefinitionError` for an option that only a field of a whole item can have."""
    if info.key_only:
        raise DefinitionError(
            f"field {info.name!r} of {annotation_text(cls)} has key_only=True, and a part of an item has no key: "
            "remove key_only=True"
        )
    if info.role is not None:
        raise DefinitionError(
            f"field {info.name!r} of {annotation_text(cls)} has {info.role}=True, and a part of an item has no "
            f"{info.role}: remove {info.role}=True, or move the field to the item"
        )


def _names(key: Any) -> dict[Any, Any]:
    """Return the stored name of each key of a map whose keys are members of an enum or values of a `Literal`."""
    if typing.get_origin(key) is Literal:
        return {one: choice_value(one) for one in typing.get_args(key)}
    return {one: one.value for one in key} if is_class(key) and issubclass(key, Enum) else {}


def _check_count(annotation: Any, origin: Any, given: int) -> None:
    wanted = 2 if origin in MAPS else 1
    if given not in (0, wanted) and origin in (*MAPS, *SETS, *SEQUENCES) and origin is not tuple:
        raise DefinitionError(f"{annotation_text(annotation)} has {given} type arguments instead of {wanted}")
