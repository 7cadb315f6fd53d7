"""
Traversal of nested conditions from the inside out, without recursion.

Python limits recursion to about a thousand calls. A condition with DynamoDB's 300 operators can exceed that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.schema.type_guards import is_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Nested(Protocol):
    """A node that can contain nodes of the same kind."""

    @property
    def parts(self) -> tuple[Any, ...]:
        """The nodes directly inside this one, in order."""
        ...


N = TypeVar("N", bound=Nested)
T = TypeVar("T")

MAX_PARTS: Final = 4096
"""DynamoDB allows 4096 bytes in an expression, and each part of a condition takes at least one byte."""


def fold(root: N, combine: Callable[[N, Sequence[T]], T]) -> T:
    """
    Compute a result for a condition from the results of the conditions inside it.

    *combine* receives a node and the results of its parts. Raises `UsageError` if the condition has more parts than fit
    into an expression.
    """
    if not root.parts:
        return combine(root, ())
    results: list[T] = []
    for one in reversed(_outermost_first(root)):
        count = len(one.parts)
        inner = results[len(results) - count :]
        del results[len(results) - count :]
        results.append(combine(one, inner))
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


def flatten(root: Nested) -> tuple[Any, ...]:
    """Return the condition in postfix order: leaves as they are, groups as their class and number of parts."""
    return tuple((type(one), len(one.parts)) if one.parts else one for one in reversed(_outermost_first(root)))


def unflatten(flat: Sequence[Any]) -> Any:
    """Rebuild the condition from the result of `flatten`."""
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
