"""Kinds that take several stored types: anything at all, and unions told apart by what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Raw

from dynamo_document_builder.errors import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, stored_as
from dynamo_document_builder.schema.kinds.records import RecordKind
from dynamo_document_builder.schema.misfit import inside, misfit
from dynamo_document_builder.schema.source import Code, Part, Source, template
from dynamo_document_builder.wire.natural import UnnaturalError, natural_text, natural_value


class AnyKind(Kind):
    """`Any`: written by the value's own type, read by the stored one."""

    expected = "a DynamoDB value"
    tags = frozenset()

    def text(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(natural_text, 'natural')}({variable})")]

    def mirror(self) -> Any:
        return dict[str, Any]

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(natural_value, 'natural')}({wire})"

    def is_stored_null(self, wire: Any) -> bool:
        return bool(wire == {"NULL": True})

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        try:
            natural_text(value)
        except UnnaturalError as error:
            yield FieldFailure(inside(path, error.path.removeprefix(".")) if error.path else path, self.expected, error.found)

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self)

    def element(self, /) -> Kind | None:
        return self


class UnionKind(Kind):
    """
    A union whose members are told apart by their stored type, and records among them by a tag.

    The tag is a field that every record of the union has, annotated with a `Literal` of its own.
    """

    def __init__(self, members: Sequence[Kind], records: dict[Any, RecordKind], tag: str | None) -> None:
        self.members = tuple(members)
        self.records = records
        """By the text of their tag; a single record needs none, and stands among the members."""
        self.tag = tag
        self.all = (*members, *records.values())
        self.expected = " | ".join(kind.expected for kind in self.all)
        self.tags = frozenset[str]().union(*(kind.tags for kind in self.all))
        self.is_map = all(kind.is_map for kind in self.all)

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        writers = []
        for kind in self.all:
            one = inner.inner(kind.expected)
            one.add("def _function(v):", f"  return {template(kind.text(one, 'v'))}")
            writers.append(one.compile("_function"))
        inner.add("def _function(v):", f"  return {inner.bind(_first_that_fits(tuple(writers)), 'first')}(v)")
        return [Code(f"{source.bind(inner.compile('_function'), 'union')}({variable})")]

    def mirror(self) -> Any:
        return Raw

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(self._read, 'read')}({wire})"

    def _read(self, raw: Raw) -> Any:
        body = bytes(raw)
        [stored] = msgspec.json.decode(body, type=dict[str, Raw])
        if self.records and stored == "M":
            return self._record(body).reader(body)
        return self._by_stored[stored].reader(body)

    @cached_property
    def _by_stored(self) -> dict[str, Kind]:
        return {tag: kind for kind in self.members for tag in kind.tags}

    def _record(self, body: bytes) -> RecordKind:
        members = msgspec.json.decode(body)["M"]
        [value] = members[self.tag].values()
        return self.records[value]

    def is_stored_null(self, wire: Any) -> bool:
        return bool(msgspec.json.decode(wire) == {"NULL": True})

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        for kind in self.all:
            if isinstance(kind, RecordKind) and type(value) is kind.cls:
                yield from kind.misfits(value, path)
                return
        found = [tuple(kind.misfits(value, path)) for kind in self.all]
        if all(found):
            yield from next((failures for failures in found if failures[0].path != path), ()) or (
                FieldFailure(path, self.expected, found[0][0].found),
            )

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        stored = stored_as(wire)
        if self.records and stored == "M" and isinstance(wire["M"], dict):
            yield from self._unfit_record(wire, path)
        elif stored in self._by_stored:
            yield from self._by_stored[stored].unfit(wire, path)
        else:
            yield FieldFailure(path, self.expected, f"stored {stored}")

    def _unfit_record(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        tag = wire["M"].get(self.tag)
        value = next(iter(tag.values())) if isinstance(tag, dict) and len(tag) == 1 else None
        record = self.records.get(value) if isinstance(value, (str, bool)) else None
        if record is None:
            known = ", ".join(map(repr, self.records))
            yield FieldFailure(inside(path, str(self.tag)), f"one of {known}", "another tag, or none")
        else:
            yield from record.unfit(wire, path)

    def member(self, name: str, /) -> FieldInfo | None:
        found = [kind.member(name) for kind in self.all if kind.is_map]
        if not found or len(found) != len(self.all) or any(info is None for info in found):
            return None
        first = found[0]
        same = all(info and first and (info.stored, info.kind.tags) == (first.stored, first.kind.tags) for info in found)
        return first if same and first is not None else None

    def member_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for kind in self.all for name in kind.member_names() if self.member(name)))


def _first_that_fits(writers: tuple[Callable[[Any], str], ...]) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        for writer in writers:
            try:
                return writer(value)
            except Exception:  # noqa: BLE001, S112, PERF203  the next member may take it; if none does, that is said below
                continue
        misfit()

    return write


class CustomKind(Kind):
    """A type outside the table, stored as one inside it by two functions of the user."""

    def __init__(self, expected: str, of: Kind, to: Callable[[Any], Any], back: Callable[[Any], Any]) -> None:
        self.expected = expected
        self.of = of
        self.to = to
        self.back = back
        self.tags = of.tags
        self.is_set, self.is_list, self.is_number, self.is_map = of.is_set, of.is_list, of.is_number, of.is_map

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        inner.add("def _function(v):", f"  return {template(self.of.text(inner, 'v'))}")
        write, to = source.bind(inner.compile("_function"), "write"), source.bind(self.to, "to")
        return [Code(f"{write}({to}({variable}))")]

    def mirror(self) -> Any:
        return self.of.mirror()

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.back, 'back')}({self.of.read(source, wire)})"

    def is_stored_null(self, wire: Any) -> bool:
        return self.of.is_stored_null(wire)
