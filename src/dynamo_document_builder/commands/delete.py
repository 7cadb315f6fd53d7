"""Delete: remove an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from attrs import field, frozen

from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.members import condition_members, render_keyed
from dynamo_document_builder.model.writing.returned_items import decode_returned
from dynamo_document_builder.model.writing.single_write import SingleWrite, WriteOutput, WriteResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class DeleteResult(WriteResult[S], frozen=True, kw_only=True):
    """The result of a `Delete` that DynamoDB applied: there is no item under the key now."""

    deleted_item: S | None = None
    """The deleted item, with `return_values="ALL_OLD"`; `None` if there was no item under the key."""


@built_at_once
@explain_unknown_options
@frozen(repr=False, slots=False)
class Delete(SingleWrite[Any]):
    """
    Delete the item under a key.

    - Deleting an item that does not exist succeeds. Pass `condition=item_exists()` to make it fail.
    - If the schema has a version field and `key` contains a version, the delete fails unless the stored item has that
      version.

    Cost: one write unit per KB of the deleted item, at least one; twice that in a transaction.

    AWS: [DeleteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StaleVersionError: Another write changed the item since you read it. Nothing was deleted.
        ConditionFailedError: The condition was false. Nothing was deleted.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response arrived. The item may have been deleted.
        ServiceError: DynamoDB refused the request. Nothing was deleted unless `outcome_unknown` is true.

    Example:
        >>> users.send(Delete(key={"user_id": "u1"}, return_values="ALL_OLD")).deleted_item
        User(user_id='u1', name='Alice', balance=100)

    """

    name: ClassVar[str] = "Delete"

    key: KeyLike = field(converter=frozen_key)
    """
    The key of the item, in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    return_values: Literal["ALL_OLD", "NONE"] | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """`"ALL_OLD"` returns the item as `deleted_item`. Default: none. Not allowed in a transaction."""

    @property
    def __subject__(self) -> Any:
        return self.key

    def __render__(
        self,
        entity: EntityModel[Any],
        notes: Sequence[str],
        /,
        *,
        trusted: bool,
        timestamp_ns: int | None,
    ) -> Operation:
        return render_keyed(self, entity, notes, lambda preconditions: condition_members(entity, preconditions))

    def __flow__(self, entity: EntityModel[S], /) -> Flow[DeleteResult[S]]:
        """Send the delete and read the response."""
        _, request, response = yield from self.__send_single__(entity, "DeleteItem", self.return_values)
        output = read(WriteOutput, request, response)
        found = decode_returned(entity, output.attributes, trusted=self.skip_validation)
        return DeleteResult(
            deleted_item=found.item,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
