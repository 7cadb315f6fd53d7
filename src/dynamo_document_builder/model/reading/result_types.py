"""
Markers for type checkers: the second type parameter of `Get`, `Query` and the other reads.

`Get[User]` reads whole users and can be sent to an entity of `User`. A read without a projection fits every entity:
`Get({"user_id": "u1"})` has the type `Get[Never, Whole]`, which can be returned as a `Get[User]`.
"""

from __future__ import annotations

from typing_extensions import TypeVar


class Bound:
    """Marks a read of whole items of one schema: `Get[User]`."""


class Same(Bound):
    """Marks a read whose key is an instance: it fits an entity of its class, of a base class or of a union with it."""


class Whole(Bound):
    """Marks a read of whole items that fits every entity."""


class Part:
    """Marks a read with a projection, for type checkers: `Get[Brief, Part]`."""


class Several:
    """Marks a read over several entities, for type checkers: `Query[User | Order, Several]`."""


P_co = TypeVar("P_co", covariant=True)
"""The type of the items that a read returns."""
M_co = TypeVar("M_co", covariant=True, default=Bound)
"""One of the markers."""
