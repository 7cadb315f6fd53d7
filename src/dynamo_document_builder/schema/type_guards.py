"""Looking at values nobody vouches for: what a caller gave, and what a stored item holds."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether a value is a dictionary."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether a value is a tuple itself, not of a class with names."""
    return type(value) is tuple


def is_set(value: object) -> TypeGuard[set[Any] | frozenset[Any]]:
    """Whether a value is a set of either kind."""
    return isinstance(value, (set, frozenset))


def is_class(value: object) -> TypeGuard[type[Any]]:
    """Whether a value is a class."""
    return isinstance(value, type)


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a `str` itself, that UTF-8 can write."""
    if type(value) is not str:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def split_wire(wire: Any) -> tuple[str, Any]:
    """Split a value in DynamoDB JSON into its stored type and what is stored."""
    if is_dict(wire) and len(wire) == 1:
        [(wire_type, value)] = wire.items()
        return wire_type, value
    return "something else", None


def type_name(value: object) -> str:
    """Name the type of a value that does not fit."""
    return "None" if value is None else type(value).__name__
