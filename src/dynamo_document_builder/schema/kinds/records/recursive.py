"""The kind of classes that contain themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Raw

from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.records.record import RecordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.errors.findings import FieldFailure
    from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
    from dynamo_document_builder.schema.round_trip.element_path import ElementPath


class RecursiveKind(Kind):
    """A record or `TypedDict` inside itself. Generated functions are looked up on use, as they do not exist before."""

    is_map = True
    wire_types = frozenset({"M"})

    def __init__(self, of: RecordKind | TypedDictKind) -> None:
        self.of = of
        self.expected = of.expected
        self.cls = of.cls

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def write_code(self, source: Source, variable: str) -> list[Part]:
        return [
            '{"M":{',
            Code(f"{source.bind(self._trusted if source.trusted else self._checked, 'write')}({variable})"),
            "}}",
        ]

    def _checked(self, value: Any) -> str:
        return self._members(value, trusted=False)

    def _trusted(self, value: Any) -> str:
        return self._members(value, trusted=True)

    def _members(self, value: Any, *, trusted: bool) -> str:
        if isinstance(self.of, RecordKind) and type(value) is not self.cls:
            raise TypeError
        return self.of.members_writer(trusted=trusted)(value)

    def mirror_types(self) -> dict[str, Any]:
        return {"M": Raw}

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(self._read_trusted if source.trusted else self._read, 'read')}({wire}.M)"

    def _read(self, raw: Raw) -> Any:
        return self.of.members_reader(trusted=False)(self.of.members_decoder.decode(raw))

    def _read_trusted(self, raw: Raw) -> Any:
        return self.of.members_reader(trusted=True)(self.of.members_decoder.decode(raw))

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        return self.of.write_failures(value, path)

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        return self.of.read_failures(wire, path)

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:
        return self.of.validated(name, value, part)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.of.member(name)

    def member_names(self) -> tuple[str, ...]:
        return self.of.member_names()

    @property
    def identity(self) -> object:
        return self.of
