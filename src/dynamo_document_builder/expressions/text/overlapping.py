"""What an expression says of paths that cannot stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.expressions.overlaps import overlaps
from dynamo_document_builder.expressions.paths import Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.expressions.paths import Segment


def overlap_problems(paths: Iterable[tuple[Segment, ...]], verb: str) -> Iterator[str]:
    """Say which paths are in each other's way; *verb* is what happens to a path: "read" or "changed"."""
    for one, other, how in overlaps(paths):
        first, second = repr(str(Path(one))), repr(str(Path(other)))
        if how == "same":
            yield f"{first} is {verb} twice; DynamoDB takes each path once"
        elif how == "inside":
            yield f"{first} and its part {second} are both {verb}; DynamoDB takes each path once"
        else:
            yield f"{first} and {second} are both {verb}: one needs a map where the other needs a list"
