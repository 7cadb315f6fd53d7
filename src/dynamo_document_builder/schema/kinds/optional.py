"""The kind of anything that may be `None`, and how a field that may be absent is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dynamo_document_builder.schema.codegen.mirrors import mirror_of
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.errors.findings import FieldFailure
    from dynamo_document_builder.schema.round_trip.parts import Piece

_NULL = {"NULL": True}


class OptionalKind(Kind):
    """`T | None` where `None` is written as NULL: in a container, or in a field with `null=True`."""

    def __init__(self, of: Kind) -> None:
        self.of = of
        self.expected = f"{of.expected} or None"
        self.tags = of.tags | {"NULL"} if of.tags else of.tags
        self.python, self.choices = of.python, of.choices
        self.is_set, self.is_list, self.is_number, self.is_map = of.is_set, of.is_list, of.is_number, of.is_map
        self.unordered, self.form = of.unordered, of.form

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        inner.add("def _function(v):", f"  return {template(self.of.text(inner, 'v'))}")
        null, write = source.bind('{"NULL":true}', "null"), source.bind(inner.compile("_function"), "write")
        return [Code(f"{null} if {variable} is None else {write}({variable})")]

    def leaves(self) -> dict[str, Any]:
        leaves = self.of.leaves()
        return {**leaves, "NULL": bool} if leaves else leaves

    def mirror(self) -> Any:
        return optional_mirror(self.of)

    def read(self, source: Source, wire: str) -> str:
        inner = source.inner(self.expected)
        inner.add("def _function(w):", *optional_lines(self.of, inner, "w", "v"), "  return v")
        return f"{source.bind(inner.compile('_function'), 'optional')}({wire})"

    def bound(self, value: object, sign: str, /) -> str:
        return self.encode(value) if value is None else self.of.bound(value, sign)

    def storable(self, value: Any, /) -> Any:
        return self.of.storable(value)

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if value is not None:
            yield from self.of.misfits(value, path)

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if wire != _NULL:
            yield from self.of.unfit(wire, path)

    def judged(self, name: str, value: object, part: Piece | None = None, /) -> object:
        return self.of.judged(name, value, part)

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
    leaves = of.leaves()
    return mirror_of({**leaves, "NULL": bool}) if leaves else of.mirror()


def optional_lines(of: Kind, source: Source, wire: str, variable: str, *, otherwise: str = "") -> list[str]:
    """
    Return the lines that read `T | None`, the mirror in *wire*, into a variable.

    Every member of such a mirror may be missing, so each is looked at: a `{"N": "1"}` in a `str | None` stops here.
    """
    read, leaves = of.read(source, wire), of.leaves()
    if not leaves:  # the mirror is a dict
        return [f"  {otherwise}if {wire} == {_NULL}: {variable} = None", f"  else: {variable} = {read}"]
    if len(leaves) > 1:  # the kind itself looks which of its members is there
        return [f"  {otherwise}if {wire}.NULL is True: {variable} = None", f"  else: {variable} = {read}"]
    [tag] = leaves
    return [
        f"  {otherwise}if {wire}.{tag} is not {source.bind(UNSET, 'unset')}: {variable} = {read}",
        f"  elif {wire}.NULL is True: {variable} = None",
        f"  else: {refusal(source, wire)}",
    ]
