"""Update trees: each node changes one path and renders into one clause of an update expression."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import evolve, field, frozen
from msgspec import Struct

from dynamo_document_builder.expressions.rendering.rendering import Rendering, Resolved, wire_types_of
from dynamo_document_builder.expressions.tree.comparison_sides import wire_type_of
from dynamo_document_builder.expressions.tree.identity import BY_IDENTITY
from dynamo_document_builder.expressions.tree.paths import (
    NODES,
    Arithmetic,
    EmptyList,
    IfNotExists,
    ListAppend,
    Path,
    SizeOf,
    with_this,
)

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.schema.kinds.base import Kind

UpdateClause: TypeAlias = Literal["SET", "REMOVE", "ADD", "DELETE"]

UPDATE_CLAUSES: Final[tuple[UpdateClause, ...]] = ("SET", "REMOVE", "ADD", "DELETE")
"""The order in which the library writes the clauses of an update expression."""


class _Accepted(Struct, frozen=True):
    """The wire types that DynamoDB accepts for an operand, regardless of the schema."""

    wire_types: frozenset[str] = frozenset()
    """Empty for any type."""
    rule: str = ""
    """The rule as a sentence, for an error text."""


_ANYTHING: Final = _Accepted()
_COMPUTED: Final = _Accepted(frozenset({"N"}), "+ and - take numbers")
_ADDED: Final = _Accepted(frozenset({"N"}), "increment takes a number, and add_to_set elements")
_APPENDED: Final = _Accepted(frozenset({"L"}), "append and prepend take lists")
_ELEMENTS: Final = _Accepted(frozenset({"SS", "NS", "BS"}), "add_to_set and remove_from_set take elements of a set")

_SETS: Final = frozenset({"SS", "NS", "BS"})
_CHANGED_BY: Final = (
    (frozenset({"N"}), "; add(), subtract() and increment() change a number"),
    (frozenset({"L"}), "; append() and prepend() add elements to a list"),
    (_SETS, "; add_to_set() and remove_from_set() change a set"),
)


@frozen
class Change(ABC):
    """
    The change that an update makes to one path.

    Create changes with `set_`, `add`, `subtract`, `increment`, `append`, `prepend`, `add_to_set`, `remove_from_set` and
    `remove`.
    """

    path: Path
    """The attribute that is changed."""

    def with_this(self, path: Path) -> Change:
        """Return the change with `THIS` replaced by a path."""
        return evolve(self, path=self.path.with_this(path))

    @abstractmethod
    def render(self, out: Rendering, target: Resolved) -> tuple[UpdateClause, str]: ...


@frozen
class Assign(Change):
    """`SET path = value`."""

    value: Any = field(eq=BY_IDENTITY)

    def with_this(self, path: Path) -> Change:
        return Assign(self.path.with_this(path), with_this(self.value, path))

    def render(self, out: Rendering, target: Resolved) -> tuple[UpdateClause, str]:
        text = out.path_text(target.segments)
        if _is_absent(self.value, target):
            return "REMOVE", text
        return "SET", f"{text} = {_assigned(out, target, self.value, str(self.path))}"


@frozen
class Computed(Assign):
    """`SET path = value` for a derived field: the class computes the value, as it does for a `Put`."""

    def with_this(self, path: Path) -> Change:
        return Computed(self.path.with_this(path), self.value)


@frozen
class Remove(Change):
    """`REMOVE path`."""

    def render(self, out: Rendering, target: Resolved) -> tuple[UpdateClause, str]:
        if target.field is not None and not target.field.may_be_absent:
            out.add_problem(
                f"{str(self.path)!r} is removed, but the field is required: the item could not be read afterwards; "
                "set another value, or give the field a default"
            )
        return "REMOVE", out.path_text(target.segments)


@frozen
class Increment(Change):
    """`ADD path :n`: a missing attribute counts as 0."""

    amount: Any = field(eq=BY_IDENTITY)

    def render(self, out: Rendering, target: Resolved) -> tuple[UpdateClause, str]:
        if not _check_wire_types(out, self.path, target.kind, {"N"}, "increment takes a number field"):
            return "ADD", ""
        if isinstance(self.amount, NODES):
            out.add_problem(
                f"{str(self.path)!r}: increment adds a given number; write add(...) to add another attribute"
            )
            return "ADD", ""
        return "ADD", f"{out.path_text(target.segments)} {_value(out, target, self.amount, str(self.path), _ADDED)}"


@frozen
class ChangeSet(Change):
    """`ADD path :elements` or `DELETE path :elements`: adds elements to a set or removes them."""

    elements: Any = field(eq=BY_IDENTITY)
    gain: bool = True
    """True to add the elements, False to remove them."""

    def render(self, out: Rendering, target: Resolved) -> tuple[UpdateClause, str]:
        if not _check_wire_types(out, self.path, target.kind, _SETS, "add_to_set and remove_from_set take a set field"):
            return "ADD", ""
        if not self.elements:
            out.add_problem(f"{str(self.path)!r} has no elements to add or remove: leave the change out")
            return "ADD", ""
        text = f"{out.path_text(target.segments)} {_value(out, target, self.elements, str(self.path), _ELEMENTS)}"
        return "ADD" if self.gain else "DELETE", text


def _is_absent(value: object, target: Resolved) -> bool:
    # A Put omits `None` and an empty set. An update that assigns them must leave the same item, so it removes them.
    if target.field is None or target.field.null:
        return False
    if value is None:
        return target.field.optional
    return isinstance(value, (set, frozenset)) and not value and bool(target.kind and target.kind.is_set)


def _assigned(out: Rendering, target: Resolved, value: Any, location: str) -> str:
    if isinstance(value, Arithmetic):
        return _arithmetic(out, target, value, location)
    return _term(out, target, value, location)


def _arithmetic(out: Rendering, target: Resolved, value: Arithmetic, location: str) -> str:
    if any(isinstance(side, Arithmetic) for side in (value.left, value.right)):
        return out.add_problem(f"{location!r} is assigned more than one + or -; DynamoDB allows one")
    if any(isinstance(side, ListAppend) for side in (value.left, value.right)):
        return out.add_problem(
            f"{location!r} is assigned a list plus or minus a value: DynamoDB adds and subtracts only numbers"
        )
    if not _check_wire_types(out, location, target.kind, {"N"}, "arithmetic takes a number field"):
        return ""
    left, right = (_term(out, target, side, location, _COMPUTED) for side in (value.left, value.right))
    return f"{left} {value.sign} {right}"


def _term(out: Rendering, target: Resolved, value: Any, location: str, accepted: _Accepted = _ANYTHING) -> str:
    if isinstance(value, ListAppend):
        return _appended(out, target, value, location)
    if isinstance(value, IfNotExists):
        source = _stored(out, target.kind, value.path, location)
        return f"if_not_exists({source}, {_term(out, target, value.value, location, accepted)})"
    if isinstance(value, Path):
        return _stored(out, target.kind, value, location)
    if isinstance(value, EmptyList):
        return out.wire_value('{"L":[]}')
    if isinstance(value, NODES):
        detail = "size() is for conditions" if isinstance(value, SizeOf) else "it cannot be inside another function"
        return out.add_problem(f"{location!r} is assigned a {type(value).__name__}: {detail}")
    return _value(out, target, value, location, accepted)


def _value(out: Rendering, target: Resolved, value: Any, location: str, accepted: _Accepted) -> str:
    text = out.text(target.kind, value, location, level=len(target.segments))
    if text and accepted.wire_types and wire_type_of(text) not in accepted.wire_types:
        return out.add_problem(f"{location!r}: {accepted.rule}, not a value stored as {wire_type_of(text)}")
    return text and out.wire_value(text)


def _check_wire_types(
    out: Rendering, location: object, kind: Kind | None, wire_types: AbstractSet[str], problem: str
) -> bool:
    """Return True if an attribute has one of the wire types; otherwise add a problem that names functions to use."""
    found = wire_types_of(kind) or frozenset()
    instead = next((text for types, text in _CHANGED_BY if found and found <= types), "")
    return out.check_wire_types(location, kind, wire_types, problem + instead)


def _appended(out: Rendering, target: Resolved, value: ListAppend, location: str) -> str:
    if not _check_wire_types(out, location, target.kind, {"L"}, "append and prepend take a list field"):
        return ""
    first, second = (_term(out, target, side, location, _APPENDED) for side in (value.first, value.second))
    return f"list_append({first}, {second})"


def _stored(out: Rendering, kind: Kind | None, path: Path, location: str) -> str:
    source = out.resolve(path)
    if source is None:
        return ""
    wanted, found = wire_types_of(kind), wire_types_of(source.kind)
    if wanted is not None and found is not None and not wanted & found:
        out.add_problem(f"{location!r} would be assigned {str(path)!r}, which is stored as another type")
    return out.path_text(source.segments)
