"""TableBatchWrite: put and delete any number of items of several entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from dynamo_document_builder.batches.incomplete import whole
from dynamo_document_builder.batches.options import BatchWriteOptions, check_group, grouped
from dynamo_document_builder.batches.results import BatchWritten
from dynamo_document_builder.batches.rounds import Rounds
from dynamo_document_builder.batches.writes import PreparedBatchWrite, laid_out
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.wire.flow import Flow


class TableBatchWriteResult(BatchWritten, frozen=True, kw_only=True):
    """The result of a `TableBatchWrite`."""

    items: tuple[tuple[Any, ...], ...]
    """One tuple per group, in order: the items that were put, as stored."""
    unprocessed: tuple[Any, ...] = ()
    """
    The writes that were not applied: one `BatchWrite` per group, in order.

    Empty, except in `BatchIncompleteError.result`.
    """


def _groups(groups: Iterable[PreparedBatchWrite[Any]]) -> tuple[PreparedBatchWrite[Any], ...]:
    return grouped(
        groups,
        PreparedBatchWrite,
        "TableBatchWrite takes a list of groups: writes=[users.prepare(BatchWrite(...))]",
        "TableBatchWrite takes what entity.prepare(BatchWrite(...)) returns",
    )


@explain_unknown_options
@frozen(repr=False)
class TableBatchWrite(BatchWriteOptions):
    """
    Put and delete any number of items of several entities, 25 with each request, in no particular order.

    - Send it with `table.send` for one table, or with `database.send` for several tables.
    - A batch is not atomic and has no conditions: puts overwrite. Use `TableTransactWrite` for all or nothing.
    - The library fills requests across groups and tables, and retries writes that DynamoDB leaves unprocessed, as
      `retry` allows.

    Cost: the same as separate `Put`s and `Delete`s, one write unit per KB of each item.

    AWS: [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TableMismatchError: A group belongs to another table or database. Nothing was sent.
        BatchIncompleteError: Some writes were not applied. `unprocessed` has one batch per group, to prepare and send
            again.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response to the first request arrived. Any part of it may have been written. The whole
            command is safe to send again.
        ServiceError: DynamoDB refused the first request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> table.send(TableBatchWrite(writes=[
        ...     users.prepare(BatchWrite(items=[User("u4", "Dan")], deletes=[{"user_id": "u3"}])),
        ...     orders.prepare(BatchWrite(items=[Order("o2"), Order("o3")])),
        ... ])).count
        4

    """

    __sent_by__: ClassVar[str] = "table"

    writes: Sequence[PreparedBatchWrite[Any]] = field(converter=_groups)
    """The groups to write, each the result of `entity.prepare(BatchWrite(...))`."""

    def __flow__(self, target: Target, /) -> Flow[TableBatchWriteResult]:
        """Check all writes, then send requests until all writes are applied."""
        problems = Problems("TableBatchWrite")
        for group in self.writes:
            check_group(problems, target, group.entity, group.command)
        writes = laid_out(self, self.writes, problems)
        problems.raise_any()
        rounds = Rounds(writes, self)
        yield from rounds.run()
        entries = [entry for group in writes.groups for entry in group.entries]
        done = [entry for entry in entries if entry.done]
        result = TableBatchWriteResult(
            items=tuple(group.written() for group in writes.groups),
            count=len(done),
            unprocessed=() if len(done) == len(entries) else tuple(group.unprocessed() for group in writes.groups),
            attempts=rounds.attempts,
            response_metadata=rounds.metadata,
            consumed_capacity=writes.consumed_capacity,
            item_collection_metrics=writes.item_collection_metrics,
        )
        return whole(result, rounds, target)
