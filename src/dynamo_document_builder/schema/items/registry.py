"""The registry of codecs: one codec per schema."""

from __future__ import annotations

import copyreg
import typing
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import UNIONS, annotation_text, union_members, unwrapped
from dynamo_document_builder.schema.annotations.resolver import Resolver
from dynamo_document_builder.schema.items.item_codec import Codec, RecordCodec
from dynamo_document_builder.schema.libraries.lookup import is_record, is_schema
from dynamo_document_builder.schema.type_guards import is_class

if TYPE_CHECKING:
    from types import UnionType

    from dynamo_document_builder.schema.kinds.records.record import RecordKind

__all__ = ["Codec", "codec_of"]

S = TypeVar("S")

_NONE: Final = type(None)
_SCHEMAS: Final = "a class of attrs, dataclasses, pydantic or msgspec, or a TypedDict"
_records: Final[dict[Any, RecordKind]] = {}
_codecs: Final[dict[tuple[Any, ...], Codec[Any]]] = {}
"""By the classes in order. Unions are equal in any order, but the order decides the name of the codec."""
_lock: Final = Lock()


@overload
def codec_of(schema: type[S]) -> RecordCodec[S]: ...
@overload
def codec_of(schema: UnionType) -> Codec[Any]: ...
def codec_of(schema: Any) -> Codec[Any]:
    """Return the codec of a class or of a union of classes; a schema always has the same codec."""
    classes = _classes(schema)
    codec = _codecs.get(classes)
    return codec if codec is not None else _made(classes)


def _classes(schema: object) -> tuple[Any, ...]:
    if is_schema(schema):
        return (schema,)
    if is_class(schema):
        raise DefinitionError(f"{schema.__name__} is not a schema: use {_SCHEMAS}, or a union of classes")
    if typing.get_origin(unwrapped(schema)) not in UNIONS:  # the type only: the value may be data
        raise DefinitionError(f"a schema is {_SCHEMAS}, or a union of classes, not {type(schema).__name__}")
    return _united(schema)


def _united(union: object) -> tuple[type[Any], ...]:
    members = union_members(union)
    text = " | ".join("None" if member is _NONE else annotation_text(member) for member in members)
    for member in members:
        if member is _NONE:
            raise DefinitionError(f"an item cannot be None: remove None from the schema {text}")
        if is_schema(member) and not is_record(member):
            raise DefinitionError(
                f"{annotation_text(member)} in {text} is a TypedDict, whose items do not tell their class: define an "
                "entity for each, and read them together with |"
            )
        if not is_record(member):
            raise DefinitionError(
                f"{annotation_text(member)} in {text} is not a schema: use {_SCHEMAS}, or a union of classes"
            )
    return tuple(dict.fromkeys(members))


def _made(classes: tuple[Any, ...]) -> Codec[Any]:
    # Evaluating annotations runs code of the user's modules. It may import modules that define entities, or wait for
    # an import in another thread, so no lock is held here. If two threads make the codec of one class, the first wins.
    resolver = Resolver(_records)
    kinds = [cast("RecordKind", resolver.schema(cls)) for cls in classes]
    with _lock:
        for cls, record in resolver.done.items():
            _records.setdefault(cls, record)
        members = [_codecs.setdefault((cls,), RecordCodec(cls, kind)) for cls, kind in zip(classes, kinds, strict=True)]
    if len(members) == 1:
        return members[0]
    united = _union(cast("list[RecordCodec[Any]]", members))
    with _lock:
        return _codecs.setdefault(classes, united)


def _union(members: list[RecordCodec[Any]]) -> Codec[Any]:
    from dynamo_document_builder.schema.items.union_codec import UnionCodec, union_codec  # noqa: PLC0415  lazy import: 5 ms, only a union needs it

    copyreg.pickle(UnionCodec, _reduced)
    return union_codec(members)


def _reduced(codec: Codec[Any]) -> tuple[Any, ...]:
    return codec_of, (codec.schema,)


# A codec is pickled as its schema: there is one codec per schema, and decoders cannot be copied.
copyreg.pickle(RecordCodec, _reduced)
