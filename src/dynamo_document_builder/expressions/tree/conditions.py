"""Condition trees: frozen values that render themselves and combine with `&`, `|` and `~`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self, TypeVar

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.folding import flatten, fold, unflatten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Path

T = TypeVar("T")

EXISTS: Final = {True: "attribute_exists", False: "attribute_not_exists"}
"""DynamoDB's function for each value of `present`."""


class Condition(ABC):
    """
    A condition on an item. Combine conditions with `&`, `|` and `~`, or with `and_`, `or_` and `not_`.

    Two conditions are equal if they have the same structure and their values have the same stored form: `0.1` equals
    `Decimal("0.1")`, `1` does not equal `True`.

    Example:
        >>> rich = (attr("balance") >= 100) & begins_with(attr("name"), "A")
        >>> users.request(Delete({"user_id": "u1"}, condition=rich)).payload["ConditionExpression"]
        '#0 >= :0 AND begins_with(#1, :1)'

    """

    __slots__ = ()

    parts: tuple[Condition, ...] = ()
    """The conditions that this condition combines, in order."""

    @abstractmethod
    def with_this(self, path: Path) -> Condition:
        """Return the condition with `THIS` replaced by a path."""

    @abstractmethod
    def render(self, out: Rendering) -> str:
        """Return the condition in DynamoDB's language. Names, values and problems are added to *out*."""

    def implies_item(self) -> bool:
        """Return True if the condition can only be true if the item exists."""
        return False

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:  # noqa: ARG002  used by few conditions
        """Return True if the condition can only be true if no item exists. Every item has *key_names*."""
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
class ItemExists(Condition):
    """The item exists, or does not exist. Rendered with the partition key attribute of the table."""

    present: bool = True

    def with_this(self, path: Path) -> Condition:  # noqa: ARG002  contains no path
        return self

    def implies_item(self) -> bool:
        return self.present

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:  # noqa: ARG002  needs no attribute
        return not self.present

    def render(self, out: Rendering) -> str:
        name = out.scope.key_names[0]
        out.attributes.add(name)
        return f"{EXISTS[self.present]}({out.name(name)})"


class _Group(Condition):
    """A condition that combines others. Its methods do not recurse, because groups may be nested deeply."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        """Return a group of this class with the given parts."""

    @abstractmethod
    def join_texts(self, texts: Sequence[str]) -> str:
        """Return the text of the group from the texts of its parts."""

    def render(self, out: Rendering) -> str:
        return _fold(self, lambda one, texts: one.join_texts(texts), lambda one: one.render(out))

    def with_this(self, path: Path) -> Condition:
        return _fold(self, _regrouped, lambda one: one.with_this(path))

    def implies_item(self) -> bool:
        return _fold(self, lambda one, found: one.implies(found), lambda one: one.implies_item())

    def implies_no_item(self, key_names: tuple[str, ...]) -> bool:
        return _fold(self, lambda one, found: one.implies(found), lambda one: one.implies_no_item(key_names))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Group):
            return NotImplemented
        return self is other or flatten(self) == flatten(other)

    def __hash__(self) -> int:
        return hash(flatten(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return unflatten, (flatten(self),)

    def __repr__(self) -> str:
        try:
            return _fold(self, lambda one, texts: f"{type(one).__name__}({', '.join(texts)})", repr)
        except UsageError as error:
            return f"<{error}>"

    def implies(self, parts_imply: Sequence[bool]) -> bool:  # noqa: ARG002  NOT implies nothing
        """Return True if the group implies a fact, given which of its parts imply that fact."""
        return False


@frozen(eq=False, repr=False)
class _Several(_Group):
    conditions: tuple[Condition, ...]
    word: ClassVar[str]

    @property
    def parts(self) -> tuple[Condition, ...]:  # type: ignore[override]  # a property in place of an attribute
        return self.conditions

    @classmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        return cls(parts)

    def join_texts(self, texts: Sequence[str]) -> str:
        enclosed = (
            f"({text})" if isinstance(part, _Several) else text for part, text in zip(self.parts, texts, strict=True)
        )
        return f" {self.word} ".join(enclosed)


@frozen(eq=False, repr=False)
class And(_Several):
    word = "AND"

    def implies(self, parts_imply: Sequence[bool]) -> bool:
        return any(parts_imply)


@frozen(eq=False, repr=False)
class Or(_Several):
    word = "OR"

    def implies(self, parts_imply: Sequence[bool]) -> bool:
        return all(parts_imply)


@frozen(eq=False, repr=False)
class Not(_Group):
    condition: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:  # type: ignore[override]  # a property in place of an attribute
        return (self.condition,)

    @classmethod
    def of(cls, parts: tuple[Condition, ...]) -> Self:
        return cls(*parts)

    def join_texts(self, texts: Sequence[str]) -> str:
        return f"NOT ({texts[0]})"


def _fold(root: Condition, group: Callable[[_Group, Sequence[T]], T], leaf: Callable[[Condition], T]) -> T:
    """Compute a result for a condition: *leaf* for each leaf, *group* for each group from the results of its parts."""
    return fold(root, lambda one, inner: group(one, inner) if isinstance(one, _Group) else leaf(one))


def _regrouped(group: _Group, parts: Sequence[Condition]) -> Condition:
    return group.of(tuple(parts))


def all_of(conditions: tuple[Condition, ...]) -> Condition:
    """Return the AND of conditions, nested ANDs merged; a single condition is returned as it is."""
    return conditions[0] if len(conditions) == 1 else And(_flat(conditions, And))


def any_of(conditions: tuple[Condition, ...]) -> Condition:
    """Return the OR of conditions, nested ORs merged; a single condition is returned as it is."""
    return conditions[0] if len(conditions) == 1 else Or(_flat(conditions, Or))


def _flat(conditions: tuple[Condition, ...], group: type[And | Or]) -> tuple[Condition, ...]:
    return tuple(
        inner
        for condition in conditions
        for inner in (condition.conditions if isinstance(condition, group) else (condition,))
    )
