"""From annotations to kinds: what is made of other annotations, and what DynamoDB has no type of its own for."""

from __future__ import annotations

import typing
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.hints import (
    UNIONS,
    checkable,
    flat,
    hints_of,
    is_naive_datetime,
    looked_up,
    may_be_missing,
    shown,
    unwrapped,
    without_none,
)
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.choices import enum_kind, literal_kind
from dynamo_document_builder.schema.kinds.maps import MapKind
from dynamo_document_builder.schema.kinds.open import AnyKind, CustomKind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.scalars import Scalar
from dynamo_document_builder.schema.kinds.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.sets import SetKind
from dynamo_document_builder.schema.kinds.times import DateKind, DatetimeKind, EpochKind, TimeKind, UUIDKind
from dynamo_document_builder.schema.kinds.typed_dicts import TypedDictKind
from dynamo_document_builder.schema.members import is_record
from dynamo_document_builder.schema.metadata import registered
from dynamo_document_builder.schema.shapes import is_class
from dynamo_document_builder.schema.told_apart import told_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.schema.metadata import FieldCodec

WRITTEN: Final[Mapping[Any, Callable[[], Kind]]] = {
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


class Resolves(Protocol):
    """What resolves the annotations that these are made of."""

    @property
    def open(self) -> dict[Any, Any]:
        """The kinds whose fields are being resolved, by their classes."""
        ...

    def kind(self, annotation: Any, /) -> Kind:
        """Return the kind of any annotation."""
        ...

    def record(self, cls: type, /) -> Kind:
        """Return the kind of a class with known fields."""
        ...


class Compound(Struct, frozen=True):
    """Resolves annotations that are made of others."""

    resolver: Resolves

    def kind(self, annotation: Any) -> Kind:
        """Return the kind of an annotation that is not stored by itself."""
        plain = looked_up(annotation, WRITTEN)
        if plain is not None:
            return plain()
        if typing.get_origin(annotation) in (*UNIONS, Literal):
            return self._union(annotation)
        return self._parametrised(annotation) or self._class(annotation)

    def epoch(self, annotation: Any) -> Kind:
        """Return the kind of a moment that is stored as seconds."""
        if not isinstance(self.resolver.kind(annotation), DatetimeKind):
            raise DefinitionError("epoch=True is for datetime; an int can hold seconds as it is")
        return EpochKind()

    def _union(self, annotation: Any) -> Kind:
        inner, optional = without_none(annotation)
        members = [self._member(member) for member in flat(inner)]
        kind = members[0] if len(members) == 1 else told_apart(members)
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
        is_bare = annotation in (tuple, typing.Tuple)  # noqa: UP006  people may write either
        if is_bare or arguments[-1:] == (Ellipsis,):
            return ListKind(self.resolver.kind(first), tuple)
        return FixedTupleKind(tuple(map(self.resolver.kind, arguments)))

    def _map(self, arguments: tuple[Any, ...]) -> Kind:
        name, value = arguments or (str, Any)
        if unwrapped(name) is not str:
            raise DefinitionError(f"DynamoDB's maps have text keys, not {shown(name)}: use dict[str, ...]")
        return MapKind(self.resolver.kind(value))

    def _set(self, origin: Any, arguments: tuple[Any, ...]) -> Kind:
        if not arguments:
            raise DefinitionError("a set needs the type of its elements, as in set[str]: an empty one would have none")
        of = self.resolver.kind(arguments[0])
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
            return self.custom(annotation, codec)
        if is_naive_datetime(annotation):
            raise DefinitionError(
                "NaiveDatetime has no timezone, which the stored form of a datetime needs: use AwareDatetime, or a "
                "codec for moments without one, as in stored(codec=codecs.naive())"
            )
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
            return self.resolver.record
        return self._typed_dict if is_typeddict(cls) else None

    def custom(self, annotation: Any, codec: FieldCodec[Any]) -> Kind:
        """Return the kind of what a codec of somebody's own stores."""
        stored_as, optional = without_none(codec.stored_as)
        if optional:
            raise DefinitionError(
                f"the codec of {shown(annotation)} gives None at times; make the field itself optional"
            )
        return CustomKind(
            shown(annotation),
            self.resolver.kind(stored_as),
            codec.encode,
            codec.decode,
            takes=checkable(annotation),
            keeps_order=codec.keeps_order,
            rounded=codec.rounded,
        )

    def _typed_dict(self, cls: Any) -> Kind:
        if cls in self.resolver.open:
            return RecursiveKind(self.resolver.open[cls])
        made = self.resolver.open[cls] = TypedDictKind(cls)
        for name, hint in hints_of(cls).items():
            made.fields[name] = FieldInfo(
                name, name, self.resolver.kind(hint), has_default=may_be_missing(cls, name, hint)
            )
        del self.resolver.open[cls]
        return made


def _check_count(annotation: Any, origin: Any, given: int) -> None:
    wanted = 2 if origin in MAPS else 1
    if given not in (0, wanted) and origin in (*MAPS, *SETS, *SEQUENCES) and origin is not tuple:
        raise DefinitionError(f"{shown(annotation)} has {given} types between its brackets instead of {wanted}")
