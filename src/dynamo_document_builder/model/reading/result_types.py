"""
What a read returns, for type checkers: the second type parameter of `Get`, `Query` and the other reads.

`Get[User]` is a read of whole users, for the entity of users. A read without a projection does not name its entity and
fits each of them: `Get({"user_id": "u1"})` is a `Get[Never, Whole]`, which can be returned as a `Get[User]`.
"""

from __future__ import annotations

from typing_extensions import TypeVar


class Bound:
    """Marks a read of whole items of one schema: `Get[User]`."""


class Same(Bound):
    """Marks a read whose key is an object: it fits the entity of its class, or of a union or base of its class."""


class Whole(Bound):
    """Marks a read of whole items that does not name its entity."""


class Part:
    """Marks a read with a projection, for type checkers: `Get[Brief, Part]`."""


class Several:
    """Marks a read over several entities, for type checkers: `Query[User | Order, Several]`."""


P_co = TypeVar("P_co", covariant=True)
"""What a read returns."""
M_co = TypeVar("M_co", covariant=True, default=Bound)
"""One of the marks."""
