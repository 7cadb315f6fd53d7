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
from dynamo_document_builder.model.managed.timestamps import Dated
from dynamo_document_builder.model.options.options import yes_or_no
from dynamo_document_builder.model.options.refuses_unknown import tells_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class BatchWriteResult(BatchWritten, Generic[S], frozen=True, kw_only=True):
    """What was written."""

    items: tuple[S, ...]
    """The items that were put, as they are stored: with the fields set that the library keeps."""
    unprocessed: BatchWrite[S]
    """What was not: an empty batch, but in the `result` of a `BatchIncompleteError`. It can be sent as it is."""


def _deletes(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return tuple(frozen_key(key) for key in listed(keys, "BatchWrite takes a list of keys: deletes=[{...}, {...}]"))


@tells_options
@frozen(repr=False)
class BatchWrite(BatchWriteOptions, Dated, Generic[S]):
    """
    Put and delete any number of items of one entity, 25 with each request, in no order.

    Costs what as many `Put`s and `Delete`s would. There are no conditions, so puts overwrite, and it is not all or
    nothing: `TransactWrite` is. The same write given twice is sent once; two different writes of one item are refused.
    What DynamoDB leaves unwritten when it is throttled is sent again, after a pause.
    For items of several entities, `prepare` it for a `TableBatchWrite`.

    Raises:
        UsageError: it cannot be sent, with every finding in `problems`; nothing was sent.
        BatchIncompleteError: a part was written, or nothing for all attempts; `unprocessed` is a batch of the rest,
            to be sent again.
        OutcomeUnknownError: no answer came to the first request; any part of it may have been written. All of it can
            be sent again.
        ServiceError: DynamoDB refused the first request; nothing was written, unless `outcome_unknown` says so.

    Example:
        >>> users.send(BatchWrite(items=[User("u4", "Dan"), User("u5", "Eve")], deletes=[{"user_id": "u3"}])).count
        3

    """

    __count_in_groups__: ClassVar = frozenset({"deletes", "skip_validation", "check_version", "timestamp"})

    items: Sequence[S] = ()
    """The items to put, whole."""
    deletes: Sequence[KeyLike] = field(default=(), converter=_deletes, kw_only=True)
    """For each item to delete the fields its key is built of, or an instance of the schema."""
    check_version: bool = field(default=True, validator=yes_or_no, kw_only=True)
    """
    A batch cannot tell whether an item was changed since it was read, so one whose schema keeps a version is refused.

    `False` overwrites what others wrote in between; the version is counted up all the same.
    """

    # No converter: it would hide from type checkers what items these are.
    def __attrs_post_init__(self) -> None:
        items = listed(self.items, "BatchWrite takes a list of items: items=[item, item]")
        object.__setattr__(self, "items", items)

    def __len__(self) -> int:
        """Count its puts and deletes."""
        return len(self.items) + len(self.deletes)

    def __flow__(self, entity: EntityModel[S], /) -> Flow[BatchWriteResult[S]]:
        """Check the whole, and write until nothing is left."""
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
        """Bind the writes to their entity, to be a group of a `TableBatchWrite`."""
        return PreparedBatchWrite(entity, self, tuple(self.items), tuple(self.deletes), self.skip_validation)
