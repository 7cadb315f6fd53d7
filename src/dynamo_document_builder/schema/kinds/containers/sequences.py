"""Kinds of lists and tuples."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, elements_text, joined, template
from dynamo_document_builder.schema.kinds.base import Kind, refusal
from dynamo_document_builder.schema.type_guards import is_list, is_tuple, split_wire, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ListKind(Kind):
    """`list[T]`, `tuple[T, ...]`, and `Sequence[T]`, which takes both and is read as a tuple."""

    is_list = True
    wire_types = frozenset({"L"})

    def __init__(self, of: Kind, *taken: type[list[Any] | tuple[Any, ...]]) -> None:
        self.of = of
        self.taken = taken
        names = ["list[{}]" if python is list else "tuple[{}, ...]" for python in taken]
        self.expected = " or ".join(names).format(of.expected, of.expected)

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        is_none = " and ".join(f"type(v) is not {inner.bind(python, python.__name__)}" for python in self.taken)
        inner.add("def _function(v):", f"  if {is_none}: {refusal(inner, 'v')}")
        inner.add(f"  return {elements_text(self.of.write_code(inner, 'x'), 'for x in v')}")
        return ['{"L":[', Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"), "]}"]

    def mirror_types(self) -> dict[str, Any]:
        return {"L": GenericAlias(list, self.of.mirror())}

    def read_code(self, source: Source, wire: str) -> str:
        elements = f"[{self.of.read_code(source, 'x')} for x in {wire}.L]"
        return elements if self.taken == (list,) else f"tuple({elements})"

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if type(value) not in self.taken:
            yield FieldFailure(path, self.expected, type_name(value))
            return
        elements: Any = value
        for index, element in enumerate(elements):
            yield from self.of.write_failures(element, f"{path}[{index}]")

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        if wire_type != "L" or not is_list(stored):
            yield from super().read_failures(wire, path)
            return
        for index, element in enumerate(stored):
            yield from self.of.read_failures(element, f"{path}[{index}]")

    def element(self, /) -> Kind | None:
        return self.of


class FixedTupleKind(Kind):
    """`tuple[A, B]`: one type per element."""

    is_list = True
    wire_types = frozenset({"L"})

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self.expected = f"tuple[{', '.join(kind.expected for kind in kinds) or '()'}]"

    @property
    def parts(self) -> Iterable[Kind]:
        return self.kinds

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        names = [f"v{index}" for index in range(len(self.kinds))]
        inner.add("def _function(v):", f"  if type(v) is not tuple: {refusal(inner, 'v')}")
        inner.add(f"  [{', '.join(names)}] = v")
        pieces = [kind.write_code(inner, name) for kind, name in zip(self.kinds, names, strict=True)]
        inner.add(f"  return {template(joined(pieces, ','))}")
        return ['{"L":[', Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"), "]}"]

    def mirror_types(self) -> dict[str, Any]:
        return {"L": GenericAlias(tuple, tuple(kind.mirror() for kind in self.kinds))}

    def read_code(self, source: Source, wire: str) -> str:
        elements = [f"{kind.read_code(source, f'{wire}.L[{index}]')}," for index, kind in enumerate(self.kinds)]
        return f"({' '.join(elements)})"

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_tuple(value):
            yield FieldFailure(path, self.expected, type_name(value))
            return
        if len(value) != len(self.kinds):
            yield FieldFailure(path, self.expected, f"tuple of {len(value)}")
            return
        for index, kind in enumerate(self.kinds):
            yield from kind.write_failures(value[index], f"{path}[{index}]")

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        wire_type, stored = split_wire(wire)
        if wire_type != "L" or not is_list(stored):
            yield from super().read_failures(wire, path)
        elif len(stored) != len(self.kinds):
            yield FieldFailure(path, self.expected, f"stored L of {len(wire['L'])}")
        else:
            for index, kind in enumerate(self.kinds):
                yield from kind.read_failures(stored[index], f"{path}[{index}]")

    def element(self, /) -> Kind | None:
        same = {kind.expected for kind in self.kinds}
        return self.kinds[0] if len(same) == 1 else None
