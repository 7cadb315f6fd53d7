"""Type guards for values that are not checked yet: from a caller, or from a stored item."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Return True if a value is a dictionary."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return True if a value is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Return True if a value is exactly a `tuple`; a named tuple is a subclass."""
    return type(value) is tuple


def is_set(value: object) -> TypeGuard[set[Any] | frozenset[Any]]:
    """Return True if a value is a `set` or a `frozenset`."""
    return isinstance(value, (set, frozenset))


def is_class(value: object) -> TypeGuard[type[Any]]:
    """Return True if a value is a class."""
    return isinstance(value, type)


def is_text(value: object) -> TypeGuard[str]:
    """Return True if a value is exactly a `str` and UTF-8 can encode the text."""
    if type(value) is not str:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def split_wire(wire: Any) -> tuple[str, Any]:
    """Split a value in DynamoDB JSON into the wire type, such as `"S"`, and the stored value."""
    if is_dict(wire) and len(wire) == 1:
        [(wire_type, value)] = wire.items()
        return wire_type, value
    return "something else", None


def type_name(value: object) -> str:
    """Return the name of the type of a value, for an error message."""
    return "None" if value is None else type(value).__name__
