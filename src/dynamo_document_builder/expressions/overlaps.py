"""
Which paths cannot stand side by side in one expression.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dynamo_document_builder.expressions.paths import Segment

Overlap: TypeAlias = Literal["same", "inside", "conflict"]


def overlap(one: Sequence[Segment], other: Sequence[Segment]) -> Overlap | None:
    """
    Tell how two paths are in each other's way, `None` if they are not.

    They conflict where one needs a map in a place in which the other needs a list.
    """
    for left, right in zip(one, other, strict=False):
        if isinstance(left, int) is not isinstance(right, int):
            return "conflict"
        if left != right:
            return None
    return "same" if len(one) == len(other) else "inside"


def overlaps(
    paths: Iterable[tuple[Segment, ...]],
) -> Iterator[tuple[tuple[Segment, ...], tuple[Segment, ...], Overlap]]:
    """Yield all pairs of paths that are in each other's way, the shorter first, and how."""
    for _, beside in groupby(sorted(paths, key=_attribute), key=_attribute):
        for one, other in combinations(sorted(beside, key=len), 2):
            found = overlap(one, other)
            if found is not None:
                yield one, other, found


def _attribute(path: Sequence[Any]) -> str:
    return str(path[0])
