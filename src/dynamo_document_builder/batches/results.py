"""What the results of batches have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.model.commands.results import ConsumedCapacity, ItemCollectionMetrics
    from dynamo_document_builder.wire.request import ResponseMetadata


class BatchResult(Struct, frozen=True, kw_only=True):
    """How a batch was sent."""

    attempts: int
    """Requests made, the SDK's own retries included."""
    response_metadata: ResponseMetadata
    """Of the last request."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per request and table, if asked for."""


class BatchWritten(BatchResult, frozen=True, kw_only=True):
    """How a batch of writes was sent."""

    count: int
    """How many of the puts and deletes that were given are done."""
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]]
    """By table name, if asked for."""
