"""The kind of sets: string sets, number sets and binary sets."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, elements_text
from dynamo_document_builder.schema.kinds.base import Kind, refusal
from dynamo_document_builder.schema.type_guards import is_set, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.schema.kinds.scalars import Scalar

SETS = (set, frozenset)


class SetKind(Kind):
    """`set[T]` and `frozenset[T]`, written in sorted order so that equal sets give equal bytes."""

    is_set = True

    def __init__(self, of: Scalar, python: type[set[Any] | frozenset[Any]]) -> None:
        self.of = of
        self.python = python
        self.expected = f"{python.__name__}[{of.expected}]"
        self.wire_type = f"{of.wire_type}S"
        self.wire_types = frozenset({self.wire_type})

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        sets = inner.bind(SETS, "sets")
        inner.add("def _function(v):", f"  if not isinstance(v, {sets}) or not v: {refusal(inner, 'v')}")
        inner.add(f"  return {elements_text(self.of.inner_write_code(inner, 'x'), 'for x in v', ordered=True)}")
        return [
            f'{{"{self.wire_type}":[',
            Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"),
            "]}",
        ]

    def mirror_types(self) -> dict[str, Any]:
        return {self.wire_type: GenericAlias(list, self.of.stored)}

    def read_code(self, source: Source, wire: str) -> str:
        piece = self.of.inner_read_code(source, "x")
        python = source.bind(self.python, "python")
        elements = f"{wire}.{self.wire_type}"
        return f"{python}({elements})" if piece == "x" else f"{python}([{piece} for x in {elements}])"

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_set(value):
            yield FieldFailure(path, self.expected, type_name(value))
        elif not value:
            found = "an empty set, which DynamoDB does not store; only a field that cannot be None may be one"
            yield FieldFailure(path, self.expected, found)
        else:
            for found in sorted(
                {failure.found for element in value for failure in self.of.write_failures(element, "")}
            ):
                yield FieldFailure(path, self.expected, f"an element that is {found}")

    def element(self, /) -> Kind | None:
        return self.of
