"""Update trees: what happens to one path each, and how it renders into the clauses of an update expression."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import evolve, field, frozen
from msgspec import Struct

from dynamo_document_builder.expressions.rendering.rendering import Rendering, Resolved, tags_of
from dynamo_document_builder.expressions.tree.comparison_sides import tag_in
from dynamo_document_builder.expressions.tree.identity import BY_IDENTITY
from dynamo_document_builder.expressions.tree.paths import (
    NODES,
    Arithmetic,
    EmptyList,
    IfNotExists,
    ListAppend,
    Path,
    SizeOf,
    placed,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.schema.kinds.base import Kind

Clause: TypeAlias = Literal["SET", "REMOVE", "ADD", "DELETE"]


class _Takes(Struct, frozen=True):
    """What DynamoDB takes for an operand, whatever the schema says."""

    tags: frozenset[str] = frozenset()
    """The stored types of a value; empty: any."""
    said: str = ""


_ANYTHING: Final = _Takes()
_COMPUTED: Final = _Takes(frozenset({"N"}), "+ and - take numbers")
_ADDED: Final = _Takes(frozenset({"N"}), "increment takes a number, and add_to_set elements")
_APPENDED: Final = _Takes(frozenset({"L"}), "append and prepend take lists")
_ELEMENTS: Final = _Takes(frozenset({"SS", "NS", "BS"}), "add_to_set and remove_from_set take elements of a set")

_SETS: Final = frozenset({"SS", "NS", "BS"})
_CHANGED_BY: Final = (
    (frozenset({"N"}), "; add(), subtract() and increment() change a number"),
    (frozenset({"L"}), "; append() and prepend() add elements to a list"),
    (_SETS, "; add_to_set() and remove_from_set() change a set"),
)


@frozen
class Change(ABC):
    """What an update does to one path; made by `set_`, `add`, `remove` and their like."""

    path: Path
    """The attribute that is changed."""

    def about(self, path: Path) -> Change:
        """Put *path* where this change says `THIS`."""
        return evolve(self, path=self.path.about(path))

    @abstractmethod
    def render(self, out: Rendering, target: Resolved) -> tuple[Clause, str]: ...


@frozen
class Assign(Change):
    """`SET path = value`."""

    value: Any = field(eq=BY_IDENTITY)

    def about(self, path: Path) -> Change:
        return Assign(self.path.about(path), placed(self.value, path))

    def render(self, out: Rendering, target: Resolved) -> tuple[Clause, str]:
        text = out.path_text(target.segments)
        if _is_absent(self.value, target):
            return "REMOVE", text
        return "SET", f"{text} = {_assigned(out, target, self.value, str(self.path))}"


@frozen
class Computed(Assign):
    """`SET path = value` where the class computed the value, and nobody gave it: of a derived field, as a put does."""

    def about(self, path: Path) -> Change:
        return Computed(self.path.about(path), self.value)


@frozen
class Remove(Change):
    """`REMOVE path`."""

    def render(self, out: Rendering, target: Resolved) -> tuple[Clause, str]:
        if target.field is not None and not target.field.may_be_absent:
            out.problem(f"{str(self.path)!r} is removed, but every item needs it: what is left could not be read")
        return "REMOVE", out.path_text(target.segments)


@frozen
class Increment(Change):
    """`ADD path :n`: counts from 0 where nothing is stored."""

    amount: Any = field(eq=BY_IDENTITY)

    def render(self, out: Rendering, target: Resolved) -> tuple[Clause, str]:
        if not _can_be(out, self.path, target.kind, {"N"}, "it is not what a number is added to"):
            return "ADD", ""
        if isinstance(self.amount, NODES):
            out.problem(f"{str(self.path)!r}: increment adds a given number; write add(...) to add another attribute")
            return "ADD", ""
        return "ADD", f"{out.path_text(target.segments)} {_value(out, target, self.amount, str(self.path), _ADDED)}"


@frozen
class ChangeSet(Change):
    """`ADD path :elements` or `DELETE path :elements`: a set gains or loses elements."""

    elements: Any = field(eq=BY_IDENTITY)
    gain: bool = True

    def render(self, out: Rendering, target: Resolved) -> tuple[Clause, str]:
        if not _can_be(out, self.path, target.kind, _SETS, "it is not what elements are added to or removed from"):
            return "ADD", ""
        if not self.elements:
            out.problem(f"{str(self.path)!r} gains or loses no elements; leave the change out")
            return "ADD", ""
        text = f"{out.path_text(target.segments)} {_value(out, target, self.elements, str(self.path), _ELEMENTS)}"
        return "ADD" if self.gain else "DELETE", text


def _is_absent(value: object, target: Resolved) -> bool:
    # `None` and an empty set are never stored by a Put; an update that assigns them leaves the same item behind.
    if target.field is None or target.field.null:
        return False
    if value is None:
        return target.field.optional
    return isinstance(value, (set, frozenset)) and not value and bool(target.kind and target.kind.is_set)


def _assigned(out: Rendering, target: Resolved, value: Any, about: str) -> str:
    if isinstance(value, Arithmetic):
        return _arithmetic(out, target, value, about)
    return _term(out, target, value, about)


def _arithmetic(out: Rendering, target: Resolved, value: Arithmetic, about: str) -> str:
    if any(isinstance(side, Arithmetic) for side in (value.left, value.right)):
        return out.problem(f"{about!r} is assigned more than one + or -; DynamoDB allows one")
    if any(isinstance(side, ListAppend) for side in (value.left, value.right)):
        return out.problem(f"{about!r} is assigned a list plus or minus something; DynamoDB computes with numbers")
    if not _can_be(out, about, target.kind, {"N"}, "it is not what arithmetic is done on"):
        return ""
    left, right = (_term(out, target, side, about, _COMPUTED) for side in (value.left, value.right))
    return f"{left} {value.sign} {right}"


def _term(out: Rendering, target: Resolved, value: Any, about: str, takes: _Takes = _ANYTHING) -> str:
    if isinstance(value, ListAppend):
        return _appended(out, target, value, about)
    if isinstance(value, IfNotExists):
        source = _stored(out, target.kind, value.path, about)
        return f"if_not_exists({source}, {_term(out, target, value.value, about, takes)})"
    if isinstance(value, Path):
        return _stored(out, target.kind, value, about)
    if isinstance(value, EmptyList):
        return out.wire_value('{"L":[]}')
    if isinstance(value, NODES):
        detail = "size() is for conditions" if isinstance(value, SizeOf) else "it can't stand inside another function"
        return out.problem(f"{about!r} is assigned a {type(value).__name__}: {detail}")
    return _value(out, target, value, about, takes)


def _value(out: Rendering, target: Resolved, value: Any, about: str, takes: _Takes) -> str:
    text = out.text(target.kind, value, about, level=len(target.segments))
    if text and takes.tags and tag_in(text) not in takes.tags:
        return out.problem(f"{about!r}: {takes.said}, not a value stored as {tag_in(text)}")
    return text and out.wire_value(text)


def _can_be(out: Rendering, about: object, kind: Kind | None, tags: AbstractSet[str], problem: str) -> bool:
    """Say whether an attribute can be changed so; if not, note what it can be changed by."""
    found = tags_of(kind) or frozenset()
    instead = next((text for types, text in _CHANGED_BY if found and found <= types), "")
    return out.can_be(about, kind, tags, problem + instead)


def _appended(out: Rendering, target: Resolved, value: ListAppend, about: str) -> str:
    if not _can_be(out, about, target.kind, {"L"}, "it is not what elements are appended to"):
        return ""
    first, second = (_term(out, target, side, about, _APPENDED) for side in (value.first, value.second))
    return f"list_append({first}, {second})"


def _stored(out: Rendering, kind: Kind | None, path: Path, about: str) -> str:
    source = out.resolve(path)
    if source is None:
        return ""
    wanted, found = tags_of(kind), tags_of(source.kind)
    if wanted is not None and found is not None and not wanted & found:
        out.problem(f"{about!r} would be assigned {str(path)!r}, which is stored as another type")
    return out.path_text(source.segments)
