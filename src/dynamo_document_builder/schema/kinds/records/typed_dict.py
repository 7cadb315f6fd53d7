"""The kind of `TypedDict` inside an item."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.mirrors import Member, Members
from dynamo_document_builder.schema.codegen.records import MembersText
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.failures import inside
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.type_guards import is_dict, split_wire, type_name
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class TypedDictKind(Kind):
    """A `TypedDict`, stored as a map; a key that is not required may be missing."""

    is_map = True
    wire_types = frozenset({"M"})

    def __init__(self, cls: Any) -> None:
        self.cls = cls
        self.expected: str = cls.__name__
        self.fields: dict[str, FieldInfo] = {}
        """By key. A field that may be missing has `has_default=True`."""
        self._writers: dict[bool, Callable[[Any], str]] = {}
        self._readers: dict[bool, Callable[[Any], Any]] = {}

    @property
    def infos(self) -> Iterable[FieldInfo]:
        return self.fields.values()

    def write_code(self, source: Source, variable: str) -> list[Part]:
        members = source.bind(self.members_writer(trusted=source.trusted), "members")
        return ['{"M":{', Code(f"{members}({variable})"), "}}"]

    def members_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        """Return the generated function that writes the members of a dictionary, without the braces around them."""
        if trusted not in self._writers:
            self._writers[trusted] = self._writer(Source(self.expected, trusted))
        return self._writers[trusted]

    def _writer(self, source: Source) -> Callable[[Any], str]:
        names, unset = source.bind(frozenset(self.fields), "names"), source.bind(UNSET, "unset")
        source.add("def _function(v):")
        source.add(f"  if type(v) is not dict or not v.keys() <= {names}: {refusal(source, 'v')}")
        members = MembersText()
        for index, info in enumerate(self.fields.values()):
            member: list[Part] = [f"{quote(info.attribute)}:", *info.kind.write_code(source, f"v{index}")]
            if info.has_default:
                source.add(f"  v{index} = v.get({info.name!r}, {unset})")
                source.add(f"  t{index} = '' if v{index} is {unset} else {template([',', *member])}")
                members.optional.append(f"t{index}")
            else:
                source.add(f"  v{index} = v[{info.name!r}]")
                members.always.append(member)
        source.add(members.return_line())
        return source.compile("_function")

    @cached_property
    def members(self) -> Members:
        """The mirror of the members."""
        return Members.of(
            self.expected,
            [
                Member(info.attribute, info.kind.mirror(), required=not info.has_default)
                for info in self.fields.values()
            ],
        )

    def mirror_types(self) -> dict[str, Any]:
        return {"M": self.members.mirror}

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.members_reader(trusted=source.trusted), 'read')}({wire}.M)"

    def members_reader(self, *, trusted: bool) -> Callable[[Any], Any]:
        """Return the generated function that makes a dictionary from the mirror of its members."""
        if trusted not in self._readers:
            self._readers[trusted] = self._reader(Source(self.expected, trusted))
        return self._readers[trusted]

    def _reader(self, source: Source) -> Callable[[Any], Any]:
        unset = source.bind(UNSET, "unset")
        source.add("def _function(w):", "  d = {}")
        if self.members.unpack is not None:
            source.add(f"  w = {source.bind(self.members.unpack, 'unpack')}(w)")
        for index, info in enumerate(self.fields.values()):
            value = f"d[{info.name!r}] = {info.kind.read_code(source, f'w.f{index}')}"
            source.add(f"  if w.f{index} is not {unset}: {value}" if info.has_default else f"  {value}")
        source.add("  return d")
        return source.compile("_function")

    @cached_property
    def members_decoder(self) -> msgspec.json.Decoder[Any]:
        """Decoder of the members."""
        return new_decoder(self.members.mirror)

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_dict(value) or type(value) is not dict:
            yield FieldFailure(path, self.expected, type_name(value))
            return
        for name in value.keys() - self.fields.keys():
            yield FieldFailure(inside(path, str(name)), "nothing", "a key the TypedDict does not have")
        for name, info in self.fields.items():
            if name in value:
                yield from info.kind.write_failures(value[name], inside(path, name))
            elif not info.has_default:
                yield FieldFailure(inside(path, name), info.kind.expected, "nothing")

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        if wire_type != "M" or not is_dict(stored):
            yield from super().read_failures(wire, path)
            return
        for name, info in self.fields.items():
            if name in stored:
                yield from info.kind.read_failures(stored[name], inside(path, name))
            elif not info.has_default:
                yield FieldFailure(inside(path, name), info.kind.expected, "nothing stored")

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)
