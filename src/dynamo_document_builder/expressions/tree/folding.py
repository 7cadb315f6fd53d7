"""
Walking through a condition from the inside out, however deep it is, without recursion.

Python ends a recursion after some hundred levels, and DynamoDB takes conditions that have three hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.schema.type_guards import is_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Nested(Protocol):
    """What may have others of its kind inside it."""

    @property
    def parts(self) -> tuple[Any, ...]:
        """Those directly inside it, in order."""
        ...


N = TypeVar("N", bound=Nested)
T = TypeVar("T")

MAX_PARTS: Final = 4096
"""An expression has at most so many bytes, and no part of a condition takes less than one."""


def folded(root: N, made: Callable[[N, Sequence[T]], T]) -> T:
    """
    Return what *made* makes of a condition, from what it made of each condition inside it.

    Raises `UsageError` for a condition that has more parts than any expression has room for.
    """
    if not root.parts:
        return made(root, ())
    results: list[T] = []
    for one in reversed(_outermost_first(root)):
        count = len(one.parts)
        inner = results[len(results) - count :]
        del results[len(results) - count :]
        results.append(made(one, inner))
    return results[0]


def _outermost_first(root: N) -> list[N]:
    found: list[N] = []
    todo = [root]
    while todo:
        one = todo.pop()
        found.append(one)
        if one.parts:
            if len(found) > MAX_PARTS:
                raise UsageError(f"a condition has more than {MAX_PARTS} parts: DynamoDB allows 300 operators in it")
            todo.extend(one.parts)
    return found


def flattened(root: Nested) -> tuple[Any, ...]:
    """Return each leaf, and after its parts each group, as its class and how many parts it has."""
    return tuple((type(one), len(one.parts)) if one.parts else one for one in reversed(_outermost_first(root)))


def unflattened(flat: Sequence[Any]) -> Any:
    """Return the condition that was flattened."""
    results: list[Any] = []
    for one in flat:
        if not is_tuple(one):
            results.append(one)
            continue
        group, count = one
        inner = tuple(results[len(results) - count :])
        del results[len(results) - count :]
        results.append(group.of(inner))
    return results[0]
