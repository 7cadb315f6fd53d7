"""The kind of unions whose stored values tell which member they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import UNSET, Raw

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.mirrors import Member, Members, mirror_of
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.failures import MisfitError, inside, refuse
from dynamo_document_builder.schema.kinds.alternatives import (
    ambiguity_in,
    closest,
    element_of_any,
    member_of_any,
    names_in_any,
    refuse_bound,
    validated_by_any,
)
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.type_guards import is_dict, split_wire, type_name
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dynamo_document_builder.schema.round_trip.element_path import ElementPath

Record: TypeAlias = RecordKind | RecursiveKind
WireValue: TypeAlias = tuple[str, Any]
"""A stored type and a value: `("S", "card")`."""


class UnionKind(Kind):
    """
    A union whose members have different wire types; members that are records have a discriminator.

    The discriminator is a field that every record of the union has, annotated with a different `Literal` in each.
    """

    def __init__(self, members: Sequence[Kind], records: Mapping[WireValue, Record], discriminator: str) -> None:
        self.members = tuple(members)
        self.records = dict(records)
        """Records by the stored value of their discriminator; a single record needs none, and is one of the members."""
        self.discriminator = discriminator
        self.part_discriminator = discriminator if records else ""
        """The attribute name of the discriminator, or an empty text."""
        self.all: tuple[Kind, ...] = (*members, *dict.fromkeys(records.values()))
        self.expected = " | ".join(kind.expected for kind in self.all)
        self.wire_types = frozenset[str]().union(*(kind.wire_types for kind in self.all))
        self.is_map = all(kind.is_map for kind in self.all)
        self.unordered = next((kind.unordered for kind in self.all if kind.unordered), "")
        self._members: dict[str, FieldInfo] = {}

    @property
    def parts(self) -> Iterable[Kind]:
        return self.all

    def write_code(self, source: Source, variable: str) -> list[Part]:
        writers: list[Callable[[Any], str]] = []
        for kind in self.all:
            one = source.inner(kind.expected)
            one.add("def _function(v):", f"  return {template(kind.write_code(one, 'v'))}")
            writers.append(one.compile("_function"))
        return [Code(f"{source.bind(_first_that_fits(tuple(writers)), 'union')}({variable})")]

    def mirror_types(self) -> dict[str, Any]:
        mirror_types: dict[str, Any] = {"M": Raw} if self.records else {}
        for kind in self.members:
            mirror_types |= kind.mirror_types()
        return mirror_types

    def read_code(self, source: Source, wire: str) -> str:
        if not self.members:
            return self._read_record(source, wire)
        inner = source.inner(self.expected)
        unset = inner.bind(UNSET, "unset")
        inner.add("def _function(w):")
        for kind in self.members:
            for wire_type in kind.mirror_types():
                inner.add(f"  if w.{wire_type} is not {unset}: return {kind.read_code(inner, 'w')}")
        if self.records:
            inner.add(f"  if w.M is not {unset}: return {self._read_record(inner, 'w')}")
        inner.add(f"  {refusal(inner, 'w')}")
        return f"{source.bind(inner.compile('_function'), 'union')}({wire})"

    def _read_record(self, source: Source, wire: str) -> str:
        trusted, form = source.trusted, discriminator_reader(self.discriminator, self.records)

        def read(raw: Raw) -> Any:
            record = self.records[form(raw)]
            of = record.of if isinstance(record, RecursiveKind) else record
            return of.members_reader(trusted=trusted)(of.members_decoder.decode(raw))

        return f"{source.bind(read, 'record')}({wire}.M)"

    def encode_bound(self, value: object, operator: str, /) -> str:
        for kind in self.all:
            try:
                return kind.encode_bound(value, operator)
            except MisfitError:  # another member may take the value
                continue
        return refuse_bound(self, self.all, value, operator)

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        for kind in self.all:
            if isinstance(kind, (RecordKind, RecursiveKind)) and type(value) is kind.cls:
                yield from kind.write_failures(value, path)
                return
        found = [tuple(kind.write_failures(value, path)) for kind in self.all]
        if all(found):
            yield from closest(found, self.expected, path, type_name(value))

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        member = next((kind for kind in self.members if wire_type in kind.wire_types), None)
        if self.records and wire_type == "M" and is_dict(stored):
            yield from self._record_read_failures(stored, path)
        elif member is not None:
            yield from member.read_failures(wire, path)
        else:
            yield FieldFailure(path, self.expected, f"stored {wire_type}")

    def _record_read_failures(self, stored: dict[str, Any], path: str) -> Iterator[FieldFailure]:
        record = self.record_of(stored)
        if record is None:
            yield self.unknown_discriminator(inside(path, self.discriminator))
        else:
            yield from record.read_failures({"M": stored}, path)

    def record_of(self, stored: Mapping[str, Any]) -> Record | None:
        """Return the record of a stored map by its discriminator, `None` if the discriminator has no known value."""
        form = split_wire(stored.get(self.discriminator))
        return self.records.get(form) if isinstance(form[1], (str, bool)) else None

    def unknown_discriminator(self, place: str) -> FieldFailure:
        """Return the failure for a discriminator without a known value."""
        known = ", ".join(repr(value) for _, value in self.records)
        return FieldFailure(place, f"one of {known}", "another tag, or none")

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:
        return validated_by_any([kind for kind in self.all if kind.member(name) is not None], name, value, part)

    def member(self, name: str, /) -> FieldInfo | None:
        info = self._members.get(name)
        if info is None and (info := member_of_any(self.all, name)) is not None:
            self._members[name] = info  # keeps the code that the kind has generated
        return info

    def member_names(self) -> tuple[str, ...]:
        return names_in_any(self.all)

    def ambiguity(self, name: str, /) -> str:
        return ambiguity_in(self.all, name)

    def element(self, /) -> Kind | None:
        return element_of_any(self.all)


def discriminator_reader(name: str, forms: Iterable[WireValue]) -> Callable[[bytes | Raw], WireValue]:
    """Return a function that reads only the discriminator of a map."""
    types = {stored: bool if stored == "BOOL" else str for stored, _ in forms}
    members = Members.of("Tag", [Member(name, mirror_of(types), required=True)])
    parse, unpack = new_decoder(members.mirror).decode, members.unpack or _as_it_is
    first = next(iter(types))

    def read(raw: bytes | Raw) -> WireValue:
        return first, getattr(unpack(parse(raw)).f0, first)

    def look(raw: bytes | Raw) -> WireValue:
        found = unpack(parse(raw)).f0
        [form] = [(stored, value) for stored in types if (value := getattr(found, stored)) is not UNSET]
        return form

    return read if len(types) == 1 else look


def _as_it_is(value: Any) -> Any:
    return value


def _first_that_fits(writers: tuple[Callable[[Any], str], ...]) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        for writer in writers:
            try:
                return writer(value)
            except Exception:  # noqa: BLE001, S112  the next member may take the value
                continue
        return refuse()

    return write
