"""The kind of typed dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from dynamo_document_builder.errors import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, leaf, refusal, stored_as
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.source import Code, Part, Source, joined, template
from dynamo_document_builder.wire.json import quote


class TypedDictKind(Kind):
    """A `TypedDict`, stored as a map; members that are not required may be missing."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, name: str, members: Mapping[str, FieldInfo], required: frozenset[str]) -> None:
        self.expected = name
        self.members = dict(members)
        self.required = required

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        names, unset = inner.bind(frozenset(self.members), "names"), inner.bind(UNSET, "unset")
        inner.add("def _function(v):")
        inner.add(f"  if type(v) is not dict or not v.keys() <= {names}: {refusal(inner, 'v')}")
        always: list[list[Part]] = []
        sometimes: list[str] = []
        for index, info in enumerate(self.members.values()):
            member: list[Part] = [f"{quote(info.stored)}:", *info.kind.text(inner, f"v{index}")]
            if info.name in self.required:
                inner.add(f"  v{index} = v[{info.name!r}]")
                always.append(member)
            else:
                inner.add(f"  v{index} = v.get({info.name!r}, {unset})")
                inner.add(f"  t{index} = '' if v{index} is {unset} else {template([',', *member])}")
                sometimes.append(f"t{index}")
        whole = template([*joined(always, ","), *map(Code, sometimes)])
        inner.add(f"  return {whole}" if always else f"  return {whole}[1:]")
        return ['{"M":{', Code(f"{source.bind(inner.compile('_function'), 'members')}({variable})"), "}}"]

    @cached_property
    def struct(self) -> type[msgspec.Struct]:
        members: list[Any] = []
        for index, info in enumerate(self.members.values()):
            mirror = info.kind.mirror()
            present = info.name in self.required
            members.append((f"f{index}", mirror) if present else (f"f{index}", mirror | UnsetType, UNSET))
        names = {f"f{index}": info.stored for index, info in enumerate(self.members.values())}
        return msgspec.defstruct(f"Stored{self.expected}", members, rename=names, kw_only=True, gc=False)

    def mirror(self) -> Any:
        return leaf("M", self.struct)

    def read(self, source: Source, wire: str) -> str:
        inner = source.inner(self.expected)
        unset = inner.bind(UNSET, "unset")
        inner.add("def _function(w):", "  d = {}")
        for index, info in enumerate(self.members.values()):
            value = f"d[{info.name!r}] = {info.kind.read(inner, f'w.f{index}')}"
            inner.add(f"  {value}" if info.name in self.required else f"  if w.f{index} is not {unset}: {value}")
        inner.add("  return d")
        return f"{source.bind(inner.compile('_function'), 'read')}({wire}.M)"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, dict):
            yield FieldFailure(path, self.expected, type(value).__name__)
            return
        for name in value.keys() - self.members.keys():
            yield FieldFailure(inside(path, str(name)), "nothing", "a key the TypedDict does not have")
        for name, info in self.members.items():
            if name in value:
                yield from info.kind.misfits(value[name], inside(path, name))
            elif name in self.required:
                yield FieldFailure(inside(path, name), info.kind.expected, "nothing")

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if stored_as(wire) != "M" or not isinstance(wire["M"], dict):
            yield from super().unfit(wire, path)
            return
        for name, info in self.members.items():
            if name in wire["M"]:
                yield from info.kind.unfit(wire["M"][name], inside(path, name))
            elif name in self.required:
                yield FieldFailure(inside(path, name), info.kind.expected, "nothing stored")

    def member(self, name: str, /) -> FieldInfo | None:
        return self.members.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.members)
