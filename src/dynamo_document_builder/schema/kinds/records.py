"""Kinds with named members of their own types: attrs classes, and typed dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs
import msgspec
from msgspec import UNSET, Raw, UnsetType

from dynamo_document_builder.errors import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, leaf, refusal, stored_as
from dynamo_document_builder.schema.kinds.containers import optional_lines, optional_mirror
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.source import Code, Part, Source, joined, template
from dynamo_document_builder.wire.json import quote


class RecordKind(Kind):
    """An attrs class, stored as a map, or as a whole item where it is an entity's schema."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.expected = cls.__name__
        self.fields: dict[str, FieldInfo] = {}
        self.attributes: dict[str, attrs.Attribute[Any]] = {field.name: field for field in attrs.fields(cls)}
        self._writers: dict[bool, Callable[[Any], str]] = {}

    @property
    def validated(self) -> bool:
        """Whether the class has validators to run before its objects are written."""
        return any(field.validator is not None for field in self.attributes.values())

    def text(self, source: Source, variable: str) -> list[Part]:
        members = source.bind(self.members_writer(trusted=source.trusted), "members")
        cls = source.bind(self.cls, "cls")
        return [
            '{"M":{',
            Code(f"{members}({variable}) if type({variable}) is {cls} else {refusal(source, variable)}"),
            "}}",
        ]

    def members_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        """Return the generated function that writes the members of an object, without braces."""
        if trusted not in self._writers:
            self._writers[trusted] = self._make_writer(trusted=trusted)
        return self._writers[trusted]

    def _make_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        source = Source(self.expected, trusted)
        source.add("def _function(o):")
        if self.validated and not trusted:
            source.add(f"  {source.bind(attrs.validate, 'validate')}(o)")
        always: list[list[Part]] = []
        sometimes: list[str] = []
        for index, info in enumerate(self.fields.values()):
            variable = f"v{index}"
            source.add(f"  {variable} = o.{info.name}")
            member: list[Part] = [f"{quote(info.stored)}:", *info.kind.text(source, variable)]
            if _stands(info):
                always.append(member)
            else:
                source.add(f"  t{index} = {template([',', *member])} if {_present(info, source, variable)} else ''")
                sometimes.append(f"t{index}")
        whole = template([*joined(always, ","), *map(Code, sometimes)])
        source.add(f"  return {whole}" if always else f"  return {whole}[1:]")
        return source.compile("_function")

    @property
    def readable(self) -> Iterator[tuple[int, FieldInfo]]:
        """The fields that `__init__` takes, with their positions; the others it makes itself."""
        for index, info in enumerate(self.fields.values()):
            if self.attributes[info.name].init:
                yield index, info

    @cached_property
    def struct(self) -> type[msgspec.Struct]:
        """The msgspec struct that mirrors the members."""
        members: list[Any] = []
        for index, info in self.readable:
            mirror = optional_mirror(info.kind) if info.optional else info.kind.mirror()
            required = not (info.optional or info.null or info.has_default or info.kind.is_set)
            members.append((f"f{index}", mirror) if required else (f"f{index}", mirror | UnsetType, UNSET))
        names = {f"f{index}": info.stored for index, info in self.readable}
        return msgspec.defstruct(f"Stored{self.cls.__name__}", members, rename=names, kw_only=True, gc=False)

    def mirror(self) -> Any:
        return leaf("M", self.struct)

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.members_reader, 'read')}({wire}.M)"

    @cached_property
    def members_reader(self) -> Callable[[Any], Any]:
        """The generated function that makes an object of its mirror."""
        source = Source(self.expected)
        source.add("def _function(w):", *self._read_lines(source))
        given = [
            f"v{index}" if not self.attributes[info.name].kw_only else f"{self.attributes[info.name].alias}=v{index}"
            for index, info in self.readable
        ]
        given.sort(key=lambda argument: "=" in argument)
        source.add(f"  return {source.bind(self.cls, 'cls')}({', '.join(given)})")
        return source.compile("_function")

    @cached_property
    def trusted_reader(self) -> Callable[[Any], Any]:
        """The same without the class's own `__init__`: no converters, no validators."""
        source = Source(self.expected)
        source.add("def _function(w):", *self._read_lines(source))
        put, new, cls = (
            source.bind(object.__setattr__, "put"),
            source.bind(object.__new__, "new"),
            source.bind(self.cls, "cls"),
        )
        nothing, made = source.bind(attrs.NOTHING, "nothing"), source.bind(_made, "made")
        source.add(f"  o = {new}({cls})")
        read = {info.name: f"v{index}" for index, info in self.readable}
        for name, attribute in self.attributes.items():
            value = read.get(name, nothing)
            source.add(f"  {put}(o, {name!r}, {made}({source.bind(attribute, 'field')}, o, {value}))")
        source.add("  return o")
        return source.compile("_function")

    def _read_lines(self, source: Source) -> Iterator[str]:
        unset = source.bind(UNSET, "unset")
        for index, info in self.readable:
            stored, variable = f"w.f{index}", f"v{index}"
            if info.optional:
                yield f"  t = {stored}"
                yield f"  if t is {unset}: {variable} = None"
                first, *rest = optional_lines(info.kind, source, "t", variable)
                yield f"  el{first.strip()}" if first.strip().startswith("if ") else f"  else: {first.strip()}"
                yield from rest
            elif info.null or info.has_default or info.kind.is_set:
                absent = self._absent(info, source)
                yield f"  {variable} = {absent} if {stored} is {unset} else {info.kind.read(source, stored)}"
            else:
                yield f"  {variable} = {info.kind.read(source, stored)}"

    def _absent(self, info: FieldInfo, source: Source) -> str:
        if info.null:
            return "None"
        default = self.attributes[info.name].default
        if default is attrs.NOTHING:
            return f"{source.bind(_empty_set(info.kind), 'empty')}()"
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to type checkers
            return source.bind(attrs.NOTHING, "nothing")  # makes `__init__` call the factory
        return source.bind(default, "default") if default is not None else "None"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, self.cls):
            yield FieldFailure(path, self.expected, "None" if value is None else type(value).__name__)
            return
        found = False
        for info in self.fields.values():
            for failure in self._field_misfits(info, value, inside(path, info.name) if path else info.name):
                found = True
                yield failure
        if not found:
            yield from self._refused_by_validators(value, path)

    def _field_misfits(self, info: FieldInfo, value: object, path: str) -> Iterator[FieldFailure]:
        member = getattr(value, info.name)
        if info.optional and member is None:
            return
        if info.kind.is_set and not info.optional and member in (set(), frozenset()):
            return
        yield from info.kind.misfits(member, path)

    def _refused_by_validators(self, value: object, path: str) -> Iterator[FieldFailure]:
        for field in self.attributes.values():
            if field.validator is None:
                continue
            try:
                field.validator(value, field, getattr(value, field.name))
            except Exception as error:  # noqa: BLE001  a validator may raise anything to refuse
                place = inside(path, field.name) if path else field.name
                yield FieldFailure(place, "a value its validator takes", f"one it refuses with {type(error).__name__}")

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if stored_as(wire) != "M" or not isinstance(wire["M"], dict):
            yield from super().unfit(wire, path)
            return
        yield from self.unfit_members(wire["M"], path)

    def unfit_members(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        """Say what in the members, or in a whole item, cannot be read."""
        for _, info in self.readable:
            place = inside(path, info.name) if path else info.name
            wire = stored.get(info.stored)
            if wire is None:
                if not (info.optional or info.null or info.has_default or info.kind.is_set):
                    yield FieldFailure(place, info.kind.expected, "nothing stored")
            elif not (info.optional and wire == {"NULL": True}):
                yield from info.kind.unfit(wire, place)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)


