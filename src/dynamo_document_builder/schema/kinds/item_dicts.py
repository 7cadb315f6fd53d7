"""The kind of a `TypedDict` whose dictionaries are whole items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, refusal
from dynamo_document_builder.schema.kinds.optional import optional_lines
from dynamo_document_builder.schema.kinds.record_code import (
    MembersText,
    empty_set,
    is_always_written,
    written_at_times,
)
from dynamo_document_builder.schema.kinds.records import RecordKind, value_misfits
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.shapes import is_dict, type_name
from dynamo_document_builder.schema.source import Part, Source, template
from dynamo_document_builder.wire.json import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class ItemDictKind(RecordKind):
    """
    A `TypedDict` as the schema of an entity.

    Unlike one inside an item, it has fields as a class has them: with an alias or a role, and not stored where `None`.
    What is not required may be missing, in the dictionary as in the item.
    """

    @property
    def item_class(self) -> type[Any]:
        return dict

    def _new_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        return _writer_of(self, Source(self.expected, trusted))

    def _new_reader(self, *, trusted: bool) -> Callable[[Any], Any]:
        return _reader_of(self, Source(self.expected, trusted))

    def members_misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_dict(value) or type(value) is not dict:
            yield FieldFailure(path, self.expected, type_name(value))
            return
        for name in value:
            if name not in self.fields:
                yield FieldFailure(inside(path, str(name)), "nothing", "a key the TypedDict does not have")
        yield from self._fields_misfits(value, path)

    def _field_misfits(self, info: FieldInfo, value: Any, path: str) -> Iterator[FieldFailure]:
        if info.name in value:
            yield from value_misfits(info, value[info.name], path)
        elif not info.has_default:
            yield FieldFailure(path, info.kind.expected, "nothing")


def _writer_of(kind: ItemDictKind, source: Source) -> Callable[[Any], str]:
    names, unset = source.bind(frozenset(kind.fields), "names"), source.bind(UNSET, "unset")
    source.add("def _function(o):", f"  if type(o) is not dict or not o.keys() <= {names}: {refusal(source, 'o')}")
    members = MembersText()
    for index, info in enumerate(kind.fields.values()):
        if info.key_only:
            continue
        variable = f"v{index}"
        member: list[Part] = [f"{quote(info.stored)}:", *info.kind.text(source, variable)]
        if is_always_written(info) and not info.has_default:
            source.add(f"  {variable} = o[{info.name!r}]")
            members.always.append(member)
            continue
        written = template([",", *member])
        if not is_always_written(info):
            written = written_at_times(info, source, variable, written)
        taken = f"o.get({info.name!r}, {unset})" if info.has_default else f"o[{info.name!r}]"
        source.add(f"  {variable} = {taken}")
        source.add(f"  t{index} = '' if {variable} is {unset} else {written}")
        members.at_times.append(f"t{index}")
    source.add(members.returned())
    return source.compile("_function")


def _reader_of(kind: ItemDictKind, source: Source) -> Callable[[Any], Any]:
    unset = source.bind(UNSET, "unset")
    source.add("def _function(w):", "  d = {}")
    if kind.plan.members.unpack is not None:
        source.add(f"  w = {source.bind(kind.plan.members.unpack, 'unpack')}(w)")
    for index, info in enumerate(kind.fields.values()):
        source.add(*_read_lines(info, source, f"w.f{index}", f"d[{info.name!r}]", unset))
    source.add("  return d")
    return source.compile("_function")


def _read_lines(info: FieldInfo, source: Source, stored: str, place: str, unset: str) -> Iterator[str]:
    if info.has_default:
        yield f"  if {stored} is {unset}: pass"
    elif info.optional or info.null:
        yield f"  if {stored} is {unset}: {place} = None"
    elif info.kind.is_set:  # it was empty when it was written
        yield f"  if {stored} is {unset}: {place} = {source.bind(empty_set(info.kind), 'empty')}()"
    else:
        yield f"  {place} = {info.kind.read(source, stored)}"
        return
    if info.optional:
        yield from optional_lines(info.kind, source, stored, place, otherwise="el")
    else:
        yield f"  else: {place} = {info.kind.read(source, stored)}"
