"""Get: read one item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

import msgspec
from attrs import field, frozen
from msgspec import Raw, UnsetType

from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.problems import FINDINGS, Problems
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.entities.instances import Instance
from dynamo_document_builder.model.options.names import CommonOptionNames
from dynamo_document_builder.model.options.options import Options, option, yes_or_no
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.reading.projections import ItemReader, Projection, checked_projection, reader_of
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Same, Whole
from dynamo_document_builder.model.writing.operation import NO_TEXT, body_of
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from typing_extensions import Unpack

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.model.entities.entity_model import AcceptsKey, EntityModel

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")
K = TypeVar("K", bound=Instance)


class GetResult(msgspec.Struct, Generic[S_co], frozen=True, kw_only=True):
    """The result of a `Get`."""

    item: S_co | None = None
    """The item, or `None` if there is no item under the key."""
    response_metadata: ResponseMetadata
    """The HTTP status, the request ID and the number of attempts."""
    consumed_capacity: ConsumedCapacity | None = None
    """The capacity units used, if the command set `return_consumed_capacity`."""


class GetOptionNames(CommonOptionNames, total=False, closed=True):
    """The options that `Get.__init__` accepts by keyword, for type checkers."""

    consistent: bool


class _Output(msgspec.Struct, rename="pascal"):
    item: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@built_at_once
@explain_unknown_options
@frozen(init=False, repr=False, slots=False)
class Get(Options, Generic[P_co, M_co]):
    """
    Read the item under a key.

    The default read is eventually consistent: it may miss the most recent writes. Pass `consistent=True` to see them.

    Cost: half a read unit per 4 KB of the item; one read unit with `consistent=True`. A projection costs the same.

    AWS: [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StoredItemError: The stored item does not fit the schema.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> users.send(Get(key={"user_id": "u1"})).item
        User(user_id='u1', name='Alice', balance=100)
        >>> users.send(Get(key={"user_id": "u1"}, projection=["name"])).item
        {'name': 'Alice'}

    """

    key: KeyLike = field(converter=frozen_key)
    """
    The key of the item, in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    consistent: bool = field(default=False, validator=yes_or_no, kw_only=True)
    """Request a strongly consistent read, at twice the cost. Default: eventually consistent."""
    projection: Projection | None = field(default=None, converter=checked_projection, kw_only=True)
    """
    The part of the item to return. Default: the whole item.

    - A list of document paths, such as `["name", "address.city"]`, returns a dictionary.
    - A class with a subset of the schema's fields returns an instance of that class.

    A projection does not lower the cost: DynamoDB charges for the whole item.
    """

    @overload
    def __init__(
        self: Get[Never, Whole],
        key: Mapping[str, Any],
        *,
        projection: None = None,
        **options: Unpack[GetOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Get[K, Same],
        key: K,
        *,
        projection: None = None,
        **options: Unpack[GetOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Get[dict[str, Any], Part],
        key: KeyLike,
        *,
        projection: Sequence[str | Operand],
        **options: Unpack[GetOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Get[T, Part],
        key: KeyLike,
        *,
        projection: type[T],
        **options: Unpack[GetOptionNames],
    ) -> None: ...
    def __init__(self, key: KeyLike, **options: Any) -> None:
        cast("Any", self).__attrs_init__(key, **options)

    @overload
    def __flow__(self: Get[Never, Whole], entity: EntityModel[S], /) -> Flow[GetResult[S]]: ...
    @overload
    def __flow__(self: Get[P_co, Same], entity: AcceptsKey[P_co, S], /) -> Flow[GetResult[S]]: ...
    @overload
    def __flow__(self: Get[P_co, Part], entity: EntityModel[Any], /) -> Flow[GetResult[P_co]]: ...
    @overload
    def __flow__(self: Get[S, Bound], entity: EntityModel[S], /) -> Flow[GetResult[S]]: ...
    def __flow__(self, entity: Any, /) -> Flow[GetResult[Any]]:
        """Send the read and decode the item."""
        reader = reader_of(entity, self.projection, trusted=self.skip_validation)
        try:
            request = self._request(entity, entity.encode_key(self.key), reader.members)
        except FINDINGS:
            request = self._explained(entity, reader)
        response = yield from ask(request)
        output = read(_Output, request, response)
        return GetResult(
            item=None if isinstance(output.item, UnsetType) else reader.decode(output.item),
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
        )

    def _explained(self, entity: EntityModel[Any], reader: ItemReader[Any]) -> Request:
        problems = Problems("Get", entity.name)
        key = problems.attempt(lambda: entity.encode_key(self.key), NO_TEXT)
        projection = problems.attempt(lambda: reader.members, NO_TEXT)
        problems.raise_any(lambda: entity.shown_key(self.key))
        return self._request(entity, key, projection)

    def _request(self, entity: EntityModel[Any], key: str, projection: str) -> Request:
        consistent = ',"ConsistentRead":true' if self.consistent else ""
        capacity = option("ReturnConsumedCapacity", self.return_consumed_capacity)
        body = f'{{{entity.table.__named__},"Key":{key}{consistent}{projection}{capacity}}}'
        return Request("GetItem", body_of(body), (entity.table.name,))
