"""TransactGet: read several items of one entity as one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import field, frozen
from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_keys
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.reading.projections import Projection, checked_projection
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Whole
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.transactions.read_slots import GetSlots, PreparedTransactGet, TransactReadOptions
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Never

    from typing_extensions import Unpack

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.model.commands.results import ConsumedCapacity
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.transactions.read_slots import TransactReadOptionNames
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.request import ResponseMetadata

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")


class TransactGetResult(Struct, Generic[S_co], frozen=True, kw_only=True):
    """The result of a `TransactGet`: a consistent snapshot of the items."""

    items: list[S_co | None]
    """One entry per key, in order: the item, or `None` if there is no item or it is in `unfit`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Stored items that do not fit the schema, if the read set `on_unfit="collect"`; `items` has `None` for each."""
    response_metadata: ResponseMetadata
    """The HTTP status, the request ID and the number of attempts."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """The capacity units used, one entry per table, if the command set `return_consumed_capacity`."""


def _keys(keys: Any) -> tuple[KeyLike, ...]:
    if isinstance(keys, (str, bytes)) or is_mapping(keys) or not hasattr(keys, "__iter__"):
        raise UsageError("TransactGet takes a list of keys: keys=[{...}, {...}]")
    return frozen_keys(keys)


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@built_at_once
@explain_unknown_options
@frozen(init=False, repr=False, slots=False)
class TransactGet(TransactReadOptions, Generic[P_co, M_co]):
    """
    Read 1 to 100 items of one entity as one consistent snapshot.

    - DynamoDB cancels the read if another write holds one of the items. The library retries then, as `retry` allows.
    - To read several entities, `prepare` the command for a `TableTransactGet`.

    Cost: two read units per 4 KB of each item.

    AWS: [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TransactionCanceledError: Another write held an item, for all attempts. Nothing was read.
        StoredItemError: A stored item does not fit the schema. Pass `on_unfit="skip"` or `"collect"` to leave it out.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> users.send(TransactGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}])).items
        [User(user_id='u1', name='Alice', balance=100), None]

    """

    keys: Sequence[KeyLike] = field(converter=_keys)
    """
    The keys of the items, each in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    projection: Projection | None = field(default=None, converter=checked_projection, kw_only=True)
    """
    The part of each item to return. Default: the whole item.

    - A list of document paths, such as `["name", "address.city"]`, returns dictionaries.
    - A class with a subset of the schema's fields returns instances of that class.

    A projection does not lower the cost: DynamoDB charges for the whole item.
    """

    @overload
    def __init__(
        self: TransactGet[Never, Whole],
        keys: Iterable[KeyLike],
        *,
        projection: None = None,
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TransactGet[dict[str, Any], Part],
        keys: Iterable[KeyLike],
        *,
        projection: Sequence[str | Operand],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TransactGet[T, Part],
        keys: Iterable[KeyLike],
        *,
        projection: type[T],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    def __init__(self, keys: Iterable[KeyLike], **options: Any) -> None:
        cast("Any", self).__attrs_init__(keys, **options)

    @overload
    def __flow__(self: TransactGet[Never, Whole], entity: EntityModel[S], /) -> Flow[TransactGetResult[S]]: ...
    @overload
    def __flow__(self: TransactGet[P_co, Part], entity: EntityModel[Any], /) -> Flow[TransactGetResult[P_co]]: ...
    @overload
    def __flow__(self: TransactGet[S, Bound], entity: EntityModel[S], /) -> Flow[TransactGetResult[S]]: ...
    def __flow__(self, entity: EntityModel[Any], /) -> Flow[TransactGetResult[Any]]:
        """Send the read and decode the items."""
        slots = GetSlots([self._group(entity)], trusted=self.skip_validation, on_unfit=self.on_unfit)
        snapshot = yield from read_transaction(self, slots, Problems("TransactGet"))
        return TransactGetResult(
            items=snapshot.items,
            unfit=slots.unfit,
            response_metadata=snapshot.response_metadata,
            consumed_capacity=snapshot.consumed_capacity,
        )

    @overload
    def __bind__(self: TransactGet[Never, Whole], entity: EntityModel[S], /) -> PreparedTransactGet[S]: ...
    @overload
    def __bind__(self: TransactGet[P_co, Part], entity: EntityModel[Any], /) -> PreparedTransactGet[P_co]: ...
    @overload
    def __bind__(self: TransactGet[S, Bound], entity: EntityModel[S], /) -> PreparedTransactGet[S]: ...
    def __bind__(self, entity: EntityModel[Any], /) -> PreparedTransactGet[Any]:
        """Bind the keys to an entity, as one group of a `TableTransactGet`."""
        return self._group(entity)

    def _group(self, entity: EntityModel[Any]) -> PreparedTransactGet[Any]:
        return PreparedTransactGet(entity, self, tuple(self.keys), self.projection, self.skip_validation, self.on_unfit)
