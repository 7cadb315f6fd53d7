"""The one flow behind every transactional read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from attrs import frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.errors import StoredItemError, TransactionCanceledError, UnexpectedResponseError
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.options.options import option
from dynamo_document_builder.model.options.retrying import RetryOptions, send_with_retry
from dynamo_document_builder.model.writing.operation import body_of, transact_items
from dynamo_document_builder.transactions.preflight import preflight
from dynamo_document_builder.transactions.read_slots import GetSlot, GetSlots
from dynamo_document_builder.transactions.uniform_answers import read_alike
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.wire.request import ResponseMetadata


@frozen(eq=False, repr=False)
class Snapshot:
    """What a transactional read found, in the order of its slots, `None` where there is no item."""

    items: list[Any]
    request: Request
    response: Response
    consumed_capacity: tuple[ConsumedCapacity, ...]

    @property
    def response_metadata(self) -> ResponseMetadata:
        """How the answer came."""
        return self.response.metadata

    @property
    def raws(self) -> list[Raw | None]:
        """Return the same as they are stored."""
        found = read(_Output, self.request, self.response).responses
        return [None if isinstance(one.item, UnsetType) else one.item for one in found]


class _Found(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET


class _Output(msgspec.Struct, rename="pascal"):
    responses: list[_Found] = []
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


def read_transaction(command: RetryOptions, slots: Sequence[GetSlot], problems: Problems) -> Flow[Snapshot]:
    """Check the whole, send it, and decode one answer per slot; *problems* holds what was found before."""
    request = _request(slots, problems, option("ReturnConsumedCapacity", command.return_consumed_capacity))
    response = yield from send_with_retry(lambda: _send(request, slots, problems.what), command.retry)
    items, consumed = read_alike(response.body, slots) or _one_by_one(request, response, slots, problems.what)
    _check_count(items, slots, problems.what)
    return Snapshot(items, request, response, consumed)


def _request(slots: Sequence[GetSlot], problems: Problems, options: str) -> Request:
    if isinstance(slots, GetSlots) and (entries := slots.quick()) is not None:
        problems.raise_any()
        return Request("TransactGetItems", body_of(f'{{"TransactItems":[{",".join(entries)}]{options}}}'), slots.tables)
    operations = preflight(problems, slots)
    problems.raise_any()
    tables = tuple(dict.fromkeys([operation.table for operation in operations]))
    return Request("TransactGetItems", transact_items(operations, options), tables)


def _send(request: Request, slots: Sequence[GetSlot], what: str) -> Flow[Response]:
    try:
        return (yield from ask(request))
    except TransactionCanceledError as error:
        from dynamo_document_builder.transactions.cancellation import canceled  # noqa: PLC0415  no cold start pays for it

        raise canceled(error, what, slots) from error.__cause__


def _one_by_one(
    request: Request, response: Response, slots: Sequence[GetSlot], what: str
) -> tuple[list[Any], tuple[ConsumedCapacity, ...]]:
    output = read(_Output, request, response)
    _check_count(output.responses, slots, what)
    answers = output.responses
    try:
        items = [
            None if isinstance(answer.item, UnsetType) else slot.reader.decode(answer.item)
            for answer, slot in zip(answers, slots, strict=True)
        ]
    except StoredItemError:
        if not isinstance(slots, GetSlots):
            raise
        items = [
            None if isinstance(answer.item, UnsetType) else decode(answer.item)
            for answer, decode in zip(answers, slots.decode_or_none(), strict=True)
        ]
    return items, output.consumed_capacity


def _check_count(found: Sequence[Any], slots: Sequence[GetSlot], what: str) -> None:
    if len(found) != len(slots):
        raise UnexpectedResponseError(
            f"{what}: DynamoDB answered {len(found)} of {len(slots)} keys", operation="TransactGetItems"
        )
