"""Put: write a whole item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from attrs import field, frozen

from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.problems import FINDINGS, Problems
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.entities.entity_model import EntityModel, ItemText
from dynamo_document_builder.model.managed.fields import set_managed_fields
from dynamo_document_builder.model.managed.optimistic_lock import preconditions_of
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.members import check_item, condition_members
from dynamo_document_builder.model.writing.operation import NO_TEXT, Operation
from dynamo_document_builder.model.writing.returned_items import decode_returned
from dynamo_document_builder.model.writing.single_write import TimestampedWrite, WriteOutput, WriteResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.managed.optimistic_lock import Preconditions
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class PutResult(WriteResult[S], frozen=True, kw_only=True):
    """The result of a `Put` that DynamoDB applied."""

    item: S
    """
    The item as stored: the object you passed, or a copy if the stored item differs.

    It differs if the library set a version or a timestamp, or if a field is stored with less precision than the object
    has. The library encodes the item when the command is sent, so later changes to a mutable object have no effect.
    """
    return_item: S | None = None
    """The item that was replaced, with `return_values="ALL_OLD"`; `None` if there was no item under the key."""


@built_at_once
@explain_unknown_options
@frozen(repr=False, slots=False)
class Put(TimestampedWrite[S]):
    """
    Write a whole item and replace the stored item with the same key.

    - Without a condition, `Put` overwrites. Pass `condition=item_not_exists()` to insert only.
    - `Put` removes every stored attribute that the item does not have, including attributes that its class does not
      declare. Use `Update` to change single fields.
    - If the schema has a version field, the item is stored with the next version. The put fails unless the stored item
      still has the version of the item you pass.
    - Before sending, the library checks that the item can be read back and refuses an item that cannot.

    Cost: one write unit per KB of the larger of the old and the new item; twice that in a transaction.

    AWS: [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StaleVersionError: Another write changed the item since you read it. Nothing was written.
        ConditionFailedError: The condition was false. Nothing was written.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response arrived. The item may have been written.
        ServiceError: DynamoDB refused the request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> users.send(Put(User("u4", "Dan"), condition=item_not_exists())).response_metadata.attempts
        1

    """

    name: ClassVar[str] = "Put"

    item: S
    """The item to write, an instance of the schema."""
    return_values: Literal["ALL_OLD", "NONE"] | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """`"ALL_OLD"` returns the replaced item as `return_item`. Default: none. Not allowed in a transaction."""

    @property
    def __subject__(self) -> Any:
        return self.item

    def __render__(
        self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool, timestamp_ns: int | None
    ) -> Operation:
        if notes:
            return self._explained(entity, notes, trusted=trusted)
        try:
            stored, text = self._stored(entity, timestamp_ns, trusted=trusted)
            preconditions = preconditions_of(self, entity)
            condition = condition_members(entity, preconditions)
        except FINDINGS:
            return self._explained(entity, notes, trusted=trusted)
        return self._rendered(entity, stored, text, preconditions, condition)

    def _explained(self, entity: EntityModel[S], notes: Sequence[str], *, trusted: bool) -> Operation:
        problems = Problems(self.name, entity.name)
        problems.note_all(notes)
        nothing: tuple[S | None, ItemText] = (None, ItemText(NO_TEXT, NO_TEXT))
        stored, item = problems.attempt(lambda: self._stored(entity, None, trusted=trusted), nothing)
        preconditions = preconditions_of(self, entity)
        condition = NO_TEXT
        if preconditions.condition is not None:
            condition = problems.attempt(lambda: condition_members(entity, preconditions), NO_TEXT)
        problems.raise_any(lambda: entity.shown_key(self.item))
        return self._rendered(entity, stored, item, preconditions, condition)

    def _rendered(
        self, entity: EntityModel[S], stored: S | None, item: ItemText, preconditions: Preconditions, condition: str
    ) -> Operation:
        table = entity.table
        return Operation(
            self.name,
            table.name,
            item.key,
            table.__before_item__,
            item.text,
            condition,
            stored,
            preconditions.guard,
        )

    def _stored(self, entity: EntityModel[S], timestamp_ns: int | None, *, trusted: bool) -> tuple[S | None, ItemText]:
        stored = set_managed_fields(entity, self.item, self.__write_time_ns__(timestamp_ns), trusted=trusted)
        text = entity.encode(stored, trusted=trusted)
        check_item(entity, text.text)
        return entity.as_read(stored, text, trusted=trusted), text

    def __flow__(self, entity: EntityModel[S], /) -> Flow[PutResult[S]]:
        """Send the put and read the response."""
        operation, request, response = yield from self.__send_single__(entity, "PutItem", self.return_values)
        output = read(WriteOutput, request, response)
        found = decode_returned(entity, output.attributes, trusted=self.skip_validation)
        return PutResult(
            item=operation.stored,
            return_item=found.item,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
