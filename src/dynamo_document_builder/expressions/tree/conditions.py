"""Condition trees: frozen values that know how to render themselves and how to combine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self, TypeVar

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.comparison_sides import (
    BOUNDS,
    Side,
    as_given,
    attribute,
    check_range,
    choices,
    compared,
    side,
    unsized,
)
from dynamo_document_builder.expressions.tree.containment_sides import begun, held
from dynamo_document_builder.expressions.tree.folding import flattened, folded, unflattened
from dynamo_document_builder.expressions.tree.identity import BY_IDENTITY
from dynamo_document_builder.expressions.tree.paths import Path, SizeOf
from dynamo_document_builder.wire.json.strict import WIRE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Value

T = TypeVar("T")

_EXISTS: Final = {True: "attribute_exists", False: "attribute_not_exists"}


class Condition(ABC):
    """
    What must be true of an item. Combine with `&`, `|` and `~`, or with `and_`, `or_` and `not_`.

    Two conditions are equal if they are built alike, with values that are the same as stored: `0.1` and
    `Decimal("0.1")` are one number, `1` and `True` are not.

    Example:
        >>> rich = (attr("balance") >= 100) & begins_with(attr("name"), "A")
        >>> users.request(Delete({"user_id": "u1"}, condition=rich)).payload["ConditionExpression"]
        '#0 >= :0 AND begins_with(#1, :1)'

    """

    __slots__ = ()

    parts: tuple[Condition, ...] = ()
    """The conditions that it combines, in order."""

    @abstractmethod
    def about(self, path: Path) -> Condition:
        """Put *path* where this condition says `THIS`."""

    @abstractmethod
    def render(self, out: Rendering) -> str: ...

    def implies_item(self) -> bool:
        """Whether it can only be true of an item that is there."""
        return False

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:  # noqa: ARG002  few conditions do
        """Whether it can only be true where there is no item; *key_names* are attributes that every item has."""
        return False

    def __and__(self, other: Condition | bool) -> Condition:
        return And(_flat((self, other), And)) if isinstance(other, Condition) else NotImplemented

    def __rand__(self, other: bool) -> Condition:
        return NotImplemented

    def __or__(self, other: Condition | bool) -> Condition:
        return Or(_flat((self, other), Or)) if isinstance(other, Condition) else NotImplemented

    def __ror__(self, other: bool) -> Condition:
        return NotImplemented

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false until DynamoDB evaluates it: combine with & | ~ and parentheses, or "
            "and_() or_() not_(), never with and, or, not, if, in or a chained comparison"
        )


@frozen
class Leaf(Condition):
    """One comparison or function; each side is a path, a size or a value, which on the left stands in a `Value`."""

    operand: Path | SizeOf | Value
    function: ClassVar[str] = ""
    """What DynamoDB calls it, where it is a function."""

    @abstractmethod
    def sides(self, out: Rendering) -> tuple[Side, ...]:
        """Look at all sides, the operand first; what is wrong with them is noted."""

    @property
    def given(self) -> tuple[Any, ...]:
        """What the operand is compared with."""
        return ()

    def about(self, path: Path) -> Condition:
        return evolve(self, operand=self.operand.about(path))

    def render(self, out: Rendering) -> str:
        return f"{self.function}({', '.join([one.placed(out) for one in self.sides(out)])})"

    def implies_item(self) -> bool:
        return any(map(_looks_at_item, (self.operand, *self.given)))  # what is missing makes it false


@frozen
class Comparison(Leaf):
    operator: str
    value: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.value,)

    def implies_item(self) -> bool:
        return self.operator != "<>" and super().implies_item()

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return compared(out, self.operand, (self.value,), (self.operator,))

    def render(self, out: Rendering) -> str:
        left, right = self.sides(out)
        return f"{left.placed(out)} {self.operator} {right.placed(out)}"


@frozen
class Between(Leaf):
    low: Any = field(eq=BY_IDENTITY)
    high: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.low, self.high)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        found = compared(out, self.operand, self.given, BOUNDS)
        check_range(out, found)
        return found

    def render(self, out: Rendering) -> str:
        operand, low, high = self.sides(out)
        return f"{operand.placed(out)} BETWEEN {low.placed(out)} AND {high.placed(out)}"


@frozen
class IsIn(Leaf):
    values: tuple[Any, ...] = field(eq=BY_IDENTITY)
    collection: type | None = None
    """`list`, `tuple` or `set` where the values were given in one, which an attribute may be equal to as a whole."""

    @property
    def given(self) -> tuple[Any, ...]:
        return self.values

    def implies_item(self) -> bool:
        # A value may be among other values, whatever is stored.
        return _looks_at_item(self.operand) or all(map(_looks_at_item, self.values))

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        operand = side(out, self.operand)
        values = choices(out, operand, self.values, self.collection)
        return compared(out, operand, values, ("=",) * len(values))

    def render(self, out: Rendering) -> str:
        operand, *values = self.sides(out)
        return f"{operand.placed(out)} IN ({', '.join([value.placed(out) for value in values])})"


@frozen
class BeginsWith(Leaf):
    function = "begins_with"

    prefix: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.prefix,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return begun(out, self.operand, self.prefix)


@frozen
class Contains(Leaf):
    function = "contains"

    value: Any = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.value,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return held(out, self.operand, self.value)


@frozen
class Exists(Leaf):
    present: bool = True

    @property
    def function(self) -> str:  # type: ignore[override]  # one of two
        return _EXISTS[self.present]

    def implies_item(self) -> bool:
        return self.present

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:
        return (
            not self.present and isinstance(self.operand, Path) and self.operand.segments in [(n,) for n in key_names]
        )

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        return (attribute(out, self.operand, "exists"),)


@frozen
class TypeIs(Leaf):
    function = "attribute_type"

    wire_type: str = field(eq=BY_IDENTITY)

    @property
    def given(self) -> tuple[Any, ...]:
        return (self.wire_type,)

    def sides(self, out: Rendering) -> tuple[Side, ...]:
        one = unsized(out, self.operand, "type_is")
        if self.wire_type not in WIRE_TYPES:
            out.problem(f"type_is takes one of {', '.join(WIRE_TYPES)}, not {self.wire_type!r}")
        return as_given(out, one, "a value"), Side(self.wire_type, is_value=True, text=f'{{"S":"{self.wire_type}"}}')


@frozen
class ItemExists(Condition):
    """Whether there is an item at all: rendered on the table's own partition key attribute."""

    present: bool = True

    def about(self, path: Path) -> Condition:  # noqa: ARG002  it is about the item, wherever it stands
        return self

    def implies_item(self) -> bool:
        return self.present

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:  # noqa: ARG002  it is about the item itself
        return not self.present

    def render(self, out: Rendering) -> str:
        name = out.scope.key_names[0]
        out.attributes.add(name)
        return f"{_EXISTS[self.present]}({out.name(name)})"


