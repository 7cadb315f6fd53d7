"""Kinds of values with elements: lists, tuples, sets, mappings, and anything that may be `None`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET

from dynamo_document_builder.errors import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, leaf, optional_leaf, refusal, stored_as
from dynamo_document_builder.schema.kinds.scalars import Scalar
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.source import Code, Part, Source, joined, template
from dynamo_document_builder.wire.json import quote


class ListKind(Kind):
    """`list[T]` and `tuple[T, ...]`."""

    is_list = True
    tags = frozenset({"L"})

    def __init__(self, of: Kind, python: type[list[Any] | tuple[Any, ...]]) -> None:
        self.of = of
        self.python = python
        self.expected = f"list[{of.expected}]" if python is list else f"tuple[{of.expected}, ...]"

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        python, refused = inner.bind(self.python, "python"), refusal(inner, "v")
        inner.add("def _function(v):", f"  if type(v) is not {python}: {refused}")
        inner.add(f"  return ','.join([{template(self.of.text(inner, 'x'))} for x in v])")
        return ['{"L":[', Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"), "]}"]

    def mirror(self) -> Any:
        return leaf("L", list[self.of.mirror()])  # type: ignore[misc]  # a type made at run time

    def read(self, source: Source, wire: str) -> str:
        elements = f"[{self.of.read(source, 'x')} for x in {wire}.L]"
        return elements if self.python is list else f"tuple({elements})"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if type(value) is not self.python:
            yield from super().misfits(value, path)
            return
        for index, element in enumerate(value):  # type: ignore[var-annotated,arg-type]  # a list or tuple, seen above
            yield from self.of.misfits(element, f"{path}[{index}]")

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if stored_as(wire) != "L" or not isinstance(wire["L"], list):
            yield from super().unfit(wire, path)
            return
        for index, element in enumerate(wire["L"]):
            yield from self.of.unfit(element, f"{path}[{index}]")

    def element(self, /) -> Kind | None:
        return self.of


class FixedTupleKind(Kind):
    """`tuple[A, B]`: as many elements as types."""

    is_list = True
    tags = frozenset({"L"})

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self.expected = f"tuple[{', '.join(kind.expected for kind in kinds) or '()'}]"

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        names = [f"v{index}" for index in range(len(self.kinds))]
        inner.add("def _function(v):", f"  if type(v) is not tuple: {refusal(inner, 'v')}")
        inner.add(f"  [{', '.join(names)}] = v")
        pieces = [kind.text(inner, name) for kind, name in zip(self.kinds, names, strict=True)]
        inner.add(f"  return {template(joined(pieces, ','))}")
        return ['{"L":[', Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"), "]}"]

    def mirror(self) -> Any:
        return leaf("L", tuple[tuple(kind.mirror() for kind in self.kinds)])  # type: ignore[misc]  # made at run time

    def read(self, source: Source, wire: str) -> str:
        elements = [f"{kind.read(source, f'{wire}.L[{index}]')}," for index, kind in enumerate(self.kinds)]
        return f"({' '.join(elements)})"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, tuple) or len(value) != len(self.kinds):
            found = f"tuple of {len(value)}" if isinstance(value, tuple) else type(value).__name__
            yield FieldFailure(path, self.expected, found)
            return
        for index, kind in enumerate(self.kinds):
            yield from kind.misfits(value[index], f"{path}[{index}]")

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if stored_as(wire) != "L" or not isinstance(wire["L"], list) or len(wire["L"]) != len(self.kinds):
            yield from super().unfit(wire, path)
            return
        for index, kind in enumerate(self.kinds):
            yield from kind.unfit(wire["L"][index], f"{path}[{index}]")

    def element(self, /) -> Kind | None:
        same = {kind.expected for kind in self.kinds}
        return self.kinds[0] if len(same) == 1 else None


class SetKind(Kind):
    """`set[T]` and `frozenset[T]`: sorted when written, so that equal sets are equal bytes."""

    is_set = True

    def __init__(self, of: Scalar, python: type[set[Any] | frozenset[Any]]) -> None:
        self.of = of
        self.python = python
        self.expected = f"{python.__name__}[{of.expected}]"
        self.tag = f"{of.tag}S"
        self.tags = frozenset({self.tag})

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        both, refused = inner.bind((set, frozenset), "both"), refusal(inner, "v")
        inner.add("def _function(v):", f"  if not v or not isinstance(v, {both}): {refused}")
        inner.add(f"  return ','.join(sorted([{template(self.of.inner(inner, 'x'))} for x in v]))")
        return [f'{{"{self.tag}":[', Code(f"{source.bind(inner.compile('_function'), 'elements')}({variable})"), "]}"]

    def mirror(self) -> Any:
        return leaf(self.tag, list[self.of.stored])

    def read(self, source: Source, wire: str) -> str:
        piece = self.of.read_inner(source, "x")
        python = source.bind(self.python, "python")
        elements = f"{wire}.{self.tag}"
        return f"{python}({elements})" if piece == "x" else f"{python}([{piece} for x in {elements}])"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, (set, frozenset)):
            yield from super().misfits(value, path)
        elif not value:
            found = "an empty set, which DynamoDB does not store; only a field that cannot be None may be one"
            yield FieldFailure(path, self.expected, found)
        else:
            for element in value:
                yield from self.of.misfits(element, f"{path}{{}}")

    def element(self, /) -> Kind | None:
        return self.of


class MapKind(Kind):
    """`dict[str, T]`."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, of: Kind) -> None:
        self.of = of
        self.expected = f"dict[str, {of.expected}]"

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        refused, escape = refusal(inner, "v"), inner.bind(quote, "quote")
        name = Code(f"{escape}(k) if type(k) is str else {refusal(inner, 'k')}")
        member = template([name, ":", *self.of.text(inner, "x")])
        mapping = inner.bind(Mapping, "mapping")
        inner.add("def _function(v):", f"  if type(v) is not dict and not isinstance(v, {mapping}): {refused}")
        inner.add(f"  return ','.join([{member} for k, x in v.items()])")
        return ['{"M":{', Code(f"{source.bind(inner.compile('_function'), 'members')}({variable})"), "}}"]

    def mirror(self) -> Any:
        return leaf("M", dict[str, self.of.mirror()])  # type: ignore[misc]  # a type made at run time

    def read(self, source: Source, wire: str) -> str:
        return f"{{k: {self.of.read(source, 'x')} for k, x in {wire}.M.items()}}"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, Mapping):
            yield FieldFailure(path, self.expected, type(value).__name__)
            return
        for name, element in value.items():
            if type(name) is not str or not _is_text(name):
                yield FieldFailure(path, self.expected, "a key that is no text")
            yield from self.of.misfits(element, inside(path, str(name)) or str(name))

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if stored_as(wire) != "M" or not isinstance(wire["M"], dict):
            yield from super().unfit(wire, path)
            return
        for name, element in wire["M"].items():
            yield from self.of.unfit(element, inside(path, name))

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self.of)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


