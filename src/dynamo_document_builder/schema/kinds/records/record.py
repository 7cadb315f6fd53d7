"""The kind of classes with fields."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import UNSET
from msgspec.structs import replace

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.annotations.hints import annotation_text
from dynamo_document_builder.schema.codegen.records import RecordLayout, generate_reader, generate_writer
from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, failure_from, refusal
from dynamo_document_builder.schema.libraries.base import ABSENT, UNCHECKED
from dynamo_document_builder.schema.type_guards import is_dict, is_set, split_wire, type_name
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.json.text import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import msgspec

    from dynamo_document_builder.schema.round_trip.element_path import ElementPath


class RecordKind(Kind):
    """A class with fields, stored as a map, or as a whole item if the class is the schema of an entity."""

    is_map = True
    wire_types = frozenset({"M"})

    def __init__(self, cls: Any) -> None:
        self.layout = RecordLayout(cls)
        self.cls: type[Any] = self.layout.cls
        self.expected = annotation_text(cls)
        self.runs_user_code = self.layout.adapter.runs_user_code
        self._writers: dict[bool, Callable[[Any], str]] = {}
        self._readers: dict[bool, Callable[[Any], Any]] = {}

    @property
    def infos(self) -> Iterable[FieldInfo]:
        return self.fields.values()

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:
        adapter = self.layout.adapter
        try:
            made = adapter.validated(name, value) if part is None else adapter.validated_element(name, value, part)
        except MisfitError:
            raise
        except Exception as error:
            failures = adapter.failures(error)
            refusals = [replace(one, path=one.path.removeprefix(name).removeprefix(".")) for one in failures]
            if part is not None and not (refusals := part.failures_inside(name, failures)):
                return value
            found = f"one it refuses with {type(error).__name__}"
            raise MisfitError(refusals or [FieldFailure("", "a value its validator takes", found)]) from error
        return value if made is UNCHECKED else made

    @property
    def item_class(self) -> type[Any]:
        """The class of the values, for `isinstance`."""
        return self.cls

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """The fields by their Python names, in order."""
        return self.layout.fields

    def write_code(self, source: Source, variable: str) -> list[Part]:
        members = source.bind(self.members_writer(trusted=source.trusted), "members")
        is_one = f"type({variable}) is {source.bind(self.cls, 'cls')}"
        return ['{"M":{', Code(f"{members}({variable}) if {is_one} else {refusal(source, variable)}"), "}}"]

    def members_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        """Return the generated function that writes the members of an object, without the braces around them."""
        if trusted not in self._writers:
            self._writers[trusted] = generate_writer(self.layout, trusted=trusted)
        return self._writers[trusted]

    def mirror_types(self) -> dict[str, Any]:
        return {"M": self.layout.members.mirror}

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.members_reader(trusted=source.trusted), 'read')}({wire}.M)"

    def members_reader(self, *, trusted: bool) -> Callable[[Any], Any]:
        """Return the generated function that makes an object from the mirror of its members."""
        if trusted not in self._readers:
            self._readers[trusted] = generate_reader(self.layout, trusted=trusted)
        return self._readers[trusted]

    @cached_property
    def members_decoder(self) -> msgspec.json.Decoder[Any]:
        """Decoder of the members."""
        return new_decoder(self.layout.members.mirror)

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if type(value) is not self.cls:
            yield FieldFailure(path, self.expected, type_name(value))
        else:
            yield from self.members_write_failures(value, path)

    def members_write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        """Yield what cannot be written in an object or a whole item."""
        if found := self.layout.adapter.mismatch(value):
            yield FieldFailure(path, self.expected, found)
        else:
            yield from self._fields_write_failures(value, path)

    def _fields_write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        found = False
        for info in self.layout.stored_fields:
            place = inside(path, info.name)
            try:
                failures = list(self._field_write_failures(info, value, place))
            except Exception as error:  # noqa: BLE001  a field that raises on access must not hide the failures of other fields
                failures = [failure_from(error, place, info.kind.expected)]
            found |= bool(failures)
            yield from failures
        if self.layout.rest is not None:
            for failure in self.layout.rest.write_failures(value, path):
                found = True
                yield failure
        if not found:
            yield from self._refused_by_validators(value, path)

    def _field_write_failures(self, info: FieldInfo, value: object, path: str) -> Iterator[FieldFailure]:
        member = self.layout.adapter.value(value, info.name)
        if member is ABSENT:
            if not info.missing:
                yield FieldFailure(path, info.kind.expected, "nothing: it was never set")
        elif not (info.missing and member is UNSET):
            yield from value_write_failures(info, member, path)

    def _refused_by_validators(self, value: object, path: str) -> Iterator[FieldFailure]:
        for name, error in self.layout.adapter.refused_fields(value):
            found = f"one it refuses with {type(error).__name__}"
            yield FieldFailure(inside(path, name), "a value its validator takes", found)

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        if wire_type != "M" or not is_dict(stored):
            yield from super().read_failures(wire, path)
        else:
            yield from self.members_read_failures(stored, path)

    def members_read_failures(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        """Yield what cannot be read in the members of a map or in a whole item."""
        found = False
        for info in self.layout.readable:
            for failure in _field_read_failures(info, stored, inside(path, info.name)):
                found = True
                yield failure
        if self.layout.rest is not None:
            for failure in self.layout.rest.read_failures(stored, path):
                found = True
                yield failure
        if not found:
            yield from self._refused_when_made(stored, path)

    def _refused_when_made(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        wire = self.members_decoder.decode(write_json(stored))
        try:
            self.members_reader(trusted=False)(wire)
        except Exception as error:  # noqa: BLE001  a class may raise anything to refuse
            yield from self._class_failures(error, wire, path)

    def _class_failures(self, error: Exception, wire: Any, path: str) -> Iterator[FieldFailure]:
        """Yield the refusal of the class: from the library's error, or from each validator, or the error type alone."""
        found = [
            FieldFailure(inside(path, one.path), one.expected, one.found) for one in self.layout.adapter.failures(error)
        ]
        try:
            found = found or list(self._refused_by_validators(self.members_reader(trusted=True)(wire), path))
        except Exception:  # noqa: BLE001  a converter may raise too; the first error is reported
            found = []
        refused = f"values for which it raises {type(error).__name__}"
        yield from found or [FieldFailure(path, f"values that {self.expected} can be made of", refused)]

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)


def _field_read_failures(info: FieldInfo, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
    if info.attribute not in stored:
        if not info.may_be_absent:
            yield FieldFailure(path, info.kind.expected, "nothing stored")
    elif not (info.optional and stored[info.attribute] == {"NULL": True}):
        yield from info.kind.read_failures(stored[info.attribute], path)


def value_write_failures(info: FieldInfo, member: object, path: str) -> Iterator[FieldFailure]:
    """Yield what cannot be written in the value of a field."""
    empty = is_set(member) and not member
    if not info.may_be_left_out(member) or (empty and info.optional):  # an empty set would be read back as None
        yield from info.kind.write_failures(member, path)
