"""
Detection of paths that cannot be used in one expression: a path and a part of it, or a map and a list in one place.

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
    Yield a text for each pair of paths that overlap.

    *verb*, such as "is changed", becomes "are both changed" in a text about two paths. *advice* ends each text.
    """
    seen: set[Segments] = set()
    inside: dict[Segments, Segments] = {}
    """For each path, the first path that continues it."""
    plural = verb.replace("is ", "are both ", 1)
    for path in paths:
        if path in seen:
            yield f"{_quoted(path)} {verb} twice; {advice}"
        if path in inside:
            yield f"{_quoted(path)} and its part {_quoted(inside[path])} {plural}; {advice}"
        for length in range(1, len(path)):
            start = path[:length]
            if start in seen:
                yield f"{_quoted(start)} and its part {_quoted(path)} {plural}; {advice}"
            other = inside.setdefault(start, path)
            if isinstance(other[length], int) is not isinstance(path[length], int):
                yield (
                    f"{_quoted(other)} and {_quoted(path)} {plural}, but {_quoted(start)} cannot be both a map and a "
                    f"list; {advice}"
                )
        seen.add(path)


def _quoted(path: Segments) -> str:
    return repr(str(Path(path)))
