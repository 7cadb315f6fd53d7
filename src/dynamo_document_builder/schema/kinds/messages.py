"""What several kinds say of a value that none of them takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.schema.kinds.base import Kind
    from dynamo_document_builder.schema.round_trip.parts import Piece


def judged_by_any(kinds: Sequence[Kind], name: str, value: object, part: Piece | None) -> object:
    """Return what the first class that takes a new value makes of it; which of them the item is, only it tells."""
    refused: MisfitError | None = None
    for kind in kinds:
        try:
            return kind.judged(name, value, part)
        except MisfitError as error:  # another may take it
            refused = refused or error
    if refused is not None:
        raise refused
    return value


def closest(
    found: Sequence[tuple[FieldFailure, ...]], expected: str, path: str, plainly: str
) -> tuple[FieldFailure, ...]:
    """Of what all members complain of, return what helps most: what says more than *plainly* what was found."""
    # Who complains about something inside the value has taken the value itself.
    inner = next((failures for failures in found if failures[0].path != path), None)
    said = [failures[0].found for failures in found]
    more = next((text for text in said if text != plainly), said[0])
    return inner or (FieldFailure(path, expected, more),)
