"""What several kinds say of a value that none of them takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.facts import FieldFailure

if TYPE_CHECKING:
    from collections.abc import Sequence


def closest(
    found: Sequence[tuple[FieldFailure, ...]], expected: str, path: str, plainly: str
) -> tuple[FieldFailure, ...]:
    """Of what all members complain of, return what helps most: what says more than *plainly* what was found."""
    # Who complains about something inside the value has taken the value itself.
    inner = next((failures for failures in found if failures[0].path != path), None)
    said = [failures[0].found for failures in found]
    more = next((text for text in said if text != plainly), said[0])
    return inner or (FieldFailure(path, expected, more),)
