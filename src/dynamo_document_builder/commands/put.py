"""Put: write a whole item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from attrs import field, frozen

from dynamo_document_builder.model.conditional import check_size, condition_members
from dynamo_document_builder.model.entity_model import EntityModel, ItemText
from dynamo_document_builder.model.operation import NO_TEXT, Operation
from dynamo_document_builder.model.options import one_of
from dynamo_document_builder.model.problems import Problems
from dynamo_document_builder.model.refusals import returned
from dynamo_document_builder.model.results import read
from dynamo_document_builder.model.writes import SingleWrite, WriteOutput, WriteResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


@frozen(kw_only=True)
class PutResult(WriteResult[S]):
    """The put was applied."""

    return_item: S | None = None
    """The item that was replaced, with `return_values="ALL_OLD"`; `None` if there was none."""


@frozen(repr=False)
class Put(SingleWrite[S]):
    """
    Write a whole item, replacing what was under its key.

    Costs one write unit per KB of the larger of the old and new item, twice that in a transaction.
    Without a condition it overwrites; `condition=item_not_exists()` makes it an insert.

    Raises:
        UsageError: it cannot be sent; nothing was sent.
        ConditionFailedError: the condition was false; nothing was written.
        OutcomeUnknownError: no answer came; it may have been applied.

    Example:
        >>> users.send(Put(User("u4", "Dan"), condition=item_not_exists())).response_metadata.attempts
        1

    """

    name: ClassVar[str] = "Put"

    item: S
    return_values: Literal["ALL_OLD", "NONE"] | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )

    @property
    def subject(self) -> Any:
        return self.item

    def written(self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool) -> Operation:
        problems = Problems(self.name, entity.name)
        problems.note_all(notes)
        item = problems.attempt(lambda: self._item(entity, trusted=trusted), ItemText(NO_TEXT, NO_TEXT))
        condition = problems.attempt(
            lambda: condition_members(entity, self.condition, self.return_values_on_condition_check_failure), NO_TEXT
        )
        problems.raise_any(lambda: entity.shown_key(self.item))
        members = f'{entity.table.named},"Item":{item.text}{condition}'
        return Operation(self.name, entity.table.name, item.key, members, item.text)

    def _item(self, entity: EntityModel[S], *, trusted: bool) -> ItemText:
        item = entity.encode(self.item, trusted=trusted)
        check_size(item.text)
        return item

    def flow(self, entity: EntityModel[S], /) -> Flow[PutResult[S]]:
        """Send the put and read its answer."""
        request, response = yield from self.send_alone(entity, "PutItem", self.return_values)
        output = read(WriteOutput, request, response)
        found = returned(entity, output.attributes, trusted=self.skip_validation)
        return PutResult(
            return_item=found.item,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
