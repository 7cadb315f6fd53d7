"""
The functions updates are written with, and the mapping form.

`{"title": "x", "balance": add(5)}` and `users.changes(lambda u: [set_(u.title, "x"), add(u.balance, 5)])` build the
same changes. Without an operand a function is about the path it is filed under.
"""

# Only one of the two type checkers sees that two overloads of tuples overlap.
# pyright: reportUnnecessaryTypeIgnoreComment=false

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, overload

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.omitted import OMITTED, Omitted
from dynamo_document_builder.expressions.builders.operands import Operand, as_tree_value, node_of, path_from
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.expressions.tree.identity import identity
from dynamo_document_builder.expressions.tree.paths import (
    EMPTY_LIST,
    NODES,
    THIS,
    Arithmetic,
    IfNotExists,
    ListAppend,
    Path,
    as_path,
)
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.builders.type_variables import Other, Scalar

T = TypeVar("T")
Number: TypeAlias = int | float | Decimal
N = TypeVar("N", bound=int | float | Decimal | None)
UpdatesLike: TypeAlias = Mapping[Any, Any] | Sequence[Change]
"""`{"title": "x", "tags[0]": remove()}`, or what `entity.changes(...)` returns."""


def as_changes(updates: UpdatesLike) -> tuple[Change, ...]:
    """Read either form of an update."""
    return _changes(updates)


def _changes(updates: object) -> tuple[Change, ...]:
    if is_mapping(updates):
        return tuple(_under_name(name, value) for name, value in updates.items())
    if is_sequence(updates):
        return tuple(_change(part) for part in updates)
    raise UsageError(
        f"updates are a mapping such as {{'title': 'x'}} or the changes of an entity, not {type(updates).__name__}"
    )


def _under_name(name: str | Operand, value: object) -> Change:
    path = path_from(name)
    if isinstance(value, Condition):
        raise UsageError(f"{str(path)!r} is assigned a condition, which is not a value: give it as condition=")
    if not isinstance(value, Change):
        return Assign(THIS, as_tree_value(value)).with_this(path)
    if value.path != THIS:
        raise UsageError(f"the change filed under {str(path)!r} is about {str(value.path)!r}; file it there")
    return value.with_this(path)


def _change(value: object) -> Change:
    if not isinstance(value, Change):
        raise UsageError(f"a change is made by set_, add, remove and their like, {_advice(value)}")
    if value.path == THIS:
        raise UsageError("a change in a list names its attribute first, as in add(u.balance, 5)")
    return value


def _advice(found: object) -> str:
    if isinstance(found, Operand):
        node = node_of(found)
        if isinstance(node, IfNotExists):
            return f"and if_not_exists is a value: write set_(u.{node.path}, if_not_exists(u.{node.path}, ...))"
        return "and an attribute is a value: write set_(u.name, ...) with it"
    if isinstance(found, Condition):
        return "and this is a condition: give it as condition="
    if is_mapping(found):
        return "not a mapping: give one mapping as updates=, outside of any list"
    return f"not {type(found).__name__}"


def _target(function: str, operand: object) -> Path:
    if isinstance(operand, Operand):
        return as_path(node_of(operand))
    raise UsageError(
        f"the first of two arguments of {function}() is an attribute, as in {function}(u.name, ...), not "
        f"{type(operand).__name__}"
    )


def _as_set(elements: Any) -> frozenset[Any]:
    if isinstance(elements, NODES):
        raise UsageError("DynamoDB adds and removes given elements only, not those of another attribute")
    several = is_sequence(elements) or isinstance(elements, AbstractSet)
    given: list[Any] = list(cast("Iterable[Any]", elements)) if several else [elements]
    refused = sorted({type(element).__name__ for element in given if not _is_hashable(element)})
    if refused:
        raise UsageError(f"a set holds text, numbers or bytes, not {', '.join(refused)}")
    found = frozenset(given)
    if len(found) < len(set(map(identity, given))):
        raise UsageError("a set cannot hold both True and 1, or False and 0: for Python they are one element")
    return found


def _is_hashable(element: object) -> bool:
    try:
        hash(element)
    except TypeError:
        return False
    return True


def _two(function: str, first: object, second: object) -> tuple[Path, Any]:
    return (
        (THIS, as_tree_value(first))
        if isinstance(second, Omitted)
        else (_target(function, first), as_tree_value(second))
    )


