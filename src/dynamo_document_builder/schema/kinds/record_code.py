"""The generated functions of an attrs class: one that writes an object's members, one that makes an object of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from msgspec import UNSET

from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.kinds.mirrors import Member, Members
from dynamo_document_builder.schema.kinds.optional import optional_lines, optional_mirror
from dynamo_document_builder.schema.kinds.sets import SETS
from dynamo_document_builder.schema.members import is_model, members_by_name
from dynamo_document_builder.schema.shapes import type_name
from dynamo_document_builder.schema.source import Code, Part, Source, joined, template
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CACHED_HASH: Final = "_attrs_cached_hash"
"""Where a class made with `cache_hash=True` looks for its hash; its `__init__` makes the place."""


class RecordPlan:
    """What is generated from: an attrs class and how its fields are stored."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.title = cls.__name__
        self.attributes: dict[str, attrs.Attribute[Any]] = members_by_name(cls)
        self.fields: dict[str, FieldInfo] = {}

    @property
    def validated(self) -> bool:
        """Whether the class has validators to run before its objects are written."""
        return any(field.validator is not None for field in self.attributes.values())

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
    if record.validated and not trusted:
        source.add(f"  {source.bind(attrs.validate, 'validate')}(o)")
    members = MembersText()
    for index, info in enumerate(record.fields.values()):
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
    if trusted and record.validated:
        source.add(*_filling_lines(record, source))
    else:
        source.add(*_making_lines(record, source))
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
            absent = _absent(info, default, source, by_attrs=attrs.has(record.cls))
            yield f"  {variable} = {absent} if {stored} is {unset} else {info.kind.read(source, stored)}"
        else:
            yield f"  {variable} = {info.kind.read(source, stored)}"


def _absent(info: FieldInfo, default: Any, source: Source, *, by_attrs: bool) -> str:
    if info.kind.is_set and not info.null:  # it was empty when it was written, whatever the default
        return f"{source.bind(empty_set(info.kind), 'empty')}()"
    if default is attrs.NOTHING:
        return "None"
    if _is_factory(default):
        if not by_attrs:
            return f"{source.bind(default.factory, 'factory')}()"
        return source.bind(attrs.NOTHING, "nothing")  # makes `__init__` call the factory
    return source.bind(default, "default")


def empty_set(kind: Kind) -> type[Any]:
    """Return what makes the empty set of a kind of set."""
    return frozenset if kind.expected.startswith("frozenset") else set


def _making_lines(record: RecordPlan, source: Source) -> Iterator[str]:
    cls = source.bind(record.cls, "cls")
    by_place: list[str] = []
    by_name: list[str] = []
    for index, info in enumerate(record.readable):
        attribute = record.attributes[info.name]
        if attribute.kw_only:
            by_name.append(f"{attribute.alias}=v{index}")
        else:
            by_place.append(f"v{index}")
    arguments = ", ".join(by_place + by_name)
    if is_model(record.cls):
        pairs = [f"{record.attributes[info.name].alias!r}: v{n}" for n, info in enumerate(record.readable)]
        yield f"  return {source.bind(record.cls.model_validate, 'validate')}({{{', '.join(pairs)}}})"
    elif "__attrs_init__" in vars(record.cls):  # its `__init__` is its own, and may take anything
        yield f"  o = {source.bind(object.__new__, 'new')}({cls})"
        yield f"  o.__attrs_init__({arguments})"
        yield "  return o"
    else:
        yield f"  return {cls}({arguments})"


def _filling_lines(record: RecordPlan, source: Source) -> Iterator[str]:
    """Do what the class's `__init__` does, but for the validators."""
    put = source.bind(object.__setattr__, "put")
    variables = {info.name: f"v{index}" for index, info in enumerate(record.readable)}
    yield f"  o = {source.bind(object.__new__, 'new')}({source.bind(record.cls, 'cls')})"
    for name, attribute in record.attributes.items():
        value = variables.get(name, source.bind(attrs.NOTHING, "nothing"))
        if _is_factory(attribute.default) or _converter(attribute) is not None or name not in variables:
            value = f"{source.bind(_filled, 'filled')}({source.bind(attribute, 'field')}, o, {value})"
        if name in variables or attribute.default is not attrs.NOTHING:
            yield f"  {put}(o, {name!r}, {value})"
    if _CACHED_HASH in getattr(getattr(record.cls.__hash__, "__code__", None), "co_names", ()):
        yield f"  {put}(o, {_CACHED_HASH!r}, None)"
    if hasattr(record.cls, "__attrs_post_init__"):
        yield "  o.__attrs_post_init__()"
    yield "  return o"


def _filled(field: attrs.Attribute[Any], instance: object, value: Any) -> Any:
    if value is attrs.NOTHING:
        default: Any = field.default
        if not _is_factory(default):
            value = default
        else:
            value = default.factory(instance) if default.takes_self else default.factory()
    converter = _converter(field)
    if converter is None:
        return value
    takes_three = isinstance(converter, getattr(attrs, "Converter", ()))  # attrs 24.1 and newer
    return converter(value, instance, field) if takes_three else converter(value)


def _converter(field: attrs.Attribute[Any]) -> Any:
    return cast("Any", field).converter


def _is_factory(default: Any) -> bool:
    return isinstance(default, attrs.Factory)  # type: ignore[arg-type]  # a class at run time, a function to type checkers
