"""The kind of mappings whose names are data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import GenericAlias
from typing import Any

from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.shapes import is_dict, is_text, stored_form, type_name
from dynamo_document_builder.schema.source import Code, Part, Source, elements_text
from dynamo_document_builder.wire.guards import is_mapping
from dynamo_document_builder.wire.json import quote


class MapKind(Kind):
    """`dict[str, T]`."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, of: Kind) -> None:
        self.of = of
        self.expected = f"dict[str, {of.expected}]"

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        mapping = inner.bind(Mapping, "mapping")
        inner.add("def _function(v):")
        inner.add(f"  if type(v) is not dict and not isinstance(v, {mapping}): {refusal(inner, 'v')}")
        name = Code(f"{inner.bind(quote, 'quote')}(k) if type(k) is str else {refusal(inner, 'k')}")
        member: list[Part] = [name, ":", *self.of.text(inner, "x")]
        inner.add(f"  return {elements_text(member, 'for k, x in v.items()')}")
        return ['{"M":{', Code(f"{source.bind(inner.compile('_function'), 'members')}({variable})"), "}}"]

    def leaves(self) -> dict[str, Any]:
        return {"M": GenericAlias(dict, (str, self.of.mirror()))}

    def read(self, source: Source, wire: str) -> str:
        return f"{{k: {self.of.read(source, 'x')} for k, x in {wire}.M.items()}}"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_mapping(value):
            yield FieldFailure(path, self.expected, type_name(value))
            return
        for name, element in value.items():
            if not is_text(name):
                yield FieldFailure(path, self.expected, "a key that is no text")
            else:
                yield from self.of.misfits(element, inside(path, name))

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        tag, stored = stored_form(wire)
        if tag != "M" or not is_dict(stored):
            yield from super().unfit(wire, path)
            return
        for name, element in stored.items():
            yield from self.of.unfit(element, inside(path, name))

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self.of, has_default=True)
