"""The flow of all transactional writes."""

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
from dynamo_document_builder.transactions.attempt import Sent, send_once
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
    if (
        type(given).__name__ == "UUID"
    ):  # by name: importing uuid takes milliseconds, and a caller with a UUID has imported it
        return str(given)
    raise UsageError(f"idempotency_token must be text or a UUID, not {type(given).__name__}")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TransactWriteOptions(RetryOptions, TimestampOption):
    """The options of every transactional write."""

    idempotency_token: str | None = field(default=None, converter=_token)
    """
    The token that makes the transaction idempotent for ten minutes: text of 1 to 36 characters, or a UUID.

    Sending the same command again with the same token does not apply it twice. By default, every send uses a new
    token. Retries within one send are then safe, and a second send is a new transaction.
    """
    return_item_collection_metrics: ReturnItemCollectionMetrics | None = field(
        default=None, validator=one_of("SIZE", "NONE")
    )
    """"SIZE" returns the estimated sizes of the item collections, which only tables with local indexes have."""


class TransactWriteResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a transaction that was applied."""

    idempotency_token: str
    """The token of the transaction: yours, or the one that the library generated."""
    items: tuple[Any, ...] = ()
    """One entry per operation, in order: the stored item of a `Put`, `None` for other operations."""
    response_metadata: ResponseMetadata
    """The request ID and other facts about the response, for logs and support cases."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per table, if requested with `return_consumed_capacity`."""
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = {}
    """By table name, if requested with `return_item_collection_metrics`."""

    @property
    def attempts(self) -> int:
        """The number of requests until the transaction was applied."""
        return self.response_metadata.attempts


class _Output(msgspec.Struct, rename="pascal"):
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    item_collection_metrics: dict[str, tuple[ItemCollectionMetrics, ...]] = {}


def write_transaction(
    command: TransactWriteOptions, slots: Sequence[Slot], problems: Problems
) -> Flow[TransactWriteResult]:
    """Check a transaction, send it with one token, and return its result; *problems* holds earlier problems."""
    check_token(problems, command.idempotency_token)
    operations = preflight(problems, slots)
    problems.raise_any()
    token = command.idempotency_token or (yield from new_token())
    tables = tuple(dict.fromkeys([operation.table for operation in operations]))
    request = Request("TransactWriteItems", transact_items(operations, _members(command, token)), tables)
    sent = Sent(request, command, slots, [operation.guard for operation in operations], token, problems.what)
    items = tuple([operation.stored for operation in operations])
    del operations  # free the encoded items: the request holds them too
    response = yield from send_with_retry(lambda: send_once(request, sent), command.retry)
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
