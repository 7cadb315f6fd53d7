"""The kind of `T | None`, and the code that reads a field that may be absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dynamo_document_builder.schema.codegen.mirrors import mirror_of
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.errors.findings import FieldFailure
    from dynamo_document_builder.schema.round_trip.element_path import ElementPath

_NULL = {"NULL": True}


class OptionalKind(Kind):
    """`T | None` with `None` stored as NULL: inside a container, or in a field with `null=True`."""

    def __init__(self, of: Kind) -> None:
        self.of = of
        self.expected = f"{of.expected} or None"
        self.wire_types = of.wire_types | {"NULL"} if of.wire_types else of.wire_types
        self.python, self.choices = of.python, of.choices
        self.is_set, self.is_list, self.is_number, self.is_map = of.is_set, of.is_list, of.is_number, of.is_map
        self.unordered, self.storage_form = of.unordered, of.storage_form

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        inner.add("def _function(v):", f"  return {template(self.of.write_code(inner, 'v'))}")
        null, write = source.bind('{"NULL":true}', "null"), source.bind(inner.compile("_function"), "write")
        return [Code(f"{null} if {variable} is None else {write}({variable})")]

    def mirror_types(self) -> dict[str, Any]:
        mirror_types = self.of.mirror_types()
        return {**mirror_types, "NULL": bool} if mirror_types else mirror_types

    def mirror(self) -> Any:
        return optional_mirror(self.of)

    def read_code(self, source: Source, wire: str) -> str:
        inner = source.inner(self.expected)
        inner.add("def _function(w):", *optional_lines(self.of, inner, "w", "v"), "  return v")
        return f"{source.bind(inner.compile('_function'), 'optional')}({wire})"

    def encode_bound(self, value: object, operator: str, /) -> str:
        return self.encode(value) if value is None else self.of.encode_bound(value, operator)

    def rounded_down(self, value: Any, /) -> Any:
        return self.of.rounded_down(value)

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if value is not None:
            yield from self.of.write_failures(value, path)

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if wire != _NULL:
            yield from self.of.read_failures(wire, path)

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:
        return self.of.validated(name, value, part)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.of.member(name)

    def member_names(self) -> tuple[str, ...]:
        return self.of.member_names()

    def ambiguity(self, name: str, /) -> str:
        return self.of.ambiguity(name)

    def element(self, /) -> Kind | None:
        return self.of.element()


def optional_mirror(of: Kind) -> Any:
    """Return the mirror of `T | None`."""
    mirror_types = of.mirror_types()
    return mirror_of({**mirror_types, "NULL": bool}) if mirror_types else of.mirror()


def optional_lines(of: Kind, source: Source, wire: str, variable: str, *, otherwise: str = "") -> list[str]:
    """
    Return the lines that read `T | None` from the mirror in *wire* into a variable.

    Every member of such a mirror may be missing, so the code checks each one: `{"N": "1"}` for `str | None` fails here.
    """
    read, mirror_types = of.read_code(source, wire), of.mirror_types()
    if not mirror_types:  # the mirror is a dict
        return [f"  {otherwise}if {wire} == {_NULL}: {variable} = None", f"  else: {variable} = {read}"]
    if len(mirror_types) > 1:  # the code of the kind checks which member is there
        return [f"  {otherwise}if {wire}.NULL is True: {variable} = None", f"  else: {variable} = {read}"]
    [wire_type] = mirror_types
    return [
        f"  {otherwise}if {wire}.{wire_type} is not {source.bind(UNSET, 'unset')}: {variable} = {read}",
        f"  elif {wire}.NULL is True: {variable} = None",
        f"  else: {refusal(source, wire)}",
    ]
