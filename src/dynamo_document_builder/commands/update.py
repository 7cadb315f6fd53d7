"""Update: change parts of an item in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

import msgspec
from attrs import field, frozen

from dynamo_document_builder.expressions.builders.updates import as_changes
from dynamo_document_builder.expressions.json_values.decoding import decoded_changes
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.managed.fields import kept_fields
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.writing.members import keyed
from dynamo_document_builder.model.writing.returned import returned, returned_fields
from dynamo_document_builder.model.writing.single_write import DatedWrite, WriteOutput, WriteResult
from dynamo_document_builder.model.writing.update_expression import update_members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")

WHOLE: Final = ("ALL_OLD", "ALL_NEW")
PARTS: Final = ("UPDATED_OLD", "UPDATED_NEW")


class UpdateResult(WriteResult[S], frozen=True, kw_only=True):
    """The update was applied."""

    updated_item: S | None = None
    """The whole item, with `return_values` "ALL_NEW" or "ALL_OLD" (`None`: there was no old one)."""
    updated_fields: Mapping[str, Any] | None = None
    """The fields it touched, with "UPDATED_NEW" or "UPDATED_OLD"; of a nested path only its part, as mappings."""


@built_at_once
@tells_options
@frozen(repr=False, slots=False)
class Update(DatedWrite[Any]):
    """
    Change parts of an item in place; an item that is not there is created from its key and the changes alone.

    Give `condition=item_exists()` where that would be wrong. A created item has the fields its key is built of, beside
    what the changes give it; defaults, and index keys built from defaults, are not written.
    Costs one write unit per KB of the larger of the old and new item, however little changes, and twice that in a
    transaction.
    Each new value is checked by its own field, nested or not, and written as the class makes it. A rule between fields
    is not checked.
    Index keys built from a changed field follow it; where they cannot, the update is refused before it is sent.
    Where the schema keeps a version, it is counted up; if `key` has one, only an item of that version is changed.

    Raises:
        UsageError: it cannot be sent; nothing was sent.
        StaleVersionError: the item was changed since it was read; nothing was written.
        ConditionFailedError: the condition was false; nothing was written.
        OutcomeUnknownError: no answer came; it may have been applied.

    Example:
        >>> debit = Update(key={"user_id": "u1"}, updates={"balance": add(-30)}, return_values="ALL_NEW")
        >>> users.send(debit).updated_item
        User(user_id='u1', name='Alice', balance=70)

    """

    name: ClassVar[str] = "Update"
    __count_in_groups__: ClassVar = DatedWrite.__count_in_groups__ | {"updates"}

    key: KeyLike = field(converter=frozen_key)
    """The fields the key is built of, or an instance of the schema."""
    updates: tuple[Change, ...] = field(converter=as_changes, kw_only=True)
    """`{"title": "x", "balance": add(5)}`, or what `entity.changes(...)` returns."""
    return_values: Literal["ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"] | None = field(
        default=None, validator=one_of(*WHOLE, *PARTS, "NONE"), kw_only=True
    )
    """Which fields to return: "ALL_OLD", "ALL_NEW", "UPDATED_OLD" or "UPDATED_NEW". Default: nothing is returned."""

    @property
    def __subject__(self) -> Any:
        return self.key

    def __written__(
        self, entity: EntityModel[Any], notes: Sequence[str], /, *, trusted: bool, made_ns: int | None
    ) -> Operation:
        moment = self.__moment__(made_ns)
        return keyed(
            self,
            entity,
            notes,
            lambda terms: update_members(entity, self.key, self.__changes__(entity), terms, moment, trusted=trusted),
        )

    def __changes__(self, entity: EntityModel[Any]) -> tuple[Change, ...]:
        """Return the updates with values as the entity's fields have them."""
        return decoded_changes(entity.scope, self.updates)

    def _changed(self, entity: EntityModel[Any]) -> dict[str, bool]:
        paths = [change.path.segments for change in self.updates]
        changed = {str(path[0]): all(len(other) == 1 for other in paths if other[0] == path[0]) for path in paths}
        return changed | dict.fromkeys(kept_fields(entity), True)

    def __flow__(self, entity: EntityModel[S], /) -> Flow[UpdateResult[S]]:
        """Send the update and read its answer."""
        _, request, response = yield from self.__send_alone__(entity, "UpdateItem", self.return_values)
        output = read(WriteOutput, request, response)
        whole = output.attributes if self.return_values in WHOLE else msgspec.UNSET
        found = returned(entity, whole, trusted=self.skip_validation)
        return UpdateResult(
            updated_item=found.item,
            updated_fields=returned_fields(entity, output.attributes, self._changed(entity))
            if self.return_values in PARTS
            else None,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
