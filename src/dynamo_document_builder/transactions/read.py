"""The one flow behind every transactional read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from attrs import frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import TransactionCanceledError, UnexpectedResponseError
from dynamo_document_builder.model.operation import body_of
from dynamo_document_builder.model.options import option
from dynamo_document_builder.model.patience import PatientOptions, patiently
from dynamo_document_builder.model.results import ConsumedCapacity, read
from dynamo_document_builder.transactions.preflight import preflight
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.problems import Problems
    from dynamo_document_builder.transactions.gets import GetSlot


@frozen(eq=False, repr=False)
class Snapshot:
    """What a transactional read found, in the order of its slots, `None` where there is no item."""

    items: list[Any]
    raws: list[Raw | None]
    """The same as they are stored."""
    response_metadata: ResponseMetadata
    consumed_capacity: tuple[ConsumedCapacity, ...]


class _Found(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET


class _Output(msgspec.Struct, rename="pascal"):
    responses: list[_Found] = []
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


def read_transaction(command: PatientOptions, slots: Sequence[GetSlot], problems: Problems) -> Flow[Snapshot]:
    """Check the whole, send it, and decode one answer per slot; *problems* holds what was found before."""
    operations = preflight(problems, slots)
    problems.raise_any()
    capacity = option("ReturnConsumedCapacity", command.return_consumed_capacity)
    body = f'{{"TransactItems":[{",".join([operation.wrapped for operation in operations])}]{capacity}}}'
    tables = tuple(dict.fromkeys(operation.table for operation in operations))
    request = Request("TransactGetItems", body_of(body), tables)
    response = yield from patiently(lambda: _send(request, slots, problems.what), command.retry)
    output = read(_Output, request, response)
    return Snapshot(
        items=_items(output.responses, slots, problems.what),
        raws=[None if isinstance(found.item, UnsetType) else found.item for found in output.responses],
        response_metadata=response.metadata,
        consumed_capacity=output.consumed_capacity,
    )


def _send(request: Request, slots: Sequence[GetSlot], what: str) -> Flow[Response]:
    try:
        return (yield from ask(request))
    except TransactionCanceledError as error:
        from dynamo_document_builder.transactions.reasons import canceled  # noqa: PLC0415  no cold start pays for it

        raise canceled(error, what, slots) from error.__cause__


def _items(found: Sequence[_Found], slots: Sequence[GetSlot], what: str) -> list[Any]:
    if len(found) != len(slots):
        raise UnexpectedResponseError(
            f"{what}: DynamoDB answered {len(found)} of {len(slots)} keys", operation="TransactGetItems"
        )
    return [
        None if isinstance(answer.item, UnsetType) else slot.reader.decode(answer.item)
        for answer, slot in zip(found, slots, strict=True)
    ]
