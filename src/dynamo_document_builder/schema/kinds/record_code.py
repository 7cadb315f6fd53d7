"""The generated functions of an attrs class: one that writes an object's members, one that makes an object of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from msgspec import UNSET

from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.kinds.mirrors import Member, Members
from dynamo_document_builder.schema.kinds.optional import optional_lines, optional_mirror
from dynamo_document_builder.schema.kinds.record_making import Making, is_factory
from dynamo_document_builder.schema.kinds.sets import SETS
from dynamo_document_builder.schema.members import members_by_name
from dynamo_document_builder.schema.shapes import type_name
from dynamo_document_builder.schema.source import Code, Part, Source, joined, template
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class RecordPlan:
    """What is generated from: an attrs class and how its fields are stored."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.title = cls.__name__
        self.attributes: dict[str, attrs.Attribute[Any]] = members_by_name(cls)
        self.fields: dict[str, FieldInfo] = {}

    @property
    def readable(self) -> list[FieldInfo]:
        """The fields that `__init__` takes; the others it makes itself."""
        return [info for info in self.fields.values() if self.attributes[info.name].init]

    def unlike(self, item: object) -> str:
        """Say what an item is if it cannot be written as one of this class; one of a subclass loses no field."""
        if not isinstance(item, self.cls):
            return type_name(item)
        more = members_by_name(type(item)).keys() - self.attributes.keys()
        return f"{type_name(item)}, which has fields of its own" if more else ""

    @cached_property
    def making(self) -> Making:
        """How objects are made of the fields that were read."""
        return Making(self.cls, self.attributes, tuple(info.name for info in self.readable))

    @cached_property
    def members(self) -> Members:
        """How msgspec reads the fields."""
        mirrors = [optional_mirror(info.kind) if info.optional else info.kind.mirror() for info in self.readable]
        pairs = zip(self.readable, mirrors, strict=True)
        return Members.of(
            self.title, [Member(info.stored, mirror, required=not info.may_be_absent) for info, mirror in pairs]
        )


def writer_of(record: RecordPlan, *, trusted: bool) -> Callable[[Any], str]:
    """Generate the function that writes the members of an object, without braces."""
    source = Source(record.title, trusted)
    source.add("def _function(o):")
    is_none = source.bind(record.unlike, "unlike")
    source.add(f"  if type(o) is not {source.bind(record.cls, 'cls')} and {is_none}(o): {refusal(source, 'o')}")
    if record.making.validated and not trusted:
        source.add(f"  {source.bind(attrs.validate, 'validate')}(o)")
    members = MembersText()
    for index, info in enumerate(record.fields.values()):
        if info.key_only:
            continue
        variable = f"v{index}"
        source.add(f"  {variable} = o.{info.name}")
        member: list[Part] = [f"{quote(info.stored)}:", *info.kind.text(source, variable)]
        if is_always_written(info):
            members.always.append(member)
        else:
            source.add(f"  t{index} = {written_at_times(info, source, variable, template([',', *member]))}")
            members.at_times.append(f"t{index}")
    source.add(members.returned())
    return source.compile("_function")


class MembersText:
    """The members that a generated writer puts together."""

    def __init__(self) -> None:
        self.always: list[list[Part]] = []
        self.at_times: list[str] = []
        """Variables: each holds a member with a comma before it, or nothing."""

    def returned(self) -> str:
        """Return the line that returns them."""
        whole = template([*joined(self.always, ","), *map(Code, self.at_times)])
        return f"  return {whole}" if self.always else f"  return {whole}[1:]"


def is_always_written(info: FieldInfo) -> bool:
    """Tell whether a field has an attribute in every item."""
    return not info.optional and (info.null or not info.kind.is_set)


def written_at_times(info: FieldInfo, source: Source, variable: str, written: str) -> str:
    """Return an expression for what is written of a field that may have no attribute."""
    if info.optional:
        return f"{written} if {variable} is not None else ''"
    # A set that is empty is left out, and reads back empty.
    is_set = f"isinstance({variable}, {source.bind(SETS, 'sets')})"
    return f"{written} if {variable} else '' if {is_set} else {refusal(source, variable)}"


def reader_of(record: RecordPlan, *, trusted: bool) -> Callable[[Any], Any]:
    """Generate the function that makes an object of its mirror; a trusted one leaves out the class's validators."""
    source = Source(record.title, trusted)
    source.add("def _function(w):")
    if record.members.unpack is not None:
        source.add(f"  w = {source.bind(record.members.unpack, 'unpack')}(w)")
    source.add(*_read_lines(record, source))
    source.add(*record.making.lines(source))
    return source.compile("_function")


def _read_lines(record: RecordPlan, source: Source) -> Iterator[str]:
    unset = source.bind(UNSET, "unset")
    for index, info in enumerate(record.readable):
        stored, variable = f"w.f{index}", f"v{index}"
        if info.optional:
            yield f"  t = {stored}"
            yield f"  if t is {unset}: {variable} = None"
            yield from optional_lines(info.kind, source, "t", variable, otherwise="el")
        elif info.may_be_absent:
            default = record.attributes[info.name].default
            absent = _absent(info, default, source, by_init=record.making.calls_factories)
            yield f"  {variable} = {absent} if {stored} is {unset} else {info.kind.read(source, stored)}"
        else:
            yield f"  {variable} = {info.kind.read(source, stored)}"


def _absent(info: FieldInfo, default: Any, source: Source, *, by_init: bool) -> str:
    if info.kind.is_set and not info.null:  # it was empty when it was written, whatever the default
        return f"{source.bind(empty_set(info.kind), 'empty')}()"
    if default is attrs.NOTHING:
        return "None"
    if is_factory(default):
        if not by_init:
            return f"{source.bind(default.factory, 'factory')}()"
        return source.bind(attrs.NOTHING, "nothing")  # makes `__init__` call the factory
    return source.bind(default, "default")


def empty_set(kind: Kind) -> type[Any]:
    """Return what makes the empty set of a kind of set."""
    return frozenset if kind.expected.startswith("frozenset") else set
