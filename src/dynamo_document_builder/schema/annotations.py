"""From annotations to kinds: the one place that knows which types can be stored, and what to say of the others."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, NewType, TypeVar, Union
from uuid import UUID

import attrs
from attrs import define, field
from typing_extensions import is_typeddict

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.choices import enum_kind, literal_kind
from dynamo_document_builder.schema.kinds.containers import FixedTupleKind, ListKind, MapKind, OptionalKind, SetKind
from dynamo_document_builder.schema.kinds.open import AnyKind, CustomKind, UnionKind
from dynamo_document_builder.schema.kinds.records import RecordKind, RecursiveKind
from dynamo_document_builder.schema.kinds.scalars import BoolKind, BytesKind, DecimalKind, FloatKind, IntKind, Scalar, StrKind
from dynamo_document_builder.schema.kinds.times import DateKind, DatetimeKind, EpochKind, TimeKind, UUIDKind
from dynamo_document_builder.schema.kinds.typed_dicts import TypedDictKind
from dynamo_document_builder.schema.metadata import FieldCodec, Metadata, metadata_of, registered

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
LISTS: Final = (list, MutableSequence)
TUPLES: Final = (tuple, Sequence)
MAPS: Final = (dict, Mapping, MutableMapping)
SETS: Final = (set, frozenset, AbstractSet)
UNIONS: Final = (Union, types.UnionType)


@define
class Resolver:
    """Resolves the annotations of one schema and of all classes inside it."""

    records: dict[type, RecordKind]
    """Records known before."""
    done: dict[type, RecordKind] = field(factory=dict[type, RecordKind])
    _open: dict[type, RecordKind] = field(factory=dict[type, RecordKind])

    def record(self, cls: type) -> Kind:
        """Return the kind of an attrs class."""
        known = self.records.get(cls) or self.done.get(cls)
        if known is not None:
            return known
        if cls in self._open:
            return RecursiveKind(self._open[cls])
        record = self._open[cls] = RecordKind(cls)
        hints = hints_of(cls)
        for attribute in attrs.fields(cls):
            record.fields[attribute.name] = self._field(cls, attribute, hints)
        _check_stored_names(cls, record.fields)
        self.done[cls] = self._open.pop(cls)
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
        return FieldInfo(
            name=attribute.name,
            stored=metadata.alias or attribute.name,
            kind=OptionalKind(kind) if metadata.null else kind,
            optional=optional and not metadata.null,
            null=metadata.null,
            has_default=attribute.default is not attrs.NOTHING,
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
        if typing.get_origin(annotation) in UNIONS:
            return self._union(annotation)
        return self._parametrised(annotation) or self._class(annotation)

    def _parametrised(self, annotation: Any) -> Kind | None:
        origin, arguments = typing.get_origin(annotation) or annotation, typing.get_args(annotation)
        if origin is Literal:
            return literal_kind(arguments)
        if origin in LISTS:
            return ListKind(self.kind(arguments[0] if arguments else Any), list)
        if origin in TUPLES:
            return self._tuple(annotation, arguments)
        if origin in MAPS:
            return self._map(arguments)
        if origin in SETS:
            return self._set(origin, arguments)
        return None

    def _tuple(self, annotation: Any, arguments: tuple[Any, ...]) -> Kind:
        if annotation is tuple or not arguments or arguments[-1] is Ellipsis or typing.get_origin(annotation) is not tuple:
            return ListKind(self.kind(arguments[0] if arguments else Any), tuple)
        return FixedTupleKind(tuple(self.kind(argument) for argument in arguments))

    def _map(self, arguments: tuple[Any, ...]) -> Kind:
        name, value = arguments or (str, Any)
        if unwrapped(name) is not str:
            raise DefinitionError(f"DynamoDB's maps have text keys; {_shown(name)} is none: use dict[str, ...]")
        return MapKind(self.kind(value))

    def _set(self, origin: Any, arguments: tuple[Any, ...]) -> Kind:
        if not arguments:
            raise DefinitionError("a set needs the type of its elements, as in set[str]: an empty one would have none")
        of = self.kind(arguments[0])
        if not isinstance(of, Scalar) or of.tag == "BOOL":
            raise DefinitionError(f"DynamoDB's sets hold text, numbers or bytes, not {of.expected}: use a list")
        return SetKind(of, set if origin is set else frozenset)

    def _union(self, annotation: Any) -> Kind:
        inner, optional = without_none(annotation)
        members = _flat(inner)
        kind = self.kind(members[0]) if len(members) == 1 else self._told_apart([self.kind(member) for member in members])
        return OptionalKind(kind) if optional else kind

    def _told_apart(self, kinds: Sequence[Kind]) -> Kind:
        records = [kind for kind in kinds if isinstance(kind, (RecordKind, RecursiveKind))]
        tagged, tag = _tagged(records) if len(records) > 1 else ({}, None)
        others = [kind for kind in kinds if kind not in tagged.values()]
        seen = set[str]("M" if tagged else "")
        for kind in others:
            if not kind.tags or kind.tags & seen:
                raise DefinitionError(
                    f"the members of {' | '.join(kind.expected for kind in kinds)} cannot be told apart by how they are "
                    "stored; classes can, by a field each with its own Literal[...]"
                )
            seen |= kind.tags
        return UnionKind(others, tagged, tag)

    def _class(self, annotation: Any) -> Kind:
        if isinstance(annotation, TypeVar):
            raise DefinitionError(f"{annotation} stands for no certain type; make a class with certain ones")
        if not isinstance(annotation, type):
            raise DefinitionError(f"{_shown(annotation)} is nothing that DynamoDB can store")
        codec = registered(annotation)
        if codec is not None:
            return self._custom(annotation, codec)
        if issubclass(annotation, Enum):
            return enum_kind(annotation)
        if attrs.has(annotation):
            return self.record(annotation)
        if is_typeddict(annotation):
            return self._typed_dict(annotation)
        raise DefinitionError(
            f"{_shown(annotation)} is no type that is stored by itself; register_codec says how, or use an attrs class"
        )

    def _custom(self, annotation: Any, codec: FieldCodec[Any]) -> Kind:
        return CustomKind(_shown(annotation), self.kind(codec.stored_as), codec.encode, codec.decode)

    def _typed_dict(self, cls: Any) -> Kind:
        hints = hints_of(cls)
        members = {name: FieldInfo(name, name, self.kind(_present(hint))) for name, hint in hints.items()}
        return TypedDictKind(cls.__name__, members, frozenset(cls.__required_keys__))


def hints_of(cls: type) -> dict[str, Any]:
    """Return a class's annotations with the names in them looked up."""
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        given = {} if not attrs.has(cls) else {attribute.name: attribute.type for attribute in attrs.fields(cls)}
        if given and not any(isinstance(annotation, str) for annotation in given.values()):
            return given
        raise DefinitionError(
            f"schema {cls.__name__!r}: its annotations name {error.name!r}, which its module does not have; define it "
            "there, or call attrs.resolve_types first"
        ) from error


