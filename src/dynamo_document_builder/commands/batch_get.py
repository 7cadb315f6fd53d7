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
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
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
    """The result of a `BatchGet`."""

    items: list[S_co | None]
    """One entry per key, in order: the item, or `None` if there is no item or it is in `unprocessed` or `unfit`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Stored items that do not fit the schema, if the read set `on_unfit="collect"`; `items` has `None` for each."""
    unprocessed: tuple[KeyLike, ...] = ()
    """The keys that were not read, as you passed them. Empty, except in `BatchIncompleteError.result`."""


def _keys(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return frozen_keys(listed(keys, "BatchGet takes a list of keys: keys=[{...}, {...}]"))


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@built_at_once
@explain_unknown_options
@frozen(init=False, repr=False, slots=False)
class BatchGet(BatchReadOptions, Generic[P_co, M_co]):
    """
    Read any number of items of one entity, 100 with each request.

    - Items are read independently, not as one snapshot; use `TransactGet` for a consistent snapshot.
    - DynamoDB leaves keys unprocessed if the response would exceed 16 MB, or if it throttles the table. The library
      requests these keys again after a pause, as `retry` allows.
    - The library requests a key that you pass twice only once.
    - To read several entities, `prepare` the command for a `TableBatchGet`.

    Cost: half a read unit per 4 KB of each item; twice that with `consistent=True`. The same as separate `Get`s.

    AWS: [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        BatchIncompleteError: Some keys were not read. `result` has the items, `unprocessed` the keys to read again.
        StoredItemError: A stored item does not fit the schema. Pass `on_unfit="skip"` or `"collect"` to leave it out.
        NoAnswerError: No response arrived, and nothing was read. A read is always safe to send again.
        ServiceError: DynamoDB refused the first request.

    Example:
        >>> users.send(BatchGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}])).items
        [User(user_id='u1', name='Alice', balance=100), None]

    """

    keys: Sequence[KeyLike] = field(converter=_keys)
    """
    The keys of the items, each in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    consistent: bool = field(default=False, validator=yes_or_no, kw_only=True)
    """Request a strongly consistent read, at twice the cost. Default: eventually consistent."""
    projection: Projection | None = field(default=None, converter=checked_projection, kw_only=True)
    """
    The part of each item to return. Default: the whole item.

    - A list of document paths, such as `["name", "address.city"]`, returns dictionaries.
    - A class with a subset of the schema's fields returns instances of that class.

    A projection does not lower the cost: DynamoDB charges for the whole item.
    """

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
        """Check the keys, send requests until all keys are read, and decode the items."""
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
        """Bind the keys to an entity, as one group of a `TableBatchGet`."""
        return self._group(entity)

    def _group(self, entity: EntityModel[Any]) -> PreparedBatchGet[Any]:
        return PreparedBatchGet(
            entity, self, tuple(self.keys), self.consistent, self.projection, self.skip_validation, self.on_unfit
        )
