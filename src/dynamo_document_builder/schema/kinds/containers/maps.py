"""The kind of mappings: `dict[str, T]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import GenericAlias
from typing import Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, elements_text
from dynamo_document_builder.schema.failures import inside
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal
from dynamo_document_builder.schema.type_guards import is_dict, is_text, split_wire, type_name
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.type_guards import is_mapping


class MapKind(Kind):
    """`dict[str, T]`, or `dict[E, T]` if `E` is an enum or a `Literal` with text values."""

    is_map = True
    wire_types = frozenset({"M"})

    def __init__(self, of: Kind, key: str = "str", names: Mapping[Any, str] | None = None) -> None:
        self.of = of
        self.expected = f"dict[{key}, {of.expected}]"
        self.key = key
        self.names = names
        """The stored name of each key; `None` if any text is a key."""
        known = (names or {}).items()
        self._written: dict[tuple[type[Any], Any], str] = {(type(one), one): quote(name) for one, name in known}
        self._read = {name: one for one, name in known}

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        mapping = inner.bind(Mapping, "mapping")
        inner.add("def _function(v):")
        inner.add(f"  if type(v) is not dict and not isinstance(v, {mapping}): {refusal(inner, 'v')}")
        if self.names is None:
            name = Code(f"{inner.bind(quote, 'quote')}(k) if type(k) is str else {refusal(inner, 'k')}")
        else:
            name = Code(f"{inner.bind(self._written, 'names')}[type(k), k]")
        member: list[Part] = [name, ":", *self.of.write_code(inner, "x")]
        inner.add(f"  return {elements_text(member, 'for k, x in v.items()')}")
        return ['{"M":{', Code(f"{source.bind(inner.compile('_function'), 'members')}({variable})"), "}}"]

    def mirror_types(self) -> dict[str, Any]:
        return {"M": GenericAlias(dict, (str, self.of.mirror()))}

    def read_code(self, source: Source, wire: str) -> str:
        name = "k" if self.names is None else f"{source.bind(self._read, 'keys')}[k]"
        return f"{{{name}: {self.of.read_code(source, 'x')} for k, x in {wire}.M.items()}}"

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_mapping(value):
            yield FieldFailure(path, self.expected, type_name(value))
            return
        for name, element in value.items():
            stored = name if self.names is None else self.names.get(name)
            if not is_text(stored):
                found = "a key that is not text" if self.names is None else f"a key that is not of {self.key}"
                yield FieldFailure(path, self.expected, found)
            else:
                yield from self.of.write_failures(element, inside(path, stored))

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        if wire_type != "M" or not is_dict(stored):
            yield from super().read_failures(wire, path)
            return
        for name, element in stored.items():
            if self.names is not None and name not in self._read:
                yield FieldFailure(path, self.expected, f"a stored key that is not of {self.key}")
            yield from self.of.read_failures(element, inside(path, name))

    def key_of(self, name: str) -> Any:
        """Return the key for a stored name."""
        return name if self.names is None else self._read[name]

    def member(self, name: str, /) -> FieldInfo | None:
        if self.names is not None and name not in self._read:
            return None
        return FieldInfo(name, name, self.of, has_default=True)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self._read)