class OptionalKind(Kind):
    """`T | None` where `None` is written as NULL: in a container, or in a field with `null=True`."""

    def __init__(self, of: Kind) -> None:
        self.of = of
        self.expected = f"{of.expected} or None"
        self.tags = of.tags | {"NULL"} if of.tags else of.tags
        self.is_set, self.is_list, self.is_number, self.is_map = of.is_set, of.is_list, of.is_number, of.is_map

    def text(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        inner.add("def _function(v):", f"  return {template(self.of.text(inner, 'v'))}")
        null, write = source.bind('{"NULL":true}', "null"), source.bind(inner.compile("_function"), "write")
        return [Code(f"{null} if {variable} is None else {write}({variable})")]

    def mirror(self) -> Any:
        return optional_mirror(self.of)

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(optional_reader(self.of), 'optional')}({wire})"

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if value is not None:
            yield from self.of.misfits(value, path)

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        if wire != {"NULL": True}:
            yield from self.of.unfit(wire, path)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.of.member(name)

    def member_names(self) -> tuple[str, ...]:
        return self.of.member_names()

    def element(self, /) -> Kind | None:
        return self.of.element()


def optional_mirror(of: Kind) -> Any:
    """Return the mirror of `T | None`; a kind with several stored types is its own, and told apart when it is read."""
    mirror = of.mirror()
    if _takes_any_type(mirror):
        return mirror
    [tag] = of.tags
    return optional_leaf(tag, mirror.__annotations__[tag])


def _takes_any_type(mirror: Any) -> bool:
    return not hasattr(mirror, "__struct_fields__")


def optional_reader(of: Kind) -> Any:
    """Return the function that reads `T | None` from its mirror."""
    source = Source(f"{of.expected} or None")
    source.add("def _function(w):", *optional_lines(of, source, "w", "v"), "  return v")
    return source.compile("_function")


def optional_lines(of: Kind, source: Source, wire: str, variable: str) -> list[str]:
    """Return the lines that read `T | None`, the mirror in *wire*, into a variable."""
    read = of.read(source, wire)
    if _takes_any_type(of.mirror()):
        null = source.bind(of.is_stored_null, "is_null")
        return [f"  {variable} = None if {null}({wire}) else {read}"]
    [tag] = of.tags
    # Every member of such a mirror may be missing, so each is looked at: a `{"N": "1"}` in a `str | None` stops here.
    unset = source.bind(UNSET, "unset")
    return [
        f"  if {wire}.{tag} is not {unset}: {variable} = {read}",
        f"  elif {wire}.NULL is True: {variable} = None",
        f"  else: {refusal(source, wire)}",
    ]
