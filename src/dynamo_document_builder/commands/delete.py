"""Delete: remove an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from attrs import field, frozen

from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.writing.members import condition_members, keyed
from dynamo_document_builder.model.writing.returned import returned
from dynamo_document_builder.model.writing.single_write import SingleWrite, WriteOutput, WriteResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class DeleteResult(WriteResult[S], frozen=True, kw_only=True):
    """The delete was applied: there is no item under the key now."""

    deleted_item: S | None = None
    """The item that was deleted, with `return_values="ALL_OLD"`; `None` if there was none."""


@built_at_once
@tells_options
@frozen(repr=False, slots=False)
class Delete(SingleWrite[Any]):
    """
    Delete the item under a key; deleting what is not there succeeds.

    Costs one write unit per KB of the deleted item, twice that in a transaction.
    Where the schema keeps a version and `key` has it, only an item of that version is deleted.

    Raises:
        UsageError: it cannot be sent; nothing was sent.
        StaleVersionError: the item was changed since it was read; nothing was deleted.
        ConditionFailedError: the condition was false; nothing was deleted.
        OutcomeUnknownError: no answer came; it may have been applied.

    Example:
        >>> users.send(Delete(key={"user_id": "u1"}, return_values="ALL_OLD")).deleted_item
        User(user_id='u1', name='Alice', balance=100)

    """

    name: ClassVar[str] = "Delete"

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    return_values: Literal["ALL_OLD", "NONE"] | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """"ALL_OLD" returns the deleted item as `deleted_item`. Default: nothing is returned."""

    @property
    def __subject__(self) -> Any:
        return self.key

    def __written__(
        self,
        entity: EntityModel[Any],
        notes: Sequence[str],
        /,
        *,
        trusted: bool,
        made_ns: int | None,
    ) -> Operation:
        return keyed(self, entity, notes, lambda terms: condition_members(entity, terms))

    def __flow__(self, entity: EntityModel[S], /) -> Flow[DeleteResult[S]]:
        """Send the delete and read its answer."""
        _, request, response = yield from self.__send_alone__(entity, "DeleteItem", self.return_values)
        output = read(WriteOutput, request, response)
        found = returned(entity, output.attributes, trusted=self.skip_validation)
        return DeleteResult(
            deleted_item=found.item,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
