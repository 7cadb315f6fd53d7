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
from dynamo_document_builder.model.options.refuses_unknown import tells_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.wire.flow import Flow


class TableBatchWriteResult(BatchWritten, frozen=True, kw_only=True):
    """What was written."""

    items: tuple[tuple[Any, ...], ...]
    """For each group the items that were put, as they are stored."""
    unprocessed: tuple[Any, ...] = ()
    """
    What was not: nothing, but in the `result` of a `BatchIncompleteError`.

    There it is one `BatchWrite` per group, in order, with what is left of it.
    """


def _groups(groups: Iterable[PreparedBatchWrite[Any]]) -> tuple[PreparedBatchWrite[Any], ...]:
    return grouped(
        groups,
        PreparedBatchWrite,
        "TableBatchWrite takes a list of groups: writes=[users.prepare(BatchWrite(...))]",
        "TableBatchWrite takes what entity.prepare(BatchWrite(...)) returns",
    )


@tells_options
@frozen(repr=False)
class TableBatchWrite(BatchWriteOptions):
    """
    Put and delete any number of items of several entities, 25 with each request, in no order.

    Of one table with `table.send`, of several tables with `database.send`. The costs and promises of `BatchWrite` hold
    for all groups together: requests are filled across groups and tables.

    Raises:
        UsageError: it cannot be sent, with every finding in `problems`; nothing was sent.
        TableMismatchError: a group is bound to another table or database; nothing was sent.
        BatchIncompleteError: a part was written, or nothing for all attempts; `unprocessed` has for each group a batch
            of the rest, to be prepared and sent again.
        OutcomeUnknownError: no answer came to the first request; any part of it may have been written. All of it can
            be sent again.
        ServiceError: DynamoDB refused the first request; nothing was written, unless `outcome_unknown` says so.

    Example:
        >>> table.send(TableBatchWrite(writes=[
        ...     users.prepare(BatchWrite(items=[User("u4", "Dan")], deletes=[{"user_id": "u3"}])),
        ...     orders.prepare(BatchWrite(items=[Order("o2"), Order("o3")])),
        ... ])).count
        4

    """

    __sent_by__: ClassVar[str] = "table"

    writes: Sequence[PreparedBatchWrite[Any]] = field(converter=_groups)
    """Groups made by `entity.prepare(BatchWrite(...))`."""

    def __flow__(self, target: Target, /) -> Flow[TableBatchWriteResult]:
        """Check the whole, and write until nothing is left."""
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
