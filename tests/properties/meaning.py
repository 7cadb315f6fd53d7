"""
What a condition means, written down a second time.

A tree here is a plain tuple, an item a plain dict by field name. `true` evaluates one on the other by DynamoDB's rules,
with nothing of the library; `written` is the same tree as the library's users write it.

The library can evaluate conditions too. This stays beside it on purpose: what is rendered and what is evaluated share
how a path and a value are read, so both could be wrong alike, and agree with an engine all the same.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder import (
    and_,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    greater_than_or_equal,
    is_in,
    item_exists,
    item_not_exists,
    less_than,
    less_than_or_equal,
    not_,
    not_equals,
    not_exists,
    or_,
    size,
    type_is,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Tree = tuple[Any, ...]
Item = dict[str, Any]

MISSING: Final = object()

OPERATORS: Final[Mapping[str, Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


FUNCTIONS: Final[Mapping[str, Any]] = {
    "=": equals,
    "<>": not_equals,
    "<": less_than,
    "<=": less_than_or_equal,
    ">": greater_than,
    ">=": greater_than_or_equal,
}


def kind(value: Any) -> str:
    """Name the stored type of a value."""
    if isinstance(value, bool):
        return "BOOL"
    if isinstance(value, (set, frozenset)):
        return {"S": "SS", "N": "NS", "B": "BS"}[kind(next(iter(value)))]
    kinds = {str: "S", int: "N", Decimal: "N", bytes: "B", type(None): "NULL", list: "L", dict: "M"}
    return kinds[type(value)]


def found(item: Item | None, path: tuple[Any, ...]) -> Any:
    """Return what is stored under a path: an empty set and `None` in a field are not stored."""
    value: Any = item
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else MISSING
        else:
            return MISSING
    return value


def compared(sign: str, left: Any, right: Any) -> bool:
    """Compare two stored values: types never mix, and what is missing differs from everything."""
    if MISSING in (left, right) or kind(left) != kind(right):
        return sign == "<>"
    if isinstance(left, str):
        left, right = left.encode(), right.encode()
    return bool(OPERATORS[sign](left, right))


def sized(value: Any) -> Any:
    return MISSING if value is MISSING else len(value)


def holds_in(value: Any, element: Any) -> bool:
    if isinstance(value, (str, bytes)):
        return type(value) is type(element) and element in value
    return isinstance(value, (list, set, frozenset)) and any(compared("=", one, element) for one in value)


def true(tree: Tree, item: Item | None) -> bool:  # noqa: C901, PLR0911, PLR0912  a line for each condition
    """Tell whether a tree is true of an item; `None` is no item at all."""
    match tree:
        case ("and", *parts):
            return all(true(part, item) for part in parts)
        case ("or", *parts):
            return any(true(part, item) for part in parts)
        case ("not", part):
            return not true(part, item)
        case ("item", there):
            return (item is not None) == there
        case ("exists", path, there):
            return (found(item, path) is not MISSING) == there
        case ("compare", path, sign, value):
            return compared(sign, found(item, path), value)
        case ("refer", path, sign, other):
            return compared(sign, found(item, path), found(item, other))
        case ("size", path, sign, value):
            return compared(sign, sized(found(item, path)), value)
        case ("between", path, low, high):
            return compared(">=", found(item, path), low) and compared("<=", found(item, path), high)
        case ("in", path, *values):
            return any(compared("=", found(item, path), value) for value in values)
        case ("begins", path, prefix):
            value = found(item, path)
            return type(value) is type(prefix) and value.startswith(prefix)
        case ("contains", path, element):
            return holds_in(found(item, path), element)
        case ("type", path, name):
            value = found(item, path)
            return value is not MISSING and kind(value) == name
        case ("value first", value, sign, path):
            return compared(sign, value, found(item, path))
        case ("value between", value, low, high):
            return compared(">=", value, found(item, low)) and compared("<=", value, found(item, high))
        case ("value begins", value, path):
            prefix = found(item, path)
            return type(value) is type(prefix) and value.startswith(prefix)
        case ("path begins", path, other):
            value, prefix = found(item, path), found(item, other)
            return value is not MISSING and type(value) is type(prefix) and value.startswith(prefix)
        case ("value contains", value, path):
            return found(item, path) is not MISSING and holds_in(value, found(item, path))
        case ("path contains", path, other):
            return MISSING not in (found(item, path), found(item, other)) and holds_in(
                found(item, path), found(item, other)
            )
        case ("sizes", path, sign, other):
            return compared(sign, sized(found(item, path)), sized(found(item, other)))
    raise AssertionError(tree)


def operators(tree: Tree) -> int:
    """Return how many operators and functions DynamoDB counts in a tree."""
    match tree:
        case ("and" | "or", *parts):
            return sum(map(operators, parts)) + len(parts) - 1
        case ("not", part):
            return operators(part) + 1
        case ("size", *_):
            return 2
        case ("sizes", *_):
            return 3
        case _:
            return 1


def written(tree: Tree) -> Any:  # noqa: C901, PLR0911, PLR0912  one line for each kind of condition
    """Write a tree as a user would."""
    match tree:
        case ("and", *parts):
            return and_(*map(written, parts))
        case ("or", *parts):
            return or_(*map(written, parts))
        case ("not", part):
            return not_(written(part))
        case ("item", there):
            return item_exists() if there else item_not_exists()
        case ("exists", path, there):
            return exists(attr(*path)) if there else not_exists(attr(*path))
        case ("compare", path, sign, value):
            return OPERATORS[sign](attr(*path), value)
        case ("refer", path, sign, other):
            return OPERATORS[sign](attr(*path), attr(*other))
        case ("size", path, sign, value):
            return OPERATORS[sign](size(attr(*path)), value)
        case ("between", path, low, high):
            return {attr(*path): between(low, high)}
        case ("in", path, list() | frozenset() as only):  # in one list, is_in takes the choices
            return {attr(*path): equals(only)}
        case ("in", path, *values):
            return {attr(*path): is_in(*values)}
        case ("begins", path, prefix):
            return begins_with(attr(*path), prefix)
        case ("contains", path, element):
            return contains(attr(*path), element)
        case ("type", path, name):
            return type_is(attr(*path), name)
        case ("value first", value, sign, path):
            return FUNCTIONS[sign](value, attr(*path))
        case ("value between", value, low, high):
            return between(value, attr(*low), attr(*high))
        case ("value begins", value, path):
            return begins_with(value, attr(*path))
        case ("path begins", path, other):
            return begins_with(attr(*path), attr(*other))
        case ("value contains", value, path):
            return contains(value, attr(*path))
        case ("path contains", path, other):
            return {attr(*path): contains(attr(*other))}
        case ("sizes", path, sign, other):
            return OPERATORS[sign](size(attr(*path)), size(attr(*other)))
    raise AssertionError(tree)