def unwrapped(annotation: Any) -> Any:
    """Take off what says nothing about how a value is stored: NewType, Annotated, aliases."""
    while True:
        if isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        else:
            return annotation


def without_none(annotation: Any) -> tuple[Any, bool]:
    """Split `X | None` into `X` and whether there was a `None`."""
    annotation = unwrapped(annotation)
    if typing.get_origin(annotation) not in UNIONS:
        return annotation, False
    members = _flat(annotation)
    rest = [member for member in members if member is not type(None)]
    if not rest:
        raise DefinitionError("None alone is nothing to store")
    return Union[tuple(rest)], len(rest) < len(members)  # noqa: UP007  members known at run time only


def _flat(annotation: Any) -> list[Any]:
    annotation = unwrapped(annotation)
    if typing.get_origin(annotation) not in UNIONS:
        return [annotation]
    return [inner for member in typing.get_args(annotation) for inner in _flat(member)]


def _present(hint: Any) -> Any:
    required = {typing.Required, typing.NotRequired}
    return typing.get_args(hint)[0] if typing.get_origin(hint) in required else hint


def _tagged(records: Sequence[RecordKind | RecursiveKind]) -> tuple[dict[Any, Any], str | None]:
    """Find the field that tells records apart, and each record by its value."""
    literals = [_literal_fields(record) for record in records]
    for stored in literals[0]:
        values = [fields.get(stored, ()) for fields in literals]
        together = [value for given in values for value in given]
        if all(values) and len(set(together)) == len(together):
            pairs = zip(records, values, strict=True)
            return {str(value): record for record, given in pairs for value in given}, stored
    names = ", ".join(record.expected for record in records)
    raise DefinitionError(
        f"{names} cannot be told apart when they are read: give each a field of one name with its own Literal, "
        "such as kind: Literal['card'] = 'card'"
    )


def _literal_fields(record: RecordKind | RecursiveKind) -> dict[str, tuple[Any, ...]]:
    hints = hints_of(record.cls)
    return {
        metadata_of(attribute.metadata).alias or attribute.name: typing.get_args(unwrapped(hints[attribute.name]))
        for attribute in attrs.fields(record.cls)
        if typing.get_origin(unwrapped(hints.get(attribute.name))) is Literal
    }


def _check_stored_names(cls: type, fields: Mapping[str, FieldInfo]) -> None:
    seen: dict[str, str] = {}
    for info in fields.values():
        other = seen.setdefault(info.stored, info.name)
        if other != info.name:
            raise DefinitionError(
                f"schema {cls.__name__!r}: fields {other!r} and {info.name!r} are both stored as {info.stored!r}"
            )


def _hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def _shown(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")
