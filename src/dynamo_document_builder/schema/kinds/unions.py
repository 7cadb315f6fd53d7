"""The kind of unions, told apart by what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import UNSET, Raw

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.mirrors import Member, Members, mirror_of
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.failures import MisfitError, inside, misfit
from dynamo_document_builder.schema.kinds.alternatives import (
    ambiguity_in,
    element_of_any,
    member_of_any,
    names_in_any,
    no_bound,
)
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.kinds.messages import closest, judged_by_any
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.type_guards import is_dict, stored_form, type_name
from dynamo_document_builder.wire.json.decoders import new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dynamo_document_builder.schema.round_trip.parts import Piece

Record: TypeAlias = RecordKind | RecursiveKind
Form: TypeAlias = tuple[str, Any]
"""A stored type and a value: `("S", "card")`."""


class UnionKind(Kind):
    """
    A union whose members are told apart by their stored type, and records among them by a tag.

    The tag is a field that every record of the union has, annotated with a `Literal` of its own.
    """

    def __init__(self, members: Sequence[Kind], records: Mapping[Form, Record], tag: str) -> None:
        self.members = tuple(members)
        self.records = dict(records)
        """By the stored form of their tag; a single record needs none, and stands among the members."""
        self.tag = tag
        self.tells = tag if records else ""
        """The stored name of the field that tells records apart."""
        self.all: tuple[Kind, ...] = (*members, *dict.fromkeys(records.values()))
        self.expected = " | ".join(kind.expected for kind in self.all)
        self.tags = frozenset[str]().union(*(kind.tags for kind in self.all))
        self.is_map = all(kind.is_map for kind in self.all)
        self.unordered = next((kind.unordered for kind in self.all if kind.unordered), "")
        self._members: dict[str, FieldInfo] = {}

    @property
    def parts(self) -> Iterable[Kind]:
        return self.all

    def text(self, source: Source, variable: str) -> list[Part]:
        writers: list[Callable[[Any], str]] = []
        for kind in self.all:
            one = source.inner(kind.expected)
            one.add("def _function(v):", f"  return {template(kind.text(one, 'v'))}")
            writers.append(one.compile("_function"))
        return [Code(f"{source.bind(_first_that_fits(tuple(writers)), 'union')}({variable})")]

    def leaves(self) -> dict[str, Any]:
        leaves: dict[str, Any] = {"M": Raw} if self.records else {}
        for kind in self.members:
            leaves |= kind.leaves()
        return leaves

    def read(self, source: Source, wire: str) -> str:
        if not self.members:
            return self._read_record(source, wire)
        inner = source.inner(self.expected)
        unset = inner.bind(UNSET, "unset")
        inner.add("def _function(w):")
        for kind in self.members:
            for tag in kind.leaves():
                inner.add(f"  if w.{tag} is not {unset}: return {kind.read(inner, 'w')}")
        if self.records:
            inner.add(f"  if w.M is not {unset}: return {self._read_record(inner, 'w')}")
        inner.add(f"  {refusal(inner, 'w')}")
        return f"{source.bind(inner.compile('_function'), 'union')}({wire})"

    def _read_record(self, source: Source, wire: str) -> str:
        trusted, form = source.trusted, form_reader(self.tag, self.records)

        def read(raw: Raw) -> Any:
            record = self.records[form(raw)]
            of = record.of if isinstance(record, RecursiveKind) else record
            return of.members_reader(trusted=trusted)(of.members_decoder.decode(raw))

        return f"{source.bind(read, 'record')}({wire}.M)"

    def bound(self, value: object, sign: str, /) -> str:
        for kind in self.all:
            try:
                return kind.bound(value, sign)
            except MisfitError:  # another member may take it
                continue
        return no_bound(self, self.all, value, sign)

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        for kind in self.all:
            if isinstance(kind, (RecordKind, RecursiveKind)) and type(value) is kind.cls:
                yield from kind.misfits(value, path)
                return
        found = [tuple(kind.misfits(value, path)) for kind in self.all]
        if all(found):
            yield from closest(found, self.expected, path, type_name(value))

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        tag, stored = stored_form(wire)
        member = next((kind for kind in self.members if tag in kind.tags), None)
        if self.records and tag == "M" and is_dict(stored):
            yield from self._unfit_record(stored, path)
        elif member is not None:
            yield from member.unfit(wire, path)
        else:
            yield FieldFailure(path, self.expected, f"stored {tag}")

    def _unfit_record(self, stored: dict[str, Any], path: str) -> Iterator[FieldFailure]:
        record = self.record_of(stored)
        if record is None:
            yield self.untold(inside(path, self.tag))
        else:
            yield from record.unfit({"M": stored}, path)

    def record_of(self, stored: Mapping[str, Any]) -> Record | None:
        """Return which record some members are, by their tag."""
        form = stored_form(stored.get(self.tag))
        return self.records.get(form) if isinstance(form[1], (str, bool)) else None

    def untold(self, place: str) -> FieldFailure:
        """Say that the tag, which stands in this place, tells of no record."""
        known = ", ".join(repr(value) for _, value in self.records)
        return FieldFailure(place, f"one of {known}", "another tag, or none")

    def judged(self, name: str, value: object, part: Piece | None = None, /) -> object:
        return judged_by_any([kind for kind in self.all if kind.member(name) is not None], name, value, part)

    def member(self, name: str, /) -> FieldInfo | None:
        info = self._members.get(name)
        if info is None and (info := member_of_any(self.all, name)) is not None:
            self._members[name] = info  # what it generates is generated once
        return info

    def member_names(self) -> tuple[str, ...]:
        return names_in_any(self.all)

    def ambiguity(self, name: str, /) -> str:
        return ambiguity_in(self.all, name)

    def element(self, /) -> Kind | None:
        return element_of_any(self.all)


def form_reader(tag: str, forms: Iterable[Form]) -> Callable[[bytes | Raw], Form]:
    """Return what reads the tag of a map, in its stored form, and nothing else of it."""
    types = {stored: bool if stored == "BOOL" else str for stored, _ in forms}
    members = Members.of("Tag", [Member(tag, mirror_of(types), required=True)])
    parse, unpack = new_decoder(members.mirror).decode, members.unpack or _as_it_is
    first = next(iter(types))

    def read(raw: bytes | Raw) -> Form:
        return first, getattr(unpack(parse(raw)).f0, first)

    def look(raw: bytes | Raw) -> Form:
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
            except Exception:  # noqa: BLE001, S112  the next member may take it; if none does, that is said below
                continue
        return misfit()

    return write
