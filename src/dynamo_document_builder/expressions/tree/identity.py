"""
Equality and hashing of the values in a tree.

Numbers, bytes, lists, sets and maps are compared by their stored form, all other values by type and value. Python's
`==` cannot be used: `1 == True`, and lists have no hash.
"""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

_NUMBERS: Final = frozenset({int, float, Decimal})
_BYTES: Final = frozenset({bytes, bytearray, memoryview})
_LISTS: Final = frozenset({list, tuple})
_SETS: Final = frozenset({set, frozenset})


class StandIn(Struct, frozen=True):
    """
    A value in a tree that equals the Python value it stands for.

    So a tree that was parsed from text equals the same tree written in Python.
    """

    @property
    @abstractmethod
    def natural(self) -> Any:
        """The Python value for the JSON type of this value, chosen without a field."""


class _Typed:
    """A wrapper that equals only values of the same type, and has a hash even if the value has none."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Typed) or type(self.value) is not type(other.value):
            return False
        return self.value is other.value or bool(self.value == other.value)

    def __hash__(self) -> int:
        try:
            return hash((type(self.value), self.value))
        except TypeError:
            return hash(type(self.value))


def identity(value: Any) -> object:
    """Return the key by which trees compare a value: `0.1` equals `Decimal("0.1")`, `1` does not equal `True`."""
    kind = value.__class__
    if kind in _NUMBERS:
        return "number", _number(value)
    if kind in _BYTES:
        return "bytes", bytes(value)
    if kind in _LISTS:
        return "list", tuple(map(identity, value))
    if kind in _SETS:
        return "set", frozenset(map(identity, value))
    if kind is dict:
        return "map", frozenset((identity(name), identity(element)) for name, element in value.items())
    return identity(value.natural) if isinstance(value, StandIn) else _Typed(value)


def _number(value: Any) -> object:
    """Return the number that is stored. For a float, that is the number its `repr` shows."""
    found: object = Decimal(repr(value)) if value.__class__ is float else value
    # A NaN equals nothing, and a signaling NaN can neither be compared nor hashed.
    return str(found) if isinstance(found, Decimal) and not found.is_finite() else found


BY_IDENTITY: Final[Any] = identity
"""`identity` for `eq=` of a field. It is typed as `Any`, because pyright otherwise loses the type of the field."""
