"""The kind of `Any`: a value without a declared type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.failures import inside
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text, untyped_value

if TYPE_CHECKING:
    from collections.abc import Iterator


class AnyKind(Kind):
    """`Any`: written by the type of the value, read by the wire type."""

    expected = "a DynamoDB value"
    wire_types = frozenset()

    def write_code(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(untyped_text, 'untyped')}({variable})")]

    def mirror_types(self) -> dict[str, Any]:
        return {}

    def mirror(self) -> Any:
        return dict[str, Any]

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(untyped_value, 'untyped')}({wire})"

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        try:
            untyped_text(value)
        except UnsupportedValueError as error:
            yield FieldFailure(inside(path, error.path.removeprefix(".")), self.expected, error.found)

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self, has_default=True)

    def element(self, /) -> Kind | None:
        return self
