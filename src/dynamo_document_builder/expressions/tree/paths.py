"""
The leaves of expression trees: document paths and the functions that DynamoDB computes from them.

Nodes are frozen values. Two nodes are equal if they mean the same. They can be copied, pickled and stored.
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
    The name of an attribute without a field, in a class that keeps such attributes, as pydantic's `extra="allow"` does.

    Only the library creates it, from the content of an item. A name that you write must be a field, so that misspelled
    names are found.
    """

    __slots__ = ()


@frozen
class Path:
    """A document path as a sequence of attribute names and list indexes."""

    segments: tuple[Segment, ...]

    def with_this(self, path: Path) -> Path:
        return self if self.segments else path

    def __str__(self) -> str:
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.segments]
        return "".join(parts).removeprefix(".")


THIS: Final = Path(())
"""A placeholder for the path that is the key of a mapping, as in `{"age": greater_than(3)}`."""


@frozen
class Value:
    """A value in a place where an attribute is usual: on the left of a condition, or in `size`."""

    value: Any = field(eq=BY_IDENTITY)

    def with_this(self, path: Path) -> Value:  # noqa: ARG002  contains no path
        return self

    def __str__(self) -> str:
        return f"a value ({type(self.value).__name__})"


@frozen
class SizeOf:
    """`size(path)` or `size(value)`: the number of characters, bytes or elements."""

    of: Path | Value

    def with_this(self, path: Path) -> SizeOf:
        return SizeOf(self.of.with_this(path))

    def __str__(self) -> str:
        return f"size({self.of})"


_MAX_FUNCTIONS: Final = 215
"""The maximum depth of nested functions: each takes at least 19 bytes, and an expression has at most 4096."""


def _levels_over(*inner: Any) -> int:
    levels: int = 1 + max([getattr(one, "levels", 0) for one in inner if isinstance(one, NODES)], default=0)
    if levels > _MAX_FUNCTIONS:
        raise UsageError(f"an update nests more than {_MAX_FUNCTIONS} functions, which is too long for an expression")
    return levels


@frozen
class IfNotExists:
    """`if_not_exists(path, value)`: the stored value, or *value* if the attribute does not exist."""

    path: Path
    value: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.value))

    def with_this(self, path: Path) -> IfNotExists:
        return IfNotExists(self.path.with_this(path), with_this(self.value, path))


@frozen
class Arithmetic:
    """`left + right` or `left - right`. DynamoDB allows one sign in an assignment."""

    left: Any = field(eq=BY_IDENTITY)
    sign: str
    right: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.left, self.right))

    def with_this(self, path: Path) -> Arithmetic:
        return Arithmetic(with_this(self.left, path), self.sign, with_this(self.right, path))


@frozen
class ListAppend:
    """`list_append(first, second)`: the elements of both, in order."""

    first: Any = field(eq=BY_IDENTITY)
    second: Any = field(eq=BY_IDENTITY)
    levels: int = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "levels", _levels_over(self.first, self.second))

    def with_this(self, path: Path) -> ListAppend:
        return ListAppend(with_this(self.first, path), with_this(self.second, path))


@frozen
class EmptyList:
    """An empty list. It fits a list field of any element type."""

    def with_this(self, path: Path) -> EmptyList:  # noqa: ARG002  contains no path
        return self


EMPTY_LIST: Final = EmptyList()

Node: TypeAlias = Path | SizeOf | IfNotExists | Arithmetic | ListAppend | EmptyList
NODES: Final = (Path, SizeOf, IfNotExists, Arithmetic, ListAppend, EmptyList)


def with_this(value: Any, path: Path) -> Any:
    """Return a node with `THIS` replaced by a path. Return any other value unchanged."""
    return value.with_this(path) if isinstance(value, NODES) else value


_STEP: Final = re.compile(r"(?:^|\.)(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]")


def parse_path(text: str) -> Path:
    """Parse a document path such as `address.city`, `tags[0]` or `matrix[1][2].x`."""
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
            f"{text!r} is not a document path; write attr({text!r}) for a name that contains a dot or a bracket"
        )
    return Path(tuple(segments))


def as_path(node: object) -> Path:
    """Return a node that is a path. Raises `UsageError` for any other node."""
    if isinstance(node, Path):
        return node
    raise UsageError(f"an attribute is needed here, not {node}")


def checked_path(segments: tuple[Segment, ...]) -> Path:
    """Return the path of segments that a caller wrote. Raises `UsageError` for a segment that is not valid."""
    for segment in segments:
        if not (isinstance(segment, str) and segment) and not (type(segment) is int and segment >= 0):
            raise UsageError(f"a path is made of attribute names and list indexes from 0, not {segment!r}")
    if not isinstance(segments[0], str):
        raise UsageError(f"a path begins with an attribute's name, as in attr('tags', 0), not with {segments[0]!r}")
    return Path(segments)
