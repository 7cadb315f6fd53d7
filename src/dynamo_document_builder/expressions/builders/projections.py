"""The paths of a projection, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.expressions.builders.operands import path_from
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.paths import Path


def projected_paths(given: object, other: str = "") -> tuple[Path, ...]:
    """
    Return the paths in a list, without duplicates.

    A single text is refused, because as a sequence it would be one path per letter. *other* is added to the error text
    to name other forms that the caller accepts.
    """
    if not is_sequence(given):
        found = given.__name__ if isinstance(given, type) else given_type(given)
        raise UsageError(f"projection= is a list of paths such as ['name', 'address.city']{other}, not {found}")
    if not given:
        raise UsageError("projection= names nothing to read; leave it out to read whole items")
    return tuple(dict.fromkeys(path_from(name) for name in given))
