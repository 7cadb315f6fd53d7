"""
When two values in a tree are the same: by their type and their value, as DynamoDB tells them apart.

Python's own `==` says that `1 == True`, and lists have no hash. Trees are compared and hashed by what stands here.
"""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

_NUMBERS: Final = frozenset({int, float, Decimal})
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
    """Return what trees are compared and hashed by instead of a value: `1` and `1.0` are one number, `True` is not."""
    kind = value.__class__
    if kind in _NUMBERS:
        # A signaling NaN can neither be compared nor hashed.
        return "number", str(value) if kind is Decimal and not value.is_finite() else value
    if kind in _LISTS:
        return "list", tuple(map(identity, value))
    if kind in _SETS:
        return "set", frozenset(map(identity, value))
    if kind is dict:
        return "map", frozenset((identity(name), identity(element)) for name, element in value.items())
    return identity(value.natural) if isinstance(value, StandIn) else _Typed(value)


BY_IDENTITY: Final[Any] = identity
"""The same as `eq=` of a field; with its own type, pyright would not know the type of the field."""