@overload
def set_(value: object, /) -> Change: ...
@overload
def set_(operand: Decimal | None, value: Decimal | int | None, /) -> Change: ...
@overload
def set_(operand: Scalar | None, value: Scalar | None, /) -> Change: ...
@overload
def set_(operand: Other | None, value: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def set_(operand: T, value: T, /) -> Change: ...
def set_(first: object, second: object = OMITTED, /) -> Any:
    """Store the value. `None` in an optional field, and an empty set, remove the attribute, as a `Put` omits it."""
    path, value = _two("set_", first, second)
    return Assign(path, value)


@overload
def if_not_exists(value: object, /) -> Any: ...
@overload
def if_not_exists(operand: T, value: T, /) -> T: ...
def if_not_exists(first: object, second: object = OMITTED, /) -> Any:
    """What is stored, or the value where nothing is."""
    path, value = _two("if_not_exists", first, second)
    return Operand(IfNotExists(path, value))


@overload
def add(amount: Number | Operand, /) -> Change: ...
@overload
def add(operand: N, amount: N, /) -> Change: ...
def add(first: object, second: object = OMITTED, /) -> Change:
    """
    Add to the stored number; DynamoDB refuses if there is none.

    See `increment` for counters that begin at 0, `append` for lists, and `add_to_set` for sets.
    """
    path, amount = _two("add", first, second)
    return Assign(path, Arithmetic(path, "+", amount))


@overload
def subtract(amount: Number | Operand, /) -> Change: ...
@overload
def subtract(operand: N, amount: N, /) -> Change: ...
def subtract(first: object, second: object = OMITTED, /) -> Change:
    """Subtract from the stored number; DynamoDB refuses if there is none. See `increment` for counters."""
    path, amount = _two("subtract", first, second)
    return Assign(path, Arithmetic(path, "-", amount))


@overload
def increment(amount: Number, /) -> Change: ...
@overload
def increment(operand: N, amount: N, /) -> Change: ...
def increment(first: object, second: object = OMITTED, /) -> Change:
    """
    Add to the stored number, or to 0 where there is none: DynamoDB's `ADD`, made for counters.

    See `add` for numbers that must be there, `append` for lists, and `add_to_set` for sets.
    """
    path, amount = _two("increment", first, second)
    return Increment(path, amount)


@overload
def append(elements: Sequence[object] | Operand, /) -> Change: ...
@overload
def append(operand: list[T], elements: list[T], /) -> Change: ...
@overload
def append(operand: tuple[Scalar, ...], elements: tuple[Scalar, ...], /) -> Change: ...
@overload
def append(operand: tuple[Other, ...], elements: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def append(operand: tuple[T, ...], elements: tuple[T, ...], /) -> Change: ...
def append(first: object, second: object = OMITTED, /) -> Any:
    """
    Put elements at the end of the list; a missing list begins empty.

    See `prepend` for the front of the list, `add_to_set` for sets, and `add` and `increment` for numbers.
    """
    path, elements = _two("append", first, second)
    return Assign(path, ListAppend(IfNotExists(path, EMPTY_LIST), elements))


@overload
def prepend(elements: Sequence[object] | Operand, /) -> Change: ...
@overload
def prepend(operand: list[T], elements: list[T], /) -> Change: ...
@overload
def prepend(operand: tuple[Scalar, ...], elements: tuple[Scalar, ...], /) -> Change: ...
@overload
def prepend(operand: tuple[Other, ...], elements: object, /) -> object: ...  # type: ignore[overload-overlap]  # see Other
@overload
def prepend(operand: tuple[T, ...], elements: tuple[T, ...], /) -> Change: ...
def prepend(first: object, second: object = OMITTED, /) -> Any:
    """Put elements at the front of the list; a missing list begins empty. See `append` for its end."""
    path, elements = _two("prepend", first, second)
    return Assign(path, ListAppend(elements, IfNotExists(path, EMPTY_LIST)))


@overload
def add_to_set(elements: object, /) -> Change: ...
@overload
def add_to_set(operand: T, elements: T, /) -> Change: ...
def add_to_set(first: object, second: object = OMITTED, /) -> Change:
    """
    Add elements to the set; a missing set begins empty, and elements it has stay single.

    See `append` for lists, and `add` and `increment` for numbers.
    """
    path, elements = _two("add_to_set", first, second)
    return ChangeSet(path, _as_set(elements))


@overload
def remove_from_set(elements: object, /) -> Change: ...
@overload
def remove_from_set(operand: T, elements: T, /) -> Change: ...
def remove_from_set(first: object, second: object = OMITTED, /) -> Change:
    """Remove elements from the set; the last one takes the attribute with it."""
    path, elements = _two("remove_from_set", first, second)
    return ChangeSet(path, _as_set(elements), gain=False)


def remove(operand: object = OMITTED, /) -> Change:
    """Remove the attribute, or the element of a list."""
    if isinstance(operand, Omitted):
        return Remove(THIS)
    if isinstance(operand, Operand):
        return Remove(as_path(node_of(operand)))
    raise UsageError(
        "remove() takes an attribute, as in remove(u.name), or nothing in a mapping, as in {'name': remove()}, not "
        f"{type(operand).__name__}"
    )
