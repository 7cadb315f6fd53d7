"""
When two values in a tree are the same.

Numbers, bytes, lists, sets and maps are compared by what is stored for them, all other values by type and value.

Python's own `==` says that `1 == True`, and lists have no hash. Trees are compared and hashed by what stands here.
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
    """A value in a tree that is the same as another: a tree that was read equals the same tree written in Python."""

    @property
    @abstractmethod
    def natural(self) -> Any:
        """The Python value that it is by its own type."""


class _Typed:
    """A value that equals another of its own type only; it has a hash also where the value has none."""

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
    """Return what trees are compared and hashed by: `0.1` and `Decimal("0.1")` are the same, `1` and `True` are not."""
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
    """Return the number that is stored: of a float the one that its shortest text says."""
    found: object = Decimal(repr(value)) if value.__class__ is float else value
    # A NaN equals nothing, and a signaling NaN can neither be compared nor hashed.
    return str(found) if isinstance(found, Decimal) and not found.is_finite() else found


BY_IDENTITY: Final[Any] = identity
"""The same as `eq=` of a field; with its own type, pyright would not know the type of the field."""
