"""The generated functions of a class: one that writes an object's members, one that makes an object of them."""

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
    """What is generated from: a class, as its library tells of it, and how its fields are stored."""

    def __init__(self, cls: Any) -> None:
        self.adapter = adapter_of(cls)
        self.cls: Any = self.adapter.cls
        self.title = self.adapter.title
        self.class_fields: dict[str, Field] = {field.name: field for field in self.adapter.fields}
        self.fields: dict[str, FieldInfo] = {}
        self.rest: Rest | None = None
        """How attributes are kept that no field has; `None` where they are left out."""

    @property
    def stored_fields(self) -> list[FieldInfo]:
        """The fields of the class that have an attribute each."""
        return [info for info in self.fields.values() if info.name in self.class_fields and not info.rest]

    @property
    def readable(self) -> list[FieldInfo]:
        """The fields that are read; a derived one is made by the class."""
        return [info for info in self.stored_fields if not info.derived]

    @property
    def rest_field(self) -> Field | None:
        """The field for what no other has."""
        return next((self.class_fields[info.name] for info in self.fields.values() if info.rest), None)

    @cached_property
    def members(self) -> Members:
        """How msgspec reads the fields."""
        mirrors = [optional_mirror(info.kind) if info.optional else info.kind.mirror() for info in self.readable]
        pairs = zip(self.readable, mirrors, strict=True)
        return Members.of(
            self.title,
            [Member(info.attribute, mirror, required=not info.may_be_absent) for info, mirror in pairs],
            rest=self.rest is not None,
        )


def generate_writer(record: RecordLayout, *, trusted: bool, apart: bool = False) -> Callable[[Any], str]:
    """
    Generate the function that writes the members of an object, without braces.

    *apart*: without the fields that are stored in the key alone.
    """
    source = Source(record.title, trusted)
    source.add("def _function(o):")
    is_one, unlike = record.adapter.instance_test_code(source), source.bind(record.adapter.mismatch, "unlike")
    source.add(f"  if not ({is_one}) and {unlike}(o): {refusal(source, 'o')}")
    members = MembersText()
    for name, tag in record.adapter.constants.items():
        members.always.append([f"{quote(name)}:{untyped_text(tag)}"])
    for index, info in enumerate(record.stored_fields):
        if apart and info.key_only:
            continue
        variable = f"v{index}"
        unset = source.bind(UNSET, "unset") if info.missing else ""
        source.add(f"  {variable} = {record.adapter.access_code(record.class_fields[info.name], unset)}")
        member: list[Part] = [f"{quote(info.attribute)}:", *info.kind.write_code(source, variable)]
        if info.missing:
            source.add(f"  t{index} = '' if {variable} is {unset} else {template([',', *member])}")
            members.at_times.append(f"t{index}")
        elif is_always_written(info):
            members.always.append(member)
        else:
            source.add(f"  t{index} = {written_at_times(info, source, variable, template([',', *member]))}")
            members.at_times.append(f"t{index}")
    if record.rest is not None:
        text, held = source.bind(record.rest.text, "rest"), source.bind(record.rest.held, "held")
        source.add(f"  rest = {text}({held}(o))")
        members.at_times.append("rest")
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


def generate_reader(record: RecordLayout, *, trusted: bool) -> Callable[[Any], Any]:
    """Generate the function that makes an object of its mirror; a trusted one leaves out the class's validators."""
    source = Source(record.title, trusted)
    source.add("def _function(w):")
    if record.members.unpack is not None:
        source.add("  r = w", f"  w = {source.bind(record.members.unpack, 'unpack')}(w)")
    quick = record.adapter.fast_constructor() if record.rest is None else None
    source.add(*(_called(record, source) if quick is None else _stored(record, quick, source)))
    return source.compile("_function")


def _stored(record: RecordLayout, quick: FastConstructor, source: Source) -> Iterator[str]:
    variables: dict[str, str] = {}
    for index, info in enumerate(record.readable):
        variables[info.name] = variable = f"v{index}"
        absent = partial(quick.default_code, info.name, source)
        yield from _read(info, source, f"w.f{index}", variable, absent=absent)
    yield from quick.construction_code(variables, source)


def _read(
    info: FieldInfo, source: Source, stored: str, place: str, *, absent: Callable[[], str] | None
) -> Iterator[str]:
    """Yield the lines that read a field into a place; without *absent*, one that is left to the class stays unset."""
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
    """Return an expression for what absence means, where it means one value; nothing where the class decides."""
    if info.missing:
        return ""
    if info.kind.is_set and not info.null:  # it was empty when it was written, whatever the default
        return f"{source.bind(empty_set(info.kind), 'empty')}()"
    return "" if info.has_default else "None"


def _called(record: RecordLayout, source: Source) -> Iterator[str]:
    """Yield the lines that make an object by its adapter: what is absent is left to the class."""
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
    """Return what makes the empty set of a kind of set."""
    return frozenset if kind.expected.startswith("frozenset") else set
