"""TransactGet: read several items of one entity at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options import Options
from dynamo_document_builder.model.problems import Problems
from dynamo_document_builder.model.values import KeyLike, frozen_key
from dynamo_document_builder.transactions.gets import PreparedTransactGet, get_slots
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.results import ConsumedCapacity
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.request import ResponseMetadata

S = TypeVar("S")


@frozen(kw_only=True)
class TransactGetResult(Generic[S]):
    """What was found, at one moment."""

    items: list[S | None]
    """One entry per key, in order; `None` where there is no item."""
    response_metadata: ResponseMetadata
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()


def _keys(keys: Iterable[KeyLike]) -> tuple[KeyLike, ...]:
    return _checked(keys)


def _checked(keys: Any) -> tuple[KeyLike, ...]:
    if isinstance(keys, (str, bytes)) or is_mapping(keys) or not hasattr(keys, "__iter__"):
        raise UsageError("TransactGet takes a list of keys: keys=[{...}, {...}]")
    return tuple(frozen_key(key) for key in keys)


@frozen(repr=False)
class TransactGet(Options):
    """
    Read 1 to 100 items of one entity as they were at one moment.

    Costs two read units per 4 KB of each item. For items of several entities, `prepare` it for a `TableTransactGet`.

    Raises:
        UsageError: it cannot be sent.
        TransactionCanceledError: a write was in the way; nothing was read.
        StoredItemError: a stored item does not fit the schema.

    Example:
        >>> users.send(TransactGet(keys=[{"user_id": "u1"}, {"user_id": "nope"}])).items
        [User(user_id='u1', name='Alice', balance=100), None]

    """

    keys: Sequence[KeyLike] = field(converter=_keys)
    """For each item the fields its key is built of, or an instance of the schema."""

    def flow(self, entity: EntityModel[S], /) -> Flow[TransactGetResult[S]]:
        """Send the read and decode what comes."""
        group = self._group(entity)
        snapshot = yield from read_transaction(
            self, get_slots([group], trusted=self.skip_validation), Problems("TransactGet")
        )
        return TransactGetResult(
            items=snapshot.items,
            response_metadata=snapshot.response_metadata,
            consumed_capacity=snapshot.consumed_capacity,
        )

    def bind(self, entity: EntityModel[S], /) -> PreparedTransactGet[S]:
        """Bind the keys to their entity, to be a group of a `TableTransactGet`."""
        return self._group(entity)

    def _group(self, entity: EntityModel[S]) -> PreparedTransactGet[S]:
        return PreparedTransactGet(entity, self, tuple(self.keys), self.skip_validation)
