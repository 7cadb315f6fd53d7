"""BatchWrite: put and delete any number of items of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from attrs import field, frozen

from dynamo_document_builder.batches.incomplete import whole
from dynamo_document_builder.batches.options import BatchWriteOptions, listed
from dynamo_document_builder.batches.results import BatchWritten
from dynamo_document_builder.batches.rounds import Rounds
from dynamo_document_builder.batches.writes import PreparedBatchWrite, laid_out
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.managed.timestamps import Timestamped
from dynamo_document_builder.model.options.options import yes_or_no
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class BatchWriteResult(BatchWritten, Generic[S], frozen=True, kw_only=True):
    """The result of a `BatchWrite`."""

    items: tuple[S, ...]
    """The items that were put, as stored: with the version and timestamps that the library set."""
    unprocessed: BatchWrite[S]
    """The writes that were not applied, as a batch to send. Empty, except in `BatchIncompleteError.result`."""


def _deletes(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return tuple(frozen_key(key) for key in listed(keys, "BatchWrite takes a list of keys: deletes=[{...}, {...}]"))


@explain_unknown_options
@frozen(repr=False)
class BatchWrite(BatchWriteOptions, Timestamped, Generic[S]):
    """
    Put and delete any number of items of one entity, 25 with each request, in no particular order.

    - A batch is not atomic and has no conditions: puts overwrite. Use `TransactWrite` for all or nothing.
    - DynamoDB leaves writes unprocessed if it throttles the table. The library sends these writes again after a pause,
      as `retry` allows.
    - The library sends a write that you pass twice only once, and refuses two different writes of one item.
    - To write several entities, `prepare` the command for a `TableBatchWrite`.

    Cost: the same as separate `Put`s and `Delete`s, one write unit per KB of each item.

    AWS: [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        BatchIncompleteError: Some writes were not applied. `unprocessed` is a batch of these writes, to send again.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response to the first request arrived. Any part of it may have been written. The whole
            command is safe to send again.
        ServiceError: DynamoDB refused the first request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> users.send(BatchWrite(items=[User("u4", "Dan"), User("u5", "Eve")], deletes=[{"user_id": "u3"}])).count
        3

    """

    __options_in_groups__: ClassVar = frozenset({"deletes", "skip_validation", "check_version", "timestamp"})

    items: Sequence[S] = ()
    """The items to put, instances of the schema. Default: none."""
    deletes: Sequence[KeyLike] = field(default=(), converter=_deletes, kw_only=True)
    """The keys of the items to delete, each as a mapping of key fields or an instance of the schema. Default: none."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """
    Refuse the command if the schema has a version field, because a batch cannot check versions. Default: `True`.

    `False` overwrites changes by other writers since the items were read. Each put still increments the version.
    """

    # An attrs converter would hide the type of the items from type checkers.
    def __attrs_post_init__(self) -> None:
        items = listed(self.items, "BatchWrite takes a list of items: items=[item, item]")
        object.__setattr__(self, "items", items)

    def __len__(self) -> int:
        """Return the number of puts and deletes."""
        return len(self.items) + len(self.deletes)

    def __flow__(self, entity: EntityModel[S], /) -> Flow[BatchWriteResult[S]]:
        """Check all writes, then send requests until all writes are applied."""
        problems = Problems("BatchWrite", entity.name)
        writes = laid_out(self, [self.__bind__(entity)], problems)
        problems.raise_any()
        rounds = Rounds(writes, self)
        yield from rounds.run()
        [group] = writes.groups
        left: BatchWrite[S] = group.unprocessed()
        result = BatchWriteResult(
            items=group.written(),
            count=len(self) - len(left),
            unprocessed=left,
            attempts=rounds.attempts,
            response_metadata=rounds.metadata,
            consumed_capacity=writes.consumed_capacity,
            item_collection_metrics=writes.item_collection_metrics,
        )
        return whole(result, rounds, entity)

    def __bind__(self, entity: EntityModel[S], /) -> PreparedBatchWrite[S]:
        """Bind the writes to an entity, as one group of a `TableBatchWrite`."""
        return PreparedBatchWrite(entity, self, tuple(self.items), tuple(self.deletes), self.skip_validation)
