"""
The functions with which you write updates.

`{"title": "x", "balance": add(5)}` and `users.changes(lambda u: [set_(u.title, "x"), add(u.balance, 5)])` build the
same changes. In a mapping, a function applies to the path that is the key.
"""

# mypy reports that the overloads for tuples overlap, pyright does not.
# pyright: reportUnnecessaryTypeIgnoreComment=false

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, overload

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.operands import (
    OMITTED,
    Omitted,
    Operand,
    as_tree_value,
    node_of,
    path_from,
)
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
"""A mapping such as `{"title": "x", "tags[0]": remove()}`, or the result of `entity.changes(...)`."""


def as_changes(updates: UpdatesLike) -> tuple[Change, ...]:
    """Return the changes of an update in either form. Raises `UsageError` for anything else."""
    given: object = updates
    if is_mapping(given):
        return tuple(_under_name(name, value) for name, value in given.items())
    if is_sequence(given):
        return tuple(_change(part) for part in given)
    raise UsageError(
        f"updates are a mapping such as {{'title': 'x'}} or the changes of an entity, not {type(given).__name__}"
    )


def _under_name(name: str | Operand, value: object) -> Change:
    path = path_from(name)
    if isinstance(value, Condition):
        raise UsageError(f"{str(path)!r} is assigned a condition, which is not a value: give it as condition=")
    if not isinstance(value, Change):
        return Assign(THIS, as_tree_value(value)).with_this(path)
    if value.path != THIS:
        raise UsageError(
            f"the change under {str(path)!r} is for {str(value.path)!r}; use {str(value.path)!r} as the key"
        )
    return value.with_this(path)


def _change(value: object) -> Change:
    if not isinstance(value, Change):
        raise UsageError(f"a change is made by a function such as set_, add or remove, {_advice(value)}")
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
        raise UsageError("DynamoDB cannot add or remove the elements of another attribute: give the elements")
    several = is_sequence(elements) or isinstance(elements, AbstractSet)
    given: list[Any] = list(cast("Iterable[Any]", elements)) if several else [elements]
    refused = sorted({type(element).__name__ for element in given if not _is_hashable(element)})
    if refused:
        raise UsageError(f"a set holds text, numbers or bytes, not {', '.join(refused)}")
    found = frozenset(given)
    if len(found) < len(set(map(identity, given))):
        raise UsageError("a set cannot hold both True and 1, or False and 0: Python treats them as one element")
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
    """
    Assign a value to an attribute.

    Assigning `None` to an optional field, or an empty set, removes the attribute, because a `Put` omits it too.
    """
    path, value = _two("set_", first, second)
    return Assign(path, value)


@overload
def if_not_exists(value: object, /) -> Any: ...
@overload
def if_not_exists(operand: T, value: T, /) -> T: ...
def if_not_exists(first: object, second: object = OMITTED, /) -> Any:
    """Return the stored value of an attribute, or *value* if the attribute does not exist; only for updates."""
    path, value = _two("if_not_exists", first, second)
    return Operand(IfNotExists(path, value))


@overload
def add(amount: Number | Operand, /) -> Change: ...
@overload
def add(operand: N, amount: N, /) -> Change: ...
def add(first: object, second: object = OMITTED, /) -> Change:
    """
    Add to the stored number. DynamoDB refuses the update if the attribute does not exist.

    See `increment` for counters that start at 0, `append` for lists, and `add_to_set` for sets.
    """
    path, amount = _two("add", first, second)
    return Assign(path, Arithmetic(path, "+", amount))


@overload
def subtract(amount: Number | Operand, /) -> Change: ...
@overload
def subtract(operand: N, amount: N, /) -> Change: ...
def subtract(first: object, second: object = OMITTED, /) -> Change:
    """
    Subtract from the stored number. DynamoDB refuses the update if the attribute does not exist.

    See `increment`, with a negative number, for counters that start at 0.
    """
    path, amount = _two("subtract", first, second)
    return Assign(path, Arithmetic(path, "-", amount))


@overload
def increment(amount: Number, /) -> Change: ...
@overload
def increment(operand: N, amount: N, /) -> Change: ...
def increment(first: object, second: object = OMITTED, /) -> Change:
    """
    Add to the stored number, or to 0 if the attribute does not exist: DynamoDB's `ADD`, for counters.

    See `add` for numbers that must exist, `append` for lists, and `add_to_set` for sets.

    Example:
        >>> updates_to_text({"visits": increment(1)}).text
        'ADD #0 :0'

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
    Add elements at the end of a list. A missing list is created.

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
    """Add elements at the front of a list. A missing list is created. See `append` for the end."""
    path, elements = _two("prepend", first, second)
    return Assign(path, ListAppend(elements, IfNotExists(path, EMPTY_LIST)))


@overload
def add_to_set(elements: object, /) -> Change: ...
@overload
def add_to_set(operand: T, elements: T, /) -> Change: ...
def add_to_set(first: object, second: object = OMITTED, /) -> Change:
    """
    Add elements to a set. A missing set is created. Adding an element that the set has changes nothing.

    See `append` for lists, and `add` and `increment` for numbers.
    """
    path, elements = _two("add_to_set", first, second)
    return ChangeSet(path, _as_set(elements))


@overload
def remove_from_set(elements: object, /) -> Change: ...
@overload
def remove_from_set(operand: T, elements: T, /) -> Change: ...
def remove_from_set(first: object, second: object = OMITTED, /) -> Change:
    """Remove elements from a set. Removing the last element removes the attribute."""
    path, elements = _two("remove_from_set", first, second)
    return ChangeSet(path, _as_set(elements), gain=False)


def remove(operand: object = OMITTED, /) -> Change:
    """
    Remove an attribute, or an element of a list.

    Example:
        >>> updates_to_text({"email": remove(), "tags[0]": remove()}).text
        'REMOVE #0, #1[0]'

    """
    if isinstance(operand, Omitted):
        return Remove(THIS)
    if isinstance(operand, Operand):
        return Remove(as_path(node_of(operand)))
    raise UsageError(
        "remove() takes an attribute, as in remove(u.name), or nothing in a mapping, as in {'name': remove()}, not "
        f"{type(operand).__name__}"
    )
