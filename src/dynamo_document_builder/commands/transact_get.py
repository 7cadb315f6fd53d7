"""TransactGet: read several items of one entity at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import field, frozen
from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_keys
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.refuses_unknown import tells_options
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
    """What was found, at one moment."""

    items: list[S_co | None]
    """One entry per key, in order; `None` where there is no item, or where it is `unfit`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Items that do not fit the schema, of a read with `on_unfit="collect"`. In `items` they are `None`."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """What the command cost, with `return_consumed_capacity`; `None` where DynamoDB did not report it."""


def _keys(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return _checked(keys)


def _checked(keys: Any) -> tuple[KeyLike, ...]:
    if isinstance(keys, (str, bytes)) or is_mapping(keys) or not hasattr(keys, "__iter__"):
        raise UsageError("TransactGet takes a list of keys: keys=[{...}, {...}]")
    return frozen_keys(keys)


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@built_at_once
@tells_options
@frozen(init=False, repr=False, slots=False)
class TransactGet(TransactReadOptions, Generic[P_co, M_co]):
    """
    Read 1 to 100 items of one entity as they were at one moment.

    Costs two read units per 4 KB of each item. For items of several entities, `prepare` it for a `TableTransactGet`.

    Raises:
        UsageError: it cannot be sent.
        TransactionCanceledError: a write was in the way; nothing was read.
        StoredItemError: a stored item does not fit the schema; `on_unfit` leaves it out instead.

    Example:
        >>> users.send(TransactGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}])).items
        [User(user_id='u1', name='Alice', balance=100), None]

    """

    keys: Sequence[KeyLike] = field(converter=_keys)
    """For each item the fields its key is built of, or an instance of the schema."""
    projection: Projection | None = field(default=None, converter=checked_projection, kw_only=True)
    """Paths to read, for mappings of them, or an attrs class with some of the schema's fields."""

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
        """Send the read and decode what comes."""
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
        """Bind the keys to their entity, to be a group of a `TableTransactGet`."""
        return self._group(entity)

    def _group(self, entity: EntityModel[Any]) -> PreparedTransactGet[Any]:
        return PreparedTransactGet(entity, self, tuple(self.keys), self.projection, self.skip_validation, self.on_unfit)
