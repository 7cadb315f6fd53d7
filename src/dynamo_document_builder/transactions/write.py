"""The one flow behind every transactional write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.results import ConsumedCapacity, ItemCollectionMetrics, read
from dynamo_document_builder.model.managed.timestamps import TimestampOption
from dynamo_document_builder.model.options.options import ReturnItemCollectionMetrics, one_of, option
from dynamo_document_builder.model.options.retrying import RetryOptions, send_with_retry
from dynamo_document_builder.model.writing.operation import transact_items
from dynamo_document_builder.transactions.attempt import Sent, sent_once
from dynamo_document_builder.transactions.preflight import check_token, preflight
from dynamo_document_builder.wire.flow import Flow, new_token
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.transactions.write_slots import Slot


def _token(given: str | UUID | None) -> str | None:
    if given is None or isinstance(given, str):
        return given
    if type(given).__name__ == "UUID":  # by name: its module is slow to load, and whoever has one has loaded it
        return str(given)
    raise UsageError(f"idempotency_token is text or a UUID, not {type(given).__name__}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TransactWriteOptions(RetryOptions, TimestampOption):
    """What a transactional write can be told."""

    idempotency_token: str | None = field(default=None, converter=_token)
    """
    Within ten minutes, sending again with the same token applies nothing twice.

    1 to 36 characters, or a UUID. Without one, every send makes a fresh token: the SDK's own retries are safe, and
    sending the same command again is a new transaction.
    """
    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """"SIZE" asks for the estimated size of the item collections; only tables with local indexes have some."""


class TransactWriteResult(msgspec.Struct, frozen=True, kw_only=True):
    """The transaction was applied, whole."""

    idempotency_token: str
    """The token it was sent with, given or made."""
    items: tuple[Any, ...] = ()
    """One entry per operation, in order: the item as it is stored for a `Put`, `None` for any other."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per table, if asked for."""
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = {}
    """By table name, if asked for."""

    @property
    def attempts(self) -> int:
        """Requests made until it was applied."""
        return self.response_metadata.attempts


class _Output(msgspec.Struct, rename="pascal"):
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = {}


def write_transaction(
    command: TransactWriteOptions, slots: Sequence[Slot], problems: Problems
) -> Flow[TransactWriteResult]:
    """Check the whole, send it with one token, and read the answer; *problems* holds what was found before."""
    check_token(problems, command.idempotency_token)
    operations = preflight(problems, slots)
    problems.raise_any()
    token = command.idempotency_token or (yield from new_token())
    tables = tuple(dict.fromkeys([operation.table for operation in operations]))
    request = Request("TransactWriteItems", transact_items(operations, _members(command, token)), tables)
    sent = Sent(request, command, slots, [operation.guard for operation in operations], token, problems.what)
    items = tuple([operation.stored for operation in operations])
    del operations  # or all that is written would be held twice until the answer comes
    response = yield from send_with_retry(lambda: sent_once(request, sent), command.retry)
    output = read(_Output, request, response)
    return TransactWriteResult(
        idempotency_token=token or "",
        items=items,
        response_metadata=response.metadata,
        consumed_capacity=output.consumed_capacity,
        item_collection_metrics=output.item_collection_metrics,
    )


def _members(command: TransactWriteOptions, token: str | None) -> str:
    return (
        ("" if token is None else f',"ClientRequestToken":{quote(token)}')
        + option("ReturnItemCollectionMetrics", command.return_item_collection_metrics)
        + option("ReturnConsumedCapacity", command.return_consumed_capacity)
    )
