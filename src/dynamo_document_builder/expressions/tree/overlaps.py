"""
Paths that cannot stand in one expression together: a path and a part of it, or a map and a list in one place.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.expressions.tree.paths import Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.expressions.tree.paths import Segment

    Segments = tuple[Segment, ...]


def overlaps(paths: Iterable[Segments], verb: str, advice: str) -> Iterator[str]:
    """
    Say which paths cannot stand together.

    *verb* says what happens to a path: "is changed" becomes "are changed" of two. *advice* ends each text.
    """
    seen: set[Segments] = set()
    inside: dict[Segments, Segments] = {}
    """For each path that others go on from, the first of these."""
    plural = verb.replace("is ", "are both ", 1)
    for path in paths:
        if path in seen:
            yield f"{_said(path)} {verb} twice; {advice}"
        if path in inside:
            yield f"{_said(path)} and its part {_said(inside[path])} {plural}; {advice}"
        for length in range(1, len(path)):
            start = path[:length]
            if start in seen:
                yield f"{_said(start)} and its part {_said(path)} {plural}; {advice}"
            other = inside.setdefault(start, path)
            if isinstance(other[length], int) is not isinstance(path[length], int):
                yield f"{_said(other)} and {_said(path)} {plural}, and {_said(start)} is a map or a list; {advice}"
        seen.add(path)


def _said(path: Segments) -> str:
    return repr(str(Path(path)))
