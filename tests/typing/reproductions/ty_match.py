"""
What ty 0.0.108 gets wrong in a `match`: a class that may have subclasses of both is not the class that was matched.

After `case User()`, what is left of `User | Order` is `Order & ~User`, which is not written anywhere.
"""

from __future__ import annotations

from typing import assert_type


class User: ...


class Order: ...


def told_apart(item: User | Order) -> None:
    match item:
        case User():
            assert_type(item, User)
        case Order():
            assert_type(item, Order)  # ty: ignore[assert-type-unspellable-subtype]
