"""BatchGet: read any number of items of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import field, frozen

from dynamo_document_builder.batches.incomplete import whole
from dynamo_document_builder.batches.options import BatchReadOptionNames, BatchReadOptions, listed
from dynamo_document_builder.batches.reads import PreparedBatchGet, laid_out
from dynamo_document_builder.batches.results import BatchResult
from dynamo_document_builder.batches.rounds import Rounds
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_keys
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.options import yes_or_no
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.reading.projections import Projection, checked_projection
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Never

    from typing_extensions import Unpack

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")


class BatchGetResult(BatchResult, Generic[S_co], frozen=True, kw_only=True):
    """What was found."""

    items: list[S_co | None]
    """One entry per key, in order; `None` where there is no item, or where it is `unprocessed` or `unfit`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Items that do not fit the schema, of a read with `on_unfit="collect"`. In `items` they are `None`."""
    unprocessed: tuple[KeyLike, ...] = ()
    """The keys that were not read, as they were given: none, but in the `result` of a `BatchIncompleteError`."""


def _keys(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return frozen_keys(listed(keys, "BatchGet takes a list of keys: keys=[{...}, {...}]"))


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@built_at_once
@tells_options
@frozen(init=False, repr=False, slots=False)
class BatchGet(BatchReadOptions, Generic[P_co, M_co]):
    """
    Read any number of items of one entity, 100 with each request.

    Costs what as many `Get`s would: half a read unit per 4 KB of each item, one with `consistent=True`. A key that is
    given twice is read once. The items need not be of one moment; `TransactGet` reads such.
    What DynamoDB leaves unread, for the answer would be over 16 MB or it is throttled, is asked for again, after
    a pause. For items of several entities, `prepare` it for a `TableBatchGet`.

    Raises:
        UsageError: it cannot be sent, with every finding in `problems`.
        BatchIncompleteError: some keys were not read; `result` has what was, `unprocessed` the keys to ask for again.
        StoredItemError: a stored item does not fit the schema; `on_unfit` leaves it out instead.
        NoAnswerError: no answer came, and nothing was read before; a read can always be sent again.

    Example:
        >>> users.send(BatchGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}])).items
        [User(user_id='u1', name='Alice', balance=100), None]

    """

    keys: Sequence[KeyLike] = field(converter=_keys)
    """For each item the fields its key is built of, or an instance of the schema."""
    consistent: bool = field(default=False, validator=yes_or_no, kw_only=True)
    """Read what every write before it left, for twice the price."""
    projection: Projection | None = field(default=None, converter=checked_projection, kw_only=True)
    """Paths to read, for mappings of them, or an attrs class with some of the schema's fields."""

    @overload
    def __init__(
        self: BatchGet[Never, Whole],
        keys: Iterable[KeyLike],
        *,
        consistent: bool = ...,
        projection: None = None,
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: BatchGet[dict[str, Any], Part],
        keys: Iterable[KeyLike],
        *,
        consistent: bool = ...,
        projection: Sequence[str | Operand],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: BatchGet[T, Part],
        keys: Iterable[KeyLike],
        *,
        consistent: bool = ...,
        projection: type[T],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    def __init__(self, keys: Iterable[KeyLike], **options: Any) -> None:
        cast("Any", self).__attrs_init__(keys, **options)

    @overload
    def __flow__(self: BatchGet[Never, Whole], entity: EntityModel[S], /) -> Flow[BatchGetResult[S]]: ...
    @overload
    def __flow__(self: BatchGet[P_co, Part], entity: EntityModel[Any], /) -> Flow[BatchGetResult[P_co]]: ...
    @overload
    def __flow__(self: BatchGet[S, Bound], entity: EntityModel[S], /) -> Flow[BatchGetResult[S]]: ...
    def __flow__(self, entity: EntityModel[Any], /) -> Flow[BatchGetResult[Any]]:
        """Check the keys, read until none is left, and decode what came."""
        problems = Problems("BatchGet", entity.name)
        reads = laid_out(self, [self._group(entity)], problems)
        problems.raise_any()
        rounds = Rounds(reads, self)
        yield from rounds.run()
        [group] = reads.groups
        result = BatchGetResult(
            items=group.items(),
            unfit=tuple(reads.unfit.found),
            unprocessed=group.unprocessed(),
            attempts=rounds.attempts,
            response_metadata=rounds.metadata,
            consumed_capacity=reads.consumed_capacity,
        )
        return whole(result, rounds, entity)

    @overload
    def __bind__(self: BatchGet[Never, Whole], entity: EntityModel[S], /) -> PreparedBatchGet[S]: ...
    @overload
    def __bind__(self: BatchGet[P_co, Part], entity: EntityModel[Any], /) -> PreparedBatchGet[P_co]: ...
    @overload
    def __bind__(self: BatchGet[S, Bound], entity: EntityModel[S], /) -> PreparedBatchGet[S]: ...
    def __bind__(self, entity: EntityModel[Any], /) -> PreparedBatchGet[Any]:
        """Bind the keys to their entity, to be a group of a `TableBatchGet`."""
        return self._group(entity)

    def _group(self, entity: EntityModel[Any]) -> PreparedBatchGet[Any]:
        return PreparedBatchGet(
            entity, self, tuple(self.keys), self.consistent, self.projection, self.skip_validation, self.on_unfit
        )
