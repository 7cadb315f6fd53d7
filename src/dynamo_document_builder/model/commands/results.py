"""The parts of results that are not items: consumed capacity and item collection sizes."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  msgspec evaluates the annotation
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from dynamo_document_builder.errors import UnexpectedResponseError
from dynamo_document_builder.wire.json.decoders import decode

if TYPE_CHECKING:
    from dynamo_document_builder.wire.request import Request, Response

T = TypeVar("T", bound=msgspec.Struct)

_NOTHING: Final = b"{}"


class Capacity(msgspec.Struct, frozen=True, rename="pascal"):
    """The capacity units that a request used in a table or an index."""

    capacity_units: float | None = None
    """Units in all."""
    read_capacity_units: float | None = None
    """Read units, where DynamoDB tells them apart."""
    write_capacity_units: float | None = None
    """Write units, where DynamoDB tells them apart."""


class VectorCapacity(msgspec.Struct, frozen=True, rename="pascal"):
    """The bytes that a request used in a vector index."""

    vector_write_request_bytes: float | None = None
    """Bytes written."""
    vector_search_request_bytes: float | None = None
    """Bytes searched."""


class ConsumedCapacity(msgspec.Struct, frozen=True, rename="pascal"):
    """
    The capacity units that a request used in one table.

    A transaction uses twice the units for the table, but not for its indexes. Sending a transaction again with the same
    idempotency token uses read units only.
    """

    table_name: str | None = None
    """The name of the table, or its ARN if the request used the ARN."""
    capacity_units: float | None = None
    """The total of the table and its indexes."""
    read_capacity_units: float | None = None
    """The read units, if DynamoDB reports them separately."""
    write_capacity_units: float | None = None
    """The write units, if DynamoDB reports them separately."""
    table: Capacity | None = None
    """The units of the table alone, with `return_consumed_capacity="INDEXES"`."""
    local_secondary_indexes: dict[str, Capacity] | None = None
    """The units by local index, with `return_consumed_capacity="INDEXES"`."""
    global_secondary_indexes: dict[str, Capacity] | None = None
    """The units by global index, with `return_consumed_capacity="INDEXES"`."""
    vector_indexes: dict[str, VectorCapacity] | None = None
    """The bytes by vector index, with `return_consumed_capacity="INDEXES"`."""


class ItemCollectionMetrics(
    msgspec.Struct,
    frozen=True,
    rename={"item_collection_key": "ItemCollectionKey", "size_estimate_range_gb": "SizeEstimateRangeGB"},
):
    """The estimated size of an item collection, in a table with local secondary indexes."""

    item_collection_key: dict[str, Mapping[str, Any]] | None = None
    """The partition key of the collection, in DynamoDB JSON."""
    size_estimate_range_gb: tuple[float, ...] | None = None
    """The lower and upper bound of the size, in gigabytes."""


def read(shape: type[T], request: Request, response: Response) -> T:
    """Decode the body of a successful response; each member of *shape* is optional."""
    if response.body == _NOTHING:  # the response to most writes: skips building a decoder
        return shape()
    try:
        return decode(response.body, shape)
    except msgspec.DecodeError as error:
        done = "the write was applied, but " if request.writes else ""
        raise UnexpectedResponseError(
            f"{request.operation}: {done}its answer cannot be read: {error}", operation=request.operation
        ) from error
