"""Items that are what was read, and stored in another form than the library writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from dynamo_document_builder.changesets.edits import operations
from dynamo_document_builder.changesets.item_values import stored_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.errors import CancellationReason, TransactionCanceledError

Forms: TypeAlias = Mapping[int, Mapping[str, Any]]
"""The stored form of the items of some edits, in DynamoDB JSON, by the place of the edit."""


def stored_otherwise(edits: Sequence[Edit], error: TransactionCanceledError) -> Forms:
    """Return the stored form of each item that stood in the way; none if one of them is not what was read."""
    written = operations(edits)
    if len(written) != len(error.reasons):
        return {}
    forms: dict[int, Mapping[str, Any]] = {}
    for reason in error.failures:
        place, is_new = written[reason.index]
        if is_new or not _is_what_was_read(edits[place], reason):
            return {}
        forms[place] = reason.raw_item or {}
    return forms


def _is_what_was_read(edit: Edit, reason: CancellationReason) -> bool:
    if reason.code != "ConditionalCheckFailed" or reason.item is None:
        return False
    return stored_fields(edit.entity, reason.item) == stored_fields(edit.entity, edit.base)