class RecursiveKind(Kind):
    """A record inside itself: its functions are called by name, because they are not made yet."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, of: RecordKind) -> None:
        self.of = of
        self.expected = of.expected
        self.cls = of.cls

    def text(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(self._trusted if source.trusted else self._checked, 'write')}({variable})")]

    def _checked(self, value: Any) -> str:
        return self.of.writer(value)

    def _trusted(self, value: Any) -> str:
        if type(value) is not self.of.cls:
            raise TypeError
        return f'{{"M":{{{self.of.members_writer(trusted=True)(value)}}}}}'

    def mirror(self) -> Any:
        return Raw

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(self._read, 'read')}({wire})"

    def _read(self, raw: Raw) -> Any:
        return self.of.reader(bytes(raw))

    def is_stored_null(self, wire: Any) -> bool:
        return bool(msgspec.json.decode(wire) == {"NULL": True})

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        return self.of.misfits(value, path)

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        return self.of.unfit(wire, path)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.of.member(name)

    def member_names(self) -> tuple[str, ...]:
        return self.of.member_names()


def _stands(info: FieldInfo) -> bool:
    """Whether the field is stored whatever its value."""
    return not info.optional and (info.null or not info.kind.is_set)


def _present(info: FieldInfo, source: Source, variable: str) -> str:
    if info.optional:
        return f"{variable} is not None"
    # A set that is empty is left out, and reads back empty; anything else that is empty is no set, and goes on to fail.
    return f"{variable} or not isinstance({variable}, {source.bind((set, frozenset), 'sets')})"


def _empty_set(kind: Kind) -> type[Any]:
    return frozenset if kind.expected.startswith("frozenset") else set


def _made(field: attrs.Attribute[Any], instance: object, value: Any) -> Any:
    if value is not attrs.NOTHING:
        return value
    default: Any = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to type checkers
        return default.factory(instance) if default.takes_self else default.factory()
    return default
