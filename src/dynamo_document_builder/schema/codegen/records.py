"""Generates the two functions of a class: the writer of an object's members, and the reader that makes an object."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dynamo_document_builder.schema.codegen.mirrors import Member, Members
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, joined, template
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.kinds.containers.sets import SETS
from dynamo_document_builder.schema.kinds.optional import optional_lines, optional_mirror
from dynamo_document_builder.schema.libraries.base import Adapter
from dynamo_document_builder.schema.libraries.lookup import adapter_of
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.json.untyped import untyped_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamo_document_builder.schema.kinds.records.rest_attributes import Rest
    from dynamo_document_builder.schema.libraries.base import FastConstructor, Field


class RecordLayout:
    """The input of the generators: the adapter of a class, and its resolved fields."""

    def __init__(self, cls: Any) -> None:
        self.adapter = adapter_of(cls)
        self.cls: Any = self.adapter.cls
        self.title = self.adapter.title
        self.class_fields: dict[str, Field] = {field.name: field for field in self.adapter.fields}
        self.fields: dict[str, FieldInfo] = {}
        self.rest: Rest | None = None
        """The place where the class keeps attributes without a field, `None` if it ignores them."""

    @property
    def stored_fields(self) -> list[FieldInfo]:
        """The fields that have an attribute."""
        return [info for info in self.fields.values() if info.name in self.class_fields and not info.rest]

    @property
    def readable(self) -> list[FieldInfo]:
        """The fields that are read from an item; the class computes derived fields."""
        return [info for info in self.stored_fields if not info.derived]

    @property
    def rest_field(self) -> Field | None:
        """The field with `rest=True`, if there is one."""
        return next((self.class_fields[info.name] for info in self.fields.values() if info.rest), None)

    @cached_property
    def members(self) -> Members:
        """The mirror of the fields."""
        mirrors = [optional_mirror(info.kind) if info.optional else info.kind.mirror() for info in self.readable]
        pairs = zip(self.readable, mirrors, strict=True)
        return Members.of(
            self.title,
            [Member(info.attribute, mirror, required=not info.may_be_absent) for info, mirror in pairs],
            rest=self.rest is not None,
        )


def generate_writer(record: RecordLayout, *, trusted: bool, without_key_only: bool = False) -> Callable[[Any], str]:
    """
    Generate the function that writes the members of an object, without the braces around them.

    With *without_key_only*, the function leaves out fields that are stored in the key only.
    """
    source = Source(record.title, trusted)
    source.add("def _function(o):")
    is_instance, mismatch = record.adapter.instance_test_code(source), source.bind(record.adapter.mismatch, "mismatch")
    source.add(f"  if not ({is_instance}) and {mismatch}(o): {refusal(source, 'o')}")
    members = MembersText()
    for name, value in record.adapter.constants.items():
        members.always.append([f"{quote(name)}:{untyped_text(value)}"])
    for index, info in enumerate(record.stored_fields):
        if without_key_only and info.key_only:
            continue
        variable = f"v{index}"
        unset = source.bind(UNSET, "unset") if info.missing else ""
        source.add(f"  {variable} = {record.adapter.access_code(record.class_fields[info.name], unset)}")
        member: list[Part] = [f"{quote(info.attribute)}:", *info.kind.write_code(source, variable)]
        if info.missing:
            source.add(f"  t{index} = '' if {variable} is {unset} else {template([',', *member])}")
            members.optional.append(f"t{index}")
        elif is_always_written(info):
            members.always.append(member)
        else:
            source.add(f"  t{index} = {optional_member_code(info, source, variable, template([',', *member]))}")
            members.optional.append(f"t{index}")
    if record.rest is not None:
        text, held = source.bind(record.rest.text, "rest"), source.bind(record.rest.held, "held")
        source.add(f"  rest = {text}({held}(o))")
        members.optional.append("rest")
    source.add(members.return_line())
    return source.compile("_function")


class MembersText:
    """Collects the members that a generated writer joins."""

    def __init__(self) -> None:
        self.always: list[list[Part]] = []
        self.optional: list[str] = []
        """Variables; each holds a member with a comma before it, or an empty text."""

    def return_line(self) -> str:
        """Return the line that returns the joined members."""
        whole = template([*joined(self.always, ","), *map(Code, self.optional)])
        return f"  return {whole}" if self.always else f"  return {whole}[1:]"


def is_always_written(info: FieldInfo) -> bool:
    """Return True if a field has an attribute in every item."""
    return not info.optional and (info.null or not info.kind.is_set)


def optional_member_code(info: FieldInfo, source: Source, variable: str, written: str) -> str:
    """Return an expression for the member of a field that may have no attribute."""
    if info.optional:
        return f"{written} if {variable} is not None else ''"
    # An empty set is not stored, and is read back as an empty set.
    is_set = f"isinstance({variable}, {source.bind(SETS, 'sets')})"
    return f"{written} if {variable} else '' if {is_set} else {refusal(source, variable)}"


def generate_reader(record: RecordLayout, *, trusted: bool) -> Callable[[Any], Any]:
    """Generate the function that makes an object from its mirror; a *trusted* one does not run validators."""
    source = Source(record.title, trusted)
    source.add("def _function(w):")
    if record.members.unpack is not None:
        source.add("  r = w", f"  w = {source.bind(record.members.unpack, 'unpack')}(w)")
    constructor = record.adapter.fast_constructor() if record.rest is None else None
    source.add(*(_called(record, source) if constructor is None else _assigned(record, constructor, source)))
    return source.compile("_function")


def _assigned(record: RecordLayout, constructor: FastConstructor, source: Source) -> Iterator[str]:
    variables: dict[str, str] = {}
    for index, info in enumerate(record.readable):
        variables[info.name] = variable = f"v{index}"
        absent = partial(constructor.default_code, info.name, source)
        yield from _read(info, source, f"w.f{index}", variable, absent=absent)
    yield from constructor.construction_code(variables, source)


def _read(
    info: FieldInfo, source: Source, stored: str, place: str, *, absent: Callable[[], str] | None
) -> Iterator[str]:
    """Yield the lines that read a field into a place; without *absent*, the class sets the default."""
    unset = source.bind(UNSET, "unset")
    if info.optional:
        yield f"  t = {stored}"
        yield f"  if t is {unset}: {place} = None"
        yield from optional_lines(info.kind, source, "t", place, otherwise="el")
    elif not info.may_be_absent:
        yield f"  {place} = {info.kind.read_code(source, stored)}"
    elif (without := _without(info, source)) or absent is not None:
        otherwise = without or (absent() if absent is not None else "")
        yield f"  {place} = {otherwise} if {stored} is {unset} else {info.kind.read_code(source, stored)}"
    else:
        yield f"  if {stored} is not {unset}: {place} = {info.kind.read_code(source, stored)}"


def _without(info: FieldInfo, source: Source) -> str:
    """Return an expression for the value of an absent attribute; empty if the class sets a default."""
    if info.missing:
        return ""
    if info.kind.is_set and not info.null:  # absent means that the set was empty, whatever the default
        return f"{source.bind(empty_set(info.kind), 'empty')}()"
    return "" if info.has_default else "None"


def _called(record: RecordLayout, source: Source) -> Iterator[str]:
    """Yield the lines that make an object by calling its class, which sets the defaults of absent attributes."""
    adapter, trusted = record.adapter, source.trusted
    yield f"  d = {source.bind(record.rest.read, 'rest')}(r)" if adapter.keeps_extras and record.rest else "  d = {}"
    later: list[str] = []
    for index, info in enumerate(record.readable):
        field = record.class_fields[info.name]
        place = f"d[{field.argument!r}]" if field.init else f"e[{field.name!r}]"
        lines = _read(info, source, f"w.f{index}", place, absent=None)
        if field.init:
            yield from lines
        else:
            later.extend(lines)
    rest = record.rest_field
    if rest is not None and record.rest is not None:
        yield f"  d[{rest.argument!r}] = {source.bind(record.rest.read, 'rest')}(r)"
    make = adapter.make_trusted if trusted else adapter.make
    if type(adapter).make is Adapter.make and (not trusted or type(adapter).make_trusted is Adapter.make_trusted):
        made = f"{source.bind(adapter.cls, 'cls')}(**d)"
    else:
        made = f"{source.bind(make, 'make')}(d)"
    if not later:
        yield f"  return {made}"
        return
    restore = source.bind(adapter.restore_trusted if trusted else adapter.restore, "restore")
    yield from (f"  o = {made}", "  e = {}", *later)
    yield from (f"  for n, x in e.items(): {restore}(o, n, x)", "  return o")


def empty_set(kind: Kind) -> type[Any]:
    """Return the class of the empty set of a kind of set."""
    return frozenset if kind.expected.startswith("frozenset") else set
