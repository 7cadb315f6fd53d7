"""
The leaves of expression trees: document paths, and what DynamoDB can compute from them.

Nodes are plain frozen values: equal when they mean the same, safe to compare, copy, pickle and keep.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.identity import BY_IDENTITY

Segment: TypeAlias = str | int


class Extra(str):
    """
    The name of an attribute that no field has, where the class keeps such beside its fields.

    The library makes it of what an item holds. Names that people write are those of fields, so that slips are found.
    """

    __slots__ = ()


@frozen
class Path:
    """A document path: attribute names and list indexes, never text to be split."""

    segments: tuple[Segment, ...]

    def about(self, path: Path) -> Path:
        return self if self.segments else path

    def __str__(self) -> str:
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.segments]
        return "".join(parts).removeprefix(".")


THIS: Final = Path(())
"""Stands for the attribute a condition or change is filed under in a mapping: `{"age": greater_than(3)}`."""


@frozen
class Value:
    """A given value where an attribute could stand: on the left of a condition, or in `size`."""

    value: Any = field(eq=BY_IDENTITY)

    def about(self, path: Path) -> Value:  # noqa: ARG002  it is the same wherever it stands
        return self

    def __str__(self) -> str:
        return f"a value ({type(self.value).__name__})"


@frozen
class SizeOf:
    """`size(path)` or `size(value)`: characters, bytes or elements, as a number."""

    of: Path | Value

    def about(self, path: Path) -> SizeOf:
        return SizeOf(self.of.about(path))

    def __str__(self) -> str:
        return f"size({self.of})"


_MAX_FUNCTIONS: Final = 215
"""How many functions there can be inside each other: each takes 19 bytes, and an expression has 4096."""


def _levels_over(*inner: Any) -> int:
    levels: int = 1 + max([getattr(one, "levels", 0) for one in inner if isinstance(one, NODES)], default=0)
    if levels > _MAX_FUNCTIONS:
        raise UsageError(f"an update has more than {_MAX_FUNCTIONS} functions inside each other: DynamoDB takes fewer")
    return levels


@frozen
class IfNotExists:
    """`if_not_exists(path, value)`: what is stored, or *value* where nothing is."""

    path: Path
    value: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.value))

    def about(self, path: Path) -> IfNotExists:
        return IfNotExists(self.path.about(path), placed(self.value, path))


@frozen
class Arithmetic:
    """`left + right` or `left - right`; DynamoDB allows one such sign in an assignment."""

    left: Any = field(eq=BY_IDENTITY)
    sign: str
    right: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.left, self.right))

    def about(self, path: Path) -> Arithmetic:
        return Arithmetic(placed(self.left, path), self.sign, placed(self.right, path))


@frozen
class ListAppend:
    """`list_append(first, second)`: the elements of both, in order."""

    first: Any = field(eq=BY_IDENTITY)
    second: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.first, self.second))

    def about(self, path: Path) -> ListAppend:
        return ListAppend(placed(self.first, path), placed(self.second, path))


@frozen
class EmptyList:
    """An empty list, of whatever the schema's list is of."""

    def about(self, path: Path) -> EmptyList:  # noqa: ARG002  it is the same wherever it stands
        return self


EMPTY_LIST: Final = EmptyList()

Node: TypeAlias = Path | SizeOf | IfNotExists | Arithmetic | ListAppend | EmptyList
NODES: Final = (Path, SizeOf, IfNotExists, Arithmetic, ListAppend, EmptyList)


def placed(value: Any, path: Path) -> Any:
    """Put *path* where `THIS` stands in a node; plain values stay as they are."""
    return value.about(path) if isinstance(value, NODES) else value


_STEP: Final = re.compile(r"(?:^|\.)(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]")


def parse_path(text: str) -> Path:
    """Read a document path: `address.city`, `tags[0]`, `matrix[1][2].x`."""
    segments: list[Segment] = []
    position = 0
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None or (position == 0 and step.start("name") != 0):
            break
        segments.append(step["name"] if step["index"] is None else int(step["index"]))
        position = step.end()
    if position < len(text) or not segments:
        raise UsageError(
            f"{text!r} is not a document path; a name with a dot or bracket in it is written attr({text!r})"
        )
    return Path(tuple(segments))


def as_path(node: object) -> Path:
    if isinstance(node, Path):
        return node
    raise UsageError(f"an attribute is needed here, not {node}")


def checked_path(segments: tuple[Segment, ...]) -> Path:
    """Return the path of segments that somebody gave."""
    for segment in segments:
        if not (isinstance(segment, str) and segment) and not (type(segment) is int and segment >= 0):
            raise UsageError(f"a path is made of attribute names and list indexes from 0, not {segment!r}")
    if not isinstance(segments[0], str):
        raise UsageError(f"a path begins with an attribute's name, as in attr('tags', 0), not with {segments[0]!r}")
    return Path(segments)
