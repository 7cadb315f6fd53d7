"""The codecs of whole items: the base class, and the codec of one class."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.records import generate_writer
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.fields.roles import Roles, roles_in
from dynamo_document_builder.schema.kinds.base import (
    FieldInfo,
    Kind,
    explain_failure,
    is_shallow,
    nested_kinds,
    runs_user_code,
)
from dynamo_document_builder.schema.round_trip.checks import check_read_back
from dynamo_document_builder.schema.type_guards import is_dict
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.text import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import msgspec

    from dynamo_document_builder.schema.kinds.records.record import RecordKind


S = TypeVar("S")


class ReadSteps(Struct, frozen=True):
    """The two steps of reading an item, for a caller that decodes many items at once."""

    mirror: Any
    """The type that msgspec reads an item as."""
    parse: Callable[[Any], Any]
    """Reads the bytes of an item as that type."""
    make: Callable[[Any], Any]
    """Makes an object from that."""


class Codec(Struct, Generic[S], frozen=True, eq=False, dict=True):
    """
    Writes items of a schema as DynamoDB JSON, and reads them.

    Making a codec checks the annotations. Its code is generated on first use.
    """

    schema: type[S]
    """A class, or a union of classes."""
    kind: Kind
    """The kind of a whole item, which resolves the names in expressions."""

    @property
    def name(self) -> str:
        """The schema's name."""
        return self.kind.expected

    @property
    def item_class(self) -> type[Any]:
        """The class of the items, for `isinstance`."""
        return self.schema

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields by their Python names, in order."""
        raise NotImplementedError  # every codec has its own

    @cached_property
    def roles(self) -> Roles | None:
        """The fields that the library sets, `None` if there are none."""
        return roles_in(self.fields)

    @cached_property
    def runs_user_code(self) -> bool:
        """True if validators, converters or codecs run when an item is written or read."""
        return runs_user_code(self.kind)

    @cached_property
    def truncates(self) -> bool:
        """True if a field is stored with less precision than its value: a datetime in whole seconds."""
        return any(kind.truncates for kind in nested_kinds(self.kind))

    @cached_property
    def is_shallow(self) -> bool:
        """True if no item can be nested deeper than DynamoDB allows."""
        return is_shallow(self.kind, MAX_LEVELS)

    @cached_property
    def is_computed(self) -> bool:
        """True if the schema has derived fields, or a discriminator inside an item."""
        return any(
            kind.part_discriminator or any(info.derived for info in kind.infos) for kind in nested_kinds(self.kind)
        )

    @property
    def discriminator(self) -> str | None:
        """The name of the field that tells the class of an item, `None` for a schema of one class."""
        return None

    @property
    def discriminator_values(self) -> tuple[Any, ...]:
        """All values of the discriminator."""
        return ()

    @property
    def members(self) -> tuple[RecordCodec[Any], ...]:
        """The codec of each class."""
        raise NotImplementedError  # every codec has its own

    def codec_for(self, values: Mapping[str, Any], /) -> Codec[Any]:  # noqa: ARG002  one class needs no values
        """Return the codec of the class of an item with these field values; itself if they do not tell the class."""
        return self

    def encode(self, item: S, /) -> str:
        """Return the attributes of an item as DynamoDB JSON, without the braces; raises `MisfitError`."""
        raise NotImplementedError  # every codec has its own

    def encode_trusted(self, item: S, /) -> str:
        """Do the same without running the validators of the class."""
        raise NotImplementedError  # every codec has its own

    def evolve(self, item: S, changes: Mapping[str, Any], /) -> S:
        """
        Return a copy of an item with other values in some fields, made by its class.

        The copy is made from the stored form, so hooks of the class never get a mutable value of the item.
        """
        raise NotImplementedError  # every codec has its own

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        """Return the item of a map in DynamoDB JSON; attributes without a field are ignored."""
        raise NotImplementedError  # every codec has its own

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        """Do the same without running the validators of the class."""
        raise NotImplementedError  # every codec has its own

    def read_steps(self, *, trusted: bool) -> ReadSteps | None:  # noqa: ARG002  a union has no fixed steps
        """Return the steps of reading an item, `None` if the type that msgspec reads depends on the item."""
        return None

    def encode_field(self, name: str, value: object, /) -> str:
        """Return the value of one field as DynamoDB JSON."""
        return self._of_field(name, self.fields[name].kind.encode, value)

    def encode_bound(self, name: str, value: object, operator: str, /) -> str:
        """Return the DynamoDB JSON to compare a stored field with, for an operator such as `<=`."""
        return self._of_field(name, self.fields[name].kind.encode_bound, value, operator)

    def _of_field(self, name: str, encode: Callable[..., str], *given: object) -> str:
        try:
            return encode(*given)
        except MisfitError as error:
            raise MisfitError(
                FieldFailure(inside(name, failure.path), failure.expected, failure.found) for failure in error.failures
            ) from error


def parsed_item(raw: bytes) -> dict[str, Any] | None:
    """Return an item as parsed JSON, `None` for bytes that are not a JSON object."""
    try:
        stored = read_json(raw)
    except (ValueError, RecursionError):
        return None
    return stored if is_dict(stored) else None


class RecordCodec(Codec[S], frozen=True, eq=False, dict=True):
    """The codec of one class."""

    kind: RecordKind

    @property
    def item_class(self) -> type[Any]:
        return self.kind.item_class

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        return self.kind.fields

    @property
    def members(self) -> tuple[RecordCodec[Any], ...]:
        return (self,)

    def encode(self, item: S, /) -> str:
        try:
            text = self._write(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise self._write_error(item, error) from error
        if self.runs_user_code:
            self._check_read_back(item, text)
        return self._write_without_key_only(item) if self._has_key_only else text

    def encode_trusted(self, item: S, /) -> str:
        try:
            text = self._write_trusted(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise self._write_error(item, error) from error
        return self._write_without_key_only(item) if self._has_key_only else text

    def evolve(self, item: S, changes: Mapping[str, Any], /) -> S:
        stored: dict[str, Any] = read_json(f"{{{self._write(item)}}}")
        for name, value in changes.items():
            stored[self.fields[name].attribute] = read_json(self.encode_field(name, value))
        return self._read(self._parse(write_json(stored).encode()))

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        try:
            return self._read(self._parse(raw))
        except Exception as error:
            raise self._read_error(bytes(raw), error) from error

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        try:
            return self._read_trusted(self._parse(raw))
        except Exception as error:  # noqa: BLE001  values that do not fit are returned as they are stored
            return self._as_stored(bytes(raw), error)

    def read_steps(self, *, trusted: bool) -> ReadSteps | None:
        members = self.kind.layout.members
        if members.unpack is not None:
            return None
        return ReadSteps(members.mirror, self._parse, self._read_trusted if trusted else self._read)

    @cached_property
    def _has_codec(self) -> bool:
        return any(kind.is_custom for kind in nested_kinds(self.kind))

    def _check_read_back(self, item: S, text: str) -> None:
        """Read an item back before it is written; raises `MisfitError` if the result is not an equal item."""
        again = self.decode(f"{{{text}}}".encode())
        if self.truncates and self._write(again) == text:  # equal except for the precision that is not stored
            return
        check_read_back(self.kind, item, again)
        if self._has_codec and self._write(again) != text:  # objects that only differ in their stored form
            raise MisfitError([FieldFailure("", "codecs that read their own output", "one that reads another value")])

    @cached_property
    def _write(self) -> Callable[[S], str]:
        return self.kind.members_writer(trusted=False)

    @cached_property
    def _write_trusted(self) -> Callable[[S], str]:
        return self.kind.members_writer(trusted=True)

    @cached_property
    def _has_key_only(self) -> bool:
        return any(info.key_only for info in self.fields.values())

    @cached_property
    def _write_without_key_only(self) -> Callable[[S], str]:
        """Writes an item without the fields that are stored in the key only."""
        return generate_writer(self.kind.layout, trusted=True, without_key_only=True)

    @cached_property
    def _parse(self) -> Callable[[bytes | msgspec.Raw], Any]:
        return self.kind.members_decoder.decode

    @cached_property
    def _read(self) -> Callable[[Any], S]:
        return self.kind.members_reader(trusted=False)

    @cached_property
    def _read_trusted(self) -> Callable[[Any], S]:
        return self.kind.members_reader(trusted=True)

    def _as_stored(self, raw: bytes, error: Exception) -> S:
        from dynamo_document_builder.schema.items.unvalidated_reads import read_as_stored  # noqa: PLC0415  lazy import: only an error path needs it

        stored = parsed_item(raw)
        if stored is None:
            raise self._read_error(raw, error) from error
        try:
            item: S = read_as_stored(self.kind, self._of_item(stored))
        except Exception as other:  # the item is not DynamoDB JSON at all
            raise self._read_error(raw, error) from other
        return item

    def _of_item(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Return the stored attributes that belong to the item."""
        return stored

    def _write_error(self, item: S, error: Exception) -> MisfitError:
        return explain_failure(self.kind.members_write_failures(item, ""), self.name, error)

    def _read_error(self, raw: bytes, error: Exception) -> MisfitError:
        stored = parsed_item(raw)
        if stored is None:
            return MisfitError([FieldFailure("", self.name, "JSON that is not DynamoDB JSON")])
        return explain_failure(self.kind.members_read_failures(stored, ""), f"an item that is a {self.name}", error)