class _Group(Condition):
    """Conditions inside a condition. Whatever goes through them is no recursion: they may be nested deep."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        """Return such a group of some conditions."""

    @abstractmethod
    def joined(self, texts: Sequence[str]) -> str:
        """Return it as text, from the texts of its parts."""

    def render(self, out: Rendering) -> str:
        return _made(self, lambda one, texts: one.joined(texts), lambda one: one.render(out))

    def about(self, path: Path) -> Condition:
        return _made(self, _regrouped, lambda one: one.about(path))

    def implies_item(self) -> bool:
        return _made(self, lambda one, found: one.joins(found), lambda one: one.implies_item())

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:
        return _made(self, lambda one, found: one.joins(found), lambda one: one.implies_no_item(key_names))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Group):
            return NotImplemented
        return self is other or flattened(self) == flattened(other)

    def __hash__(self) -> int:
        return hash(flattened(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return unflattened, (flattened(self),)

    def __repr__(self) -> str:
        try:
            return _made(self, lambda one, texts: f"{type(one).__name__}({', '.join(texts)})", repr)
        except UsageError as error:
            return f"<{error}>"

    def joins(self, found: Sequence[bool]) -> bool:  # noqa: ARG002  NOT tells nothing
        """Tell whether it can only be true where something is so, by which of its parts can only be true there."""
        return False


@frozen(eq=False, repr=False)
class _Several(_Group):
    conditions: tuple[Condition, ...]
    word: ClassVar[str]

    @property
    def parts(self) -> tuple[Condition, ...]:  # type: ignore[override]  # the same, under the name that people read
        return self.conditions

    @classmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        return cls(parts)

    def joined(self, texts: Sequence[str]) -> str:
        enclosed = (
            f"({text})" if isinstance(part, _Several) else text for part, text in zip(self.parts, texts, strict=True)
        )
        return f" {self.word} ".join(enclosed)


@frozen(eq=False, repr=False)
class And(_Several):
    word = "AND"

    def joins(self, found: Sequence[bool]) -> bool:
        return any(found)


@frozen(eq=False, repr=False)
class Or(_Several):
    word = "OR"

    def joins(self, found: Sequence[bool]) -> bool:
        return all(found)


@frozen(eq=False, repr=False)
class Not(_Group):
    condition: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:  # type: ignore[override]  # its only one
        return (self.condition,)

    @classmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        return cls(*parts)

    def joined(self, texts: Sequence[str]) -> str:
        return f"NOT ({texts[0]})"


def _made(root: Condition, group: Callable[[_Group, Sequence[T]], T], leaf: Callable[[Condition], T]) -> T:
    """Return what is made of a condition, from what is made of the groups and leaves inside it."""
    return folded(root, lambda one, inner: group(one, inner) if isinstance(one, _Group) else leaf(one))


def _regrouped(group: _Group, parts: Sequence[Condition]) -> Condition:
    return group.of(tuple(parts))


def _looks_at_item(node: Any) -> bool:
    return isinstance(node.of if isinstance(node, SizeOf) else node, Path)


def all_of(conditions: tuple[Condition, ...]) -> Condition:
    """AND, flattened; a single condition stays itself."""
    return conditions[0] if len(conditions) == 1 else And(_flat(conditions, And))


def any_of(conditions: tuple[Condition, ...]) -> Condition:
    """OR, flattened; a single condition stays itself."""
    return conditions[0] if len(conditions) == 1 else Or(_flat(conditions, Or))


def _flat(conditions: tuple[Condition, ...], group: type[And | Or]) -> tuple[Condition, ...]:
    return tuple(
        inner
        for condition in conditions
        for inner in (condition.conditions if isinstance(condition, group) else (condition,))
    )
