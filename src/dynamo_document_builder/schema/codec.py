"""The codec of a schema: whole items, to and from DynamoDB JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import Any, Final, Generic, TypeVar, cast

import attrs
import msgspec
from attrs import frozen

from dynamo_document_builder.errors import DefinitionError, FieldFailure
from dynamo_document_builder.schema.annotations import Resolver
from dynamo_document_builder.schema.kinds.base import FieldInfo, explained
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.misfit import MisfitError, inside

S = TypeVar("S")


@frozen(eq=False)
class Codec(Generic[S]):
    """
    Writes items of a schema as DynamoDB JSON, and reads them back.

    What the annotations say is checked when the codec is made; its code is generated when it is first used.
    """

    schema: type[S]
    kind: RecordKind

    @property
    def name(self) -> str:
        return self.schema.__name__

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields by their Python names, in order."""
        return self.kind.fields

    def encode(self, item: S, /) -> str:
        """Return the attributes of an item, without the braces around them; every field is checked."""
        return self._encode(self.kind.members_writer(trusted=False), item)

    def encode_trusted(self, item: S, /) -> str:
        """Do the same without running the class's own validators."""
        return self._encode(self.kind.members_writer(trusted=True), item)

    def _encode(self, write: Callable[[Any], str], item: S) -> str:
        try:
            text = write(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise explained(self.kind.misfits(item, ""), self.name, error) from error
        return text

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        """Return the item in an object of DynamoDB JSON; attributes the schema does not know are ignored."""
        return self._decode(self.kind.members_reader, raw)

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        """Do the same without running the class's own `__init__`, converters and validators."""
        return self._decode(self.kind.trusted_reader, raw)

    def _decode(self, read: Callable[[Any], Any], raw: bytes | msgspec.Raw) -> S:
        try:
            item: S = read(self._decoder.decode(raw))
        except Exception as error:
            raise self._unfit(bytes(raw), error) from error
        return item

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(self.kind.struct)

    def _unfit(self, raw: bytes, error: Exception) -> MisfitError:
        try:
            stored = json.loads(raw)
        except (ValueError, RecursionError):
            stored = None
        if not isinstance(stored, dict):
            return MisfitError([FieldFailure("", self.name, "no DynamoDB JSON")])
        return explained(self.kind.unfit_members(stored, ""), f"what {self.name} takes", error)

    def encode_field(self, name: str, value: object, /) -> str:
        """Return one field's value as DynamoDB JSON."""
        try:
            return self.fields[name].kind.encode(value)
        except MisfitError as error:
            raise MisfitError(
                FieldFailure(inside(name, failure.path), failure.expected, failure.found) for failure in error.failures
            ) from error


_records: Final[dict[type, RecordKind]] = {}
_codecs: Final[dict[type, Codec[Any]]] = {}
_lock: Final = Lock()


def codec_of(schema: type[S]) -> Codec[S]:
    """Return the codec of a schema: one per class, whoever asks first."""
    codec = _codecs.get(schema)
    if codec is None:
        with _lock:
            codec = _codecs.get(schema) or _made(schema)
    return cast("Codec[S]", codec)


def _made(schema: type[Any]) -> Codec[Any]:
    if not (isinstance(schema, type) and attrs.has(schema)):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
        raise DefinitionError(f"a schema is an attrs class, not {schema!r}")
    resolver = Resolver(_records)
    kind = resolver.record(schema)
    assert isinstance(kind, RecordKind)
    _records.update(resolver.done)
    codec = _codecs[schema] = Codec(schema, kind)
    return codec
