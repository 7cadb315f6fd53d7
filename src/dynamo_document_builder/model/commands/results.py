"""What DynamoDB reports beside items: capacity and collection sizes."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec looks it up
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.wire.json.decoders import decode

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request, Response

T = TypeVar("T", bound=msgspec.Struct)

_NOTHING: Final = b"{}"


class Capacity(msgspec.Struct, frozen=True, rename="pascal"):
    """Capacity units of a table or an index."""

    capacity_units: float | None = None
    """Units in all."""
    read_capacity_units: float | None = None
    """Read units, where DynamoDB tells them apart."""
    write_capacity_units: float | None = None
    """Write units, where DynamoDB tells them apart."""


class VectorCapacity(msgspec.Struct, frozen=True, rename="pascal"):
    """What a request cost in a vector index, which is counted in bytes."""

    vector_write_request_bytes: float | None = None
    """Bytes written."""
    vector_search_request_bytes: float | None = None
    """Bytes searched."""


class ConsumedCapacity(msgspec.Struct, frozen=True, rename="pascal"):
    """
    What a request cost, for one table.

    In a transaction, the work on the table costs twice the units of the same work outside one. Writes to indexes are
    not doubled. A replayed token costs read units only.
    """

    table_name: str | None = None
    """The table."""
    capacity_units: float | None = None
    """Units in all, of the table and its indexes."""
    read_capacity_units: float | None = None
    """Read units, where DynamoDB tells them apart."""
    write_capacity_units: float | None = None
    """Write units, where DynamoDB tells them apart."""
    table: Capacity | None = None
    """Units of the table alone, with "INDEXES"."""
    local_secondary_indexes: dict[str, Capacity] | None = None
    """Units of each local index, with "INDEXES"."""
    global_secondary_indexes: dict[str, Capacity] | None = None
    """Units of each global index, with "INDEXES"."""
    vector_indexes: dict[str, VectorCapacity] | None = None
    """Bytes of each vector index, with "INDEXES"."""


class ItemCollectionMetrics(
    msgspec.Struct,
    frozen=True,
    rename={"item_collection_key": "ItemCollectionKey", "size_estimate_range_gb": "SizeEstimateRangeGB"},
):
    """The estimated size of all items under one partition key, in a table with local indexes."""

    item_collection_key: dict[str, Mapping[str, Any]] | None = None
    """In DynamoDB JSON."""
    size_estimate_range_gb: tuple[float, ...] | None = None
    """The lower and the upper bound of the size, in gigabytes."""


def read(shape: type[T], request: Request, response: Response) -> T:
    """Read the body of a successful answer, of which every member may be missing."""
    if response.body == _NOTHING:  # as most writes are answered: nothing has to be prepared to read that
        return shape()
    try:
        return decode(response.body, shape)
    except msgspec.DecodeError as error:
        done = "the write was applied, but " if request.writes else ""
        raise UnexpectedResponseError(
            f"{request.operation}: {done}its answer cannot be read: {error}", operation=request.operation
        ) from error
