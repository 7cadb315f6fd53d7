"""Put: write a whole item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from attrs import field, frozen

from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.problems import FINDINGS, Problems
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.entities.entity_model import EntityModel, ItemText
from dynamo_document_builder.model.managed.fields import as_stored
from dynamo_document_builder.model.managed.version_lock import terms_of
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.writing.members import check_item, condition_members
from dynamo_document_builder.model.writing.operation import NO_TEXT, Operation
from dynamo_document_builder.model.writing.returned import returned
from dynamo_document_builder.model.writing.single_write import DatedWrite, WriteOutput, WriteResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamo_document_builder.model.managed.version_lock import Terms
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")


class PutResult(WriteResult[S], frozen=True, kw_only=True):
    """The put was applied."""

    item: S
    """
    The item as it is stored: the very object that was given, or a copy with the fields set that the library keeps.

    One of a class that is not frozen is put as it is when the command is sent.
    """
    return_item: S | None = None
    """The item that was replaced, with `return_values="ALL_OLD"`; `None` if there was none."""


@built_at_once
@tells_options
@frozen(repr=False, slots=False)
class Put(DatedWrite[S]):
    """
    Write a whole item, replacing what was under its key.

    Costs one write unit per KB of the larger of the old and new item, twice that in a transaction.
    Without a condition it overwrites; `condition=item_not_exists()` makes it an insert.
    What is about to be written is read back first, as its class makes it: an item that could not be read is refused.
    Where the schema keeps a version, the item is written with the next one, and only over an item of its own version.

    Raises:
        UsageError: it cannot be sent; nothing was sent.
        StaleVersionError: the item was changed since it was read; nothing was written.
        ConditionFailedError: the condition was false; nothing was written.
        OutcomeUnknownError: no answer came; it may have been applied.

    Example:
        >>> users.send(Put(User("u4", "Dan"), condition=item_not_exists())).response_metadata.attempts
        1

    """

    name: ClassVar[str] = "Put"

    item: S
    """The whole item: an instance of the entity's class."""
    return_values: Literal["ALL_OLD", "NONE"] | None = field(
        default=None, validator=one_of("ALL_OLD", "NONE"), kw_only=True
    )
    """"ALL_OLD" returns the replaced item as `return_item`. Default: nothing is returned."""

    @property
    def __subject__(self) -> Any:
        return self.item

    def __written__(
        self, entity: EntityModel[S], notes: Sequence[str], /, *, trusted: bool, made_ns: int | None
    ) -> Operation:
        if notes:
            return self._explained(entity, notes, trusted=trusted)
        try:
            stored, text = self._stored(entity, made_ns, trusted=trusted)
            terms = terms_of(self, entity)
            condition = condition_members(entity, terms)
        except FINDINGS:
            return self._explained(entity, notes, trusted=trusted)
        return self._rendered(entity, stored, text, terms, condition)

    def _explained(self, entity: EntityModel[S], notes: Sequence[str], *, trusted: bool) -> Operation:
        problems = Problems(self.name, entity.name)
        problems.note_all(notes)
        nothing: tuple[S | None, ItemText] = (None, ItemText(NO_TEXT, NO_TEXT))
        stored, item = problems.attempt(lambda: self._stored(entity, None, trusted=trusted), nothing)
        terms = terms_of(self, entity)
        condition = NO_TEXT
        if terms.condition is not None:
            condition = problems.attempt(lambda: condition_members(entity, terms), NO_TEXT)
        problems.raise_any(lambda: entity.shown_key(self.item))
        return self._rendered(entity, stored, item, terms, condition)

    def _rendered(
        self, entity: EntityModel[S], stored: S | None, item: ItemText, terms: Terms, condition: str
    ) -> Operation:
        table = entity.table
        return Operation(
            self.name, table.name, item.key, table.__before_item__, item.text, condition, stored, terms.guard
        )

    def _stored(self, entity: EntityModel[S], made_ns: int | None, *, trusted: bool) -> tuple[S | None, ItemText]:
        stored = as_stored(entity, self.item, self.__moment__(made_ns), trusted=trusted)
        text = entity.encode(stored, trusted=trusted)
        check_item(entity, text.text)
        return entity.as_read(stored, text, trusted=trusted), text

    def __flow__(self, entity: EntityModel[S], /) -> Flow[PutResult[S]]:
        """Send the put and read its answer."""
        operation, request, response = yield from self.__send_alone__(entity, "PutItem", self.return_values)
        output = read(WriteOutput, request, response)
        found = returned(entity, output.attributes, trusted=self.skip_validation)
        return PutResult(
            item=operation.stored,
            return_item=found.item,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
