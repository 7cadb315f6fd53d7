"""The codec of a schema: whole items, to and from DynamoDB JSON."""

from __future__ import annotations

import json
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

import attrs
from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.annotations import Resolver
from dynamo_document_builder.schema.kinds.base import FieldInfo, explained
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.misfit import MisfitError, inside
from dynamo_document_builder.schema.shapes import is_class, is_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import msgspec


S = TypeVar("S")


class Codec(Struct, Generic[S], frozen=True, eq=False, dict=True):
    """
    Writes items of a schema as DynamoDB JSON, and reads them back.

    What the annotations say is checked when the codec is made; its code is generated when it is first used.
    """

    schema: type[S]
    kind: RecordKind

    @property
    def name(self) -> str:
        """The schema's name."""
        return self.schema.__name__

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields by their Python names, in order."""
        return self.kind.fields

    def encode(self, item: S, /) -> str:
        """Return the attributes of an item, without the braces around them; every field is checked."""
        try:
            text = self._write(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise self._misfits(item, error) from error
        return text

    def encode_trusted(self, item: S, /) -> str:
        """Do the same without running the class's own validators."""
        try:
            text = self._write_trusted(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise self._misfits(item, error) from error
        return text

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        """Return the item in an object of DynamoDB JSON; attributes the schema does not know are ignored."""
        try:
            return self._read(self._parse(raw))
        except Exception as error:
            raise self._unfit(bytes(raw), error) from error

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        """Do the same without running the class's own validators."""
        try:
            return self._read_trusted(self._parse(raw))
        except Exception as error:
            raise self._unfit(bytes(raw), error) from error

    def encode_field(self, name: str, value: object, /) -> str:
        """Return one field's value as DynamoDB JSON."""
        try:
            return self.fields[name].kind.encode(value)
        except MisfitError as error:
            raise MisfitError(
                FieldFailure(inside(name, failure.path), failure.expected, failure.found) for failure in error.failures
            ) from error

    @cached_property
    def _write(self) -> Callable[[S], str]:
        return self.kind.members_writer(trusted=False)

    @cached_property
    def _write_trusted(self) -> Callable[[S], str]:
        return self.kind.members_writer(trusted=True)

    @cached_property
    def _parse(self) -> Callable[[bytes | msgspec.Raw], Any]:
        return self.kind.members_decoder.decode

    @cached_property
    def _read(self) -> Callable[[Any], S]:
        return self.kind.members_reader(trusted=False)

    @cached_property
    def _read_trusted(self) -> Callable[[Any], S]:
        return self.kind.members_reader(trusted=True)

    def _misfits(self, item: S, error: Exception) -> MisfitError:
        return explained(self.kind.members_misfits(item, ""), self.name, error)

    def _unfit(self, raw: bytes, error: Exception) -> MisfitError:
        try:
            stored = json.loads(raw)
        except (ValueError, RecursionError):
            stored = None
        if not is_dict(stored):
            return MisfitError([FieldFailure("", self.name, "no DynamoDB JSON")])
        return explained(self.kind.unfit_members(stored, ""), f"what {self.name} takes", error)


_records: Final[dict[type, RecordKind]] = {}
_codecs: Final[dict[type, Codec[Any]]] = {}
_lock: Final = Lock()


def codec_of(schema: type[S]) -> Codec[S]:
    """Return the codec of a schema: one per class, whoever asks first."""
    _check(schema)
    codec = _codecs.get(schema)
    if codec is None:
        with _lock:
            codec = _codecs.get(schema) or _made(schema)
    return cast("Codec[S]", codec)


def _check(schema: object) -> None:
    if not is_class(schema):  # a value in the text would be someone's data
        raise DefinitionError(f"a schema is an attrs class, not {type(schema).__name__}")
    if not attrs.has(schema):
        raise DefinitionError(f"a schema is an attrs class; {schema.__name__} is none")


def _made(schema: type[Any]) -> Codec[Any]:
    resolver = Resolver(_records)
    kind = resolver.record(schema)
    _records.update(resolver.done)
    codec = _codecs[schema] = Codec(schema, cast("RecordKind", kind))
    return codec
