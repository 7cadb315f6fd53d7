"""The parts that all results of batches share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.model.commands.results import ConsumedCapacity, ItemCollectionMetrics
    from dynamo_document_builder.wire.request import ResponseMetadata


class BatchResult(Struct, frozen=True, kw_only=True):
    """The result of a batch."""

    attempts: int
    """The number of requests, retries of the SDK included."""
    response_metadata: ResponseMetadata
    """The metadata of the last response."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per request and table, if requested with `return_consumed_capacity`."""


class BatchWritten(BatchResult, frozen=True, kw_only=True):
    """The result of a batch of writes."""

    count: int
    """The number of puts and deletes that were applied."""
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]]
    """By table name, if requested with `return_item_collection_metrics`."""
