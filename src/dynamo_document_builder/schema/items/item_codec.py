"""What writes and reads whole items: of any schema, and of one class."""

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
from dynamo_document_builder.schema.type_guards import is_dict
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.text import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import msgspec

    from dynamo_document_builder.schema.kinds.records.record import RecordKind


S = TypeVar("S")


class ReadSteps(Struct, frozen=True):
    """The two steps of reading an item."""

    mirror: Any
    """What msgspec reads it as."""
    parse: Callable[[Any], Any]
    """Reads its bytes as that."""
    make: Callable[[Any], Any]
    """Makes an object of that."""


class Codec(Struct, Generic[S], frozen=True, eq=False, dict=True):
    """
    Writes items of a schema as DynamoDB JSON, and reads them back.

    What the annotations say is checked when the codec is made; its code is generated when it is first used.
    """

    schema: type[S]
    """A class, or a union of some."""
    kind: Kind
    """What the names in an expression mean."""

    @property
    def name(self) -> str:
        """The schema's name."""
        return self.kind.expected

    @property
    def item_class(self) -> type[Any]:
        """What `isinstance` takes for its items."""
        return self.schema

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields by their Python names, in order."""
        raise NotImplementedError  # every codec has its own

    @cached_property
    def roles(self) -> Roles | None:
        """Which fields the library keeps by itself, `None` if it keeps none; found once, as every command asks."""
        return roles_in(self.fields)

    @cached_property
    def runs_user_code(self) -> bool:
        """Whether code of a class, of its library or of a codec runs between the stored values and an item."""
        return runs_user_code(self.kind)

    @cached_property
    def truncates(self) -> bool:
        """Whether less than an item holds may be stored of it: a moment in whole seconds."""
        return any(kind.truncates for kind in nested_kinds(self.kind))

    @cached_property
    def is_shallow(self) -> bool:
        """Whether no item can be nested deeper than DynamoDB stores."""
        return is_shallow(self.kind, MAX_LEVELS)

    @cached_property
    def is_computed(self) -> bool:
        """Whether a class computes some of the values itself, or a value tells the class of a part."""
        return any(
            kind.part_discriminator or any(info.derived for info in kind.infos) for kind in nested_kinds(self.kind)
        )

    @property
    def discriminator(self) -> str | None:
        """The field that tells which class an item is of, where there are several."""
        return None

    @property
    def discriminator_values(self) -> tuple[Any, ...]:
        """The values of that field, each of which tells a class."""
        return ()

    @property
    def members(self) -> tuple[RecordCodec[Any], ...]:
        """The codec of each class."""
        raise NotImplementedError  # every codec has its own

    def codec_for(self, values: Mapping[str, Any], /) -> Codec[Any]:  # noqa: ARG002  there is nothing to tell
        """Return the codec of the class that an item with these fields is of; itself if they do not tell."""
        return self

    def encode(self, item: S, /) -> str:
        """Return the attributes of an item, without the braces around them; every field is checked."""
        raise NotImplementedError  # every codec has its own

    def encode_trusted(self, item: S, /) -> str:
        """Do the same without running the class's own validators."""
        raise NotImplementedError  # every codec has its own

    def evolve(self, item: S, changes: Mapping[str, Any], /) -> S:
        """
        Return an object like an item, with other values in some fields, as its class makes it.

        It is made of what is stored: no hook of the class sees a list that the item holds.
        """
        raise NotImplementedError  # every codec has its own

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        """Return the item in an object of DynamoDB JSON; attributes the schema does not know are ignored."""
        raise NotImplementedError  # every codec has its own

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        """Do the same without running the class's own validators."""
        raise NotImplementedError  # every codec has its own

    def read_steps(self, *, trusted: bool) -> ReadSteps | None:  # noqa: ARG002  only a single class has them
        """Return how an item is read; `None` where it is not known before what msgspec is to read it as."""
        return None

    def encode_field(self, name: str, value: object, /) -> str:
        """Return one field's value as DynamoDB JSON."""
        return self._of_field(name, self.fields[name].kind.encode, value)

    def encode_bound(self, name: str, value: object, sign: str, /) -> str:
        """Return a value as what is stored in a field is compared with it."""
        return self._of_field(name, self.fields[name].kind.encode_bound, value, sign)

    def _of_field(self, name: str, encode: Callable[..., str], *given: object) -> str:
        try:
            return encode(*given)
        except MisfitError as error:
            raise MisfitError(
                FieldFailure(inside(name, failure.path), failure.expected, failure.found) for failure in error.failures
            ) from error


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
            raise self._misfits(item, error) from error
        if self.runs_user_code:
            self._rehearse(item, text)
        return self._write_apart(item) if self._has_key_only else text

    def encode_trusted(self, item: S, /) -> str:
        try:
            text = self._write_trusted(item)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise self._misfits(item, error) from error
        return self._write_apart(item) if self._has_key_only else text

    def evolve(self, item: S, changes: Mapping[str, Any], /) -> S:
        stored: dict[str, Any] = read_json(f"{{{self._write(item)}}}")
        for name, value in changes.items():
            stored[self.fields[name].attribute] = read_json(self.encode_field(name, value))
        return self._read(self._parse(write_json(stored).encode()))

    def decode(self, raw: bytes | msgspec.Raw, /) -> S:
        try:
            return self._read(self._parse(raw))
        except Exception as error:
            raise self._unfit(bytes(raw), error) from error

    def decode_trusted(self, raw: bytes | msgspec.Raw, /) -> S:
        try:
            return self._read_trusted(self._parse(raw))
        except Exception as error:  # noqa: BLE001  what does not fit is returned as it is stored
            return self._as_stored(bytes(raw), error)

    def read_steps(self, *, trusted: bool) -> ReadSteps | None:
        members = self.kind.layout.members
        if members.unpack is not None:
            return None
        return ReadSteps(members.mirror, self._parse, self._read_trusted if trusted else self._read)

    @cached_property
    def _has_codec(self) -> bool:
        return any(kind.is_custom for kind in nested_kinds(self.kind))

    def _rehearse(self, item: S, text: str) -> None:
        """Refuse an item that could not be read back, or only as another."""
        from dynamo_document_builder.schema.round_trip.checks import check_read_back  # noqa: PLC0415  plain classes need none

        again = self.decode(f"{{{text}}}".encode())
        if self.truncates and self._write(again) == text:  # what was cut off is all that differs
            return
        check_read_back(self.kind, item, again)
        if self._has_codec and self._write(again) != text:  # objects that only their stored form can tell apart
            raise MisfitError([FieldFailure("", "codecs that read what they write", "one that reads another value")])

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
    def _write_apart(self) -> Callable[[S], str]:
        """Writes what is stored beside the key."""
        return generate_writer(self.kind.layout, trusted=True, apart=True)

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
        from dynamo_document_builder.schema.items.unvalidated_reads import read_as_stored  # noqa: PLC0415  few items need it

        try:
            stored = read_json(raw)
        except (ValueError, RecursionError):
            stored = None
        if not is_dict(stored):
            raise self._unfit(raw, error) from error
        try:
            item: S = read_as_stored(self.kind, self._of_item(stored))
        except Exception as other:  # what came is not DynamoDB JSON at all
            raise self._unfit(raw, error) from other
        return item

    def _of_item(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Return the stored attributes that an item is made of."""
        return stored

    def _misfits(self, item: S, error: Exception) -> MisfitError:
        return explain_failure(self.kind.members_write_failures(item, ""), self.name, error)

    def _unfit(self, raw: bytes, error: Exception) -> MisfitError:
        try:
            stored = read_json(raw)
        except (ValueError, RecursionError):
            stored = None
        if not is_dict(stored):
            return MisfitError([FieldFailure("", self.name, "no DynamoDB JSON")])
        return explain_failure(self.kind.members_read_failures(stored, ""), f"an item that is a {self.name}", error)
