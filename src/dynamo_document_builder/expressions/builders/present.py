"""Optional fields in conditions and changes, for type checkers."""

from __future__ import annotations

from typing import TypeVar, cast

T = TypeVar("T")


def present(value: T | None, /) -> T:
    """
    Return the argument, with a type that leaves out `None`.

    Type checkers refuse `users.where(lambda u: u.at > now)` where `at` may be `None`, and a field of an object that may
    be `None`. DynamoDB evaluates the condition on the stored item, so both work: write `present(u.at) > now` and
    `present(u.home).city == "Oslo"`. At run time `present` does nothing.

    Example:
        >>> users.where(lambda u: begins_with(present(u.email), "a")) == begins_with(attr("email"), "a")
        True

    """
    return cast("T", value)
