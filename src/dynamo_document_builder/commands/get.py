"""Get: read one item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.model.operation import body_of
from dynamo_document_builder.model.options import Options, option
from dynamo_document_builder.model.problems import Problems
from dynamo_document_builder.model.results import ConsumedCapacity, read
from dynamo_document_builder.model.values import KeyLike, frozen_key
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from dynamo_document_builder.model.entity_model import EntityModel

S = TypeVar("S")


@frozen(kw_only=True)
class GetResult(Generic[S]):
    """What was found."""

    item: S | None = None
    """`None`: there is no item under this key."""
    response_metadata: ResponseMetadata
    consumed_capacity: ConsumedCapacity | None = None


class _Output(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None


@frozen(repr=False)
class Get(Options):
    """
    Read the item under a key.

    Costs half a read unit per 4 KB, one with `consistent=True`. Without it, a write of the last second may be missing.

    Raises:
        UsageError: it cannot be sent.
        StoredItemError: the stored item does not fit the schema.
        NoAnswerError: no answer came; a read can always be sent again.

    Example:
        >>> users.send(Get(key={"user_id": "u1"})).item
        User(user_id='u1', name='Alice', balance=100)

    """

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    consistent: bool = field(default=False, kw_only=True)
    """Read what every write before it left, for twice the price."""

    def flow(self, entity: EntityModel[S], /) -> Flow[GetResult[S]]:
        """Send the read and decode what comes."""
        request = self._request(entity)
        response = yield from ask(request)
        output = read(_Output, request, response)
        found = None if isinstance(output.item, UnsetType) else output.item
        return GetResult(
            item=None if found is None else entity.decode(found, trusted=self.skip_validation),
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
        )

    def _request(self, entity: EntityModel[Any]) -> Request:
        problems = Problems("Get", entity.name)
        key = problems.attempt(lambda: entity.encode_key(self.key), "")
        problems.raise_any(lambda: entity.shown_key(self.key))
        consistent = ',"ConsistentRead":true' if self.consistent else ""
        capacity = option("ReturnConsumedCapacity", self.return_consumed_capacity)
        body = f'{{{entity.table.named},"Key":{key}{consistent}{capacity}}}'
        return Request("GetItem", body_of(body), (entity.table.name,))
